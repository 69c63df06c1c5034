package lint

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// advised is a project, and what is told of it. In one that is near, from is replaced by
// to, and it is not told so. The archive's comment is the spec; what is below runtime/
// are the files of a custom runtime.
type advised struct{ hint, project, from, to string }

// advice are hints of specs and projects that no text file of the tests expects.
// TestAllHints in the package frontend looks for those that nothing earns.
var advice = []advised{
	{`run "go get -tool example.com/tool/cmd/tool@latest"`,
		"entrypoint: example.com/tool/cmd/tool\n-- go.mod --\nmodule m\n\ngo 1.26\n", "go 1.26\n", "go 1.26\n\nrequire example.com/tool v1.0.0\n-- go.sum --\n"},
	{`write "JAVA_TOOL_OPTIONS", which the JVM reads by itself`,
		"env: {JAVA_OPTS: -Xmx64m}\n-- pom.xml --\n<project><artifactId>a</artifactId></project>\n", "JAVA_OPTS", "JAVA_TOOL_OPTIONS"},
	{`take a newer image, or set "version"`,
		"language: java\nruntime: me/jre\n-- pom.xml --\n<project><artifactId>a</artifactId><properties><maven.compiler.release>21</maven.compiler.release></properties></project>\n" +
			"-- runtime/usr/lib/jvm/java/bin/java --\n-- runtime/usr/lib/jvm/java/release --\nJAVA_VERSION=\"17.0.2\"\n", "17.0.2", "21.0.2"},
	{`say which module: "project: b", with the main class as "entrypoint"`,
		"-- pom.xml --\n<project><groupId>g</groupId><artifactId>p</artifactId><version>1</version><packaging>pom</packaging><modules><module>a</module><module>b</module></modules></project>\n" +
			"-- a/pom.xml --\n<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><artifactId>a</artifactId></project>\n" +
			"-- b/pom.xml --\n<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><artifactId>b</artifactId></project>\n-- b/src/main/java/B.java --\n",
		"-- b/src/main/java/B.java --\n", "-- b/src/main/java/B.java --\npublic class B {\n    public static void main(String[] args) {}\n}\n"},
	{`say which module: "project: <directory>", with the main class as "entrypoint"`,
		"-- settings.gradle --\ninclude 'a', 'b'\n-- a/build.gradle --\nplugins { id 'java' }\n-- b/build.gradle --\nplugins { id 'java' }\n",
		"plugins { id 'java' }\n-- b", "plugins { id 'application' }\n-- b"},
	{`let the build make an archive with a server in it: spring-boot-maven-plugin does of a war, too`,
		"-- pom.xml --\n<project><artifactId>shop</artifactId><packaging>war</packaging><build><plugins><plugin><artifactId>maven-war-plugin</artifactId></plugin></plugins></build></project>\n",
		"maven-war-plugin", "spring-boot-maven-plugin"},
	{`write it as ${project.basedir}/lib/<name>.jar`,
		"-- pom.xml --\n<project><artifactId>a</artifactId><dependencies><dependency><groupId>g</groupId><artifactId>d</artifactId><version>1</version><scope>system</scope><systemPath>${lib.dir}/d.jar</systemPath></dependency></dependencies></project>\n-- lib/d.jar --\n-- src/main/java/A.java --\nclass A { public static void main(String[] args) {} }\n",
		"${lib.dir}", "${project.basedir}/lib"},
	{`want a file, script:NAME, or a program of a dependency`,
		"entrypoint: serve!\n-- package.json --\n{\"name\": \"a\"}\n-- main.js --\n", "serve!", "main.js"},
	{`write "language: static"`, next + "-- next.config.js --\nmodule.exports = { output: 'export' }\n", "export'", "standalone'"},
	{`write one with module.exports = { output: "standalone" }`, next, "-- app/page.js --", "-- next.config.js --\nmodule.exports = { output: 'standalone' }\n-- app/page.js --"},
	{`commit a lock of npm, pnpm or yarn`, "-- package.json --\n{\"name\": \"a\", \"main\": \"main.js\"}\n-- main.js --\n-- bun.lock --\n", "bun.lock", "bun.txt"},
	{`change the range, write "version", or name images with "toolchain" and "runtime"`,
		"-- package.json --\n{\"name\": \"a\", \"main\": \"main.js\", \"engines\": {\"node\": \">=99\"}}\n-- main.js --\n", ">=99", ">=20"},
	{`set SETUPTOOLS_SCM_PRETEND_VERSION in "build.env", or let .git into the build context`,
		"entrypoint: main.py\n-- pyproject.toml --\n[project]\nname = \"a\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [\"setuptools-scm\"]\n-- main.py --\n",
		"entrypoint", "build: {env: {SETUPTOOLS_SCM_PRETEND_VERSION: 1.2.3}}\nentrypoint"},
	{`write "build: {ssh: true}", and build with --ssh default`,
		"entrypoint: main.py\n-- requirements.txt --\nsdk @ git+ssh://git@git.example.com/me/sdk@0123456789abcdef0123456789abcdef01234567\n-- main.py --\n",
		"entrypoint", "build: {ssh: true}\nentrypoint"},
	{`give it as a secret: --secret id=netrc,src=$HOME/.netrc, or the whole address by --secret id=pip.conf,src=pip.conf`,
		"entrypoint: main.py\n-- requirements.txt --\n--index-url https://me:password@pypi.example.com/simple\nflask==3.0.0\n-- main.py --\n", "me:password@", ""},
	{`write "entrypoint": the WSGI or ASGI module, shop.wsgi for example`,
		"-- requirements.txt --\ndjango==5.1\ngunicorn==23.0.0\n-- manage.py --\nimport django\n-- shop/wsgi.py --\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
		"import django\n", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n"},
	{`want a file, a module, module:app, or a console script`, "language: python\nentrypoint: serve!\n-- main.py --\n-- requirements.txt --\n", "serve!", "main.py"},
	{`it declares "server"`,
		"build: {extras: [worker]}\n-- pyproject.toml --\n[project]\nname = \"a\"\n[project.optional-dependencies]\nserver = []\n-- main.py --\n", "[worker]", "[server]"},
	{`it has /usr/bin/python3.11`,
		"language: python\nversion: 3.12\nruntime: me/python\n-- main.py --\n-- requirements.txt --\n-- runtime/usr/bin/python3.11 --\n", "python3.11 --", "python3.12 --"},
	{`write the list anew with versions: pip list --format=freeze > requirements.txt`,
		"-- requirements.txt --\nidna @ file:///croot/idna_1714398848350/work\n-- main.py --\n", "idna @ file:///croot/idna_1714398848350/work", "idna==3.7"},
	{`name it by a path from the project's directory`,
		"-- requirements.txt --\nlib @ file:///home/me/lib\n-- main.py --\n-- lib/pyproject.toml --\n", "file:///home/me/lib", "file:./lib"},
	{`build from the directory that holds both, and write "project": the path of this one from there`,
		"-- requirements.txt --\n-e ../lib\n-- main.py --\n-- lib/pyproject.toml --\n", "../lib", "./lib"},
	{`run "poetry lock" or "pipenv lock" and commit the result`,
		"-- pyproject.toml --\n[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\nflask = \"*\"\n-- main.py --\n", "flask = \"*\"", ""},
	{`build a wheel of it for each platform and lock that, or name an image that has the compiler by "toolchain" and build for the builder's platform`,
		"entrypoint: main.py\n-- pyproject.toml --\n[project]\nname = \"a\"\n[build-system]\nrequires = [\"maturin>=1\"]\n-- main.py --\n", "maturin", "setuptools"},
	{`write what the program needs of Python's own index into requirements.txt or pyproject.toml; libraries of the system go into "build.packages"`,
		"language: python\n-- environment.yml --\n-- main.py --\n", "environment.yml", "requirements.txt"},
	{`name a released version, or a wheel's URL: "name @ https://…"`,
		"-- requirements.txt --\nsdk @ hg+https://hg.example.com/sdk@1\n-- main.py --\n", "sdk @ hg+https://hg.example.com/sdk@1", "sdk==1"},
	{`write the lock anew and commit it`,
		"-- pyproject.toml --\n[project]\nname = \"a\"\ndependencies = [\"flask\"]\n-- pylock.toml --\nlock-version = \"1.0\"\n[[packages]]\nname = \"other\"\nversion = \"1\"\n-- main.py --\n",
		"name = \"other\"", "name = \"flask\""},
	{`build for linux/amd64, linux/arm64 or linux/riscv64`,
		"platforms: [linux/s390x]\nlanguage: python\n-- requirements.txt --\n-- main.py --\n", "s390x", "arm64"},
	{`it is a library`, "entrypoint: lib\n-- Cargo.toml --\n[workspace]\nmembers = [\"lib\"]\n-- Cargo.lock --\nversion = 4\n\n[[package]]\nname = \"lib\"\nversion = \"1.0.0\"\n" +
		"-- lib/Cargo.toml --\n[package]\nname = \"lib\"\nversion = \"1.0.0\"\n-- lib/src/lib.rs --\n", "lib/src/lib.rs", "lib/src/main.rs"},
	{`remove it to link with what the recipe brings, or add the package that has it to build.packages`,
		rusty + "-- .cargo/config.toml --\n[target.aarch64-unknown-linux-gnu]\nlinker = \"own-ld\"\n", "own-ld", "aarch64-linux-gnu-gcc"},
	{`a container runs a program: src/main.rs, or a [[bin]] of Cargo.toml`, strings.Replace(rusty, "src/main.rs", "src/lib.rs", 1), "src/lib.rs", "src/main.rs"},
	{`name an image that has it as "toolchain" in the spec`, rusty + "-- rust-toolchain.toml --\n[toolchain]\npath = \"/opt/rust\"\n", `path = "/opt/rust"`, `channel = "1.90"`},
	{`have its configuration send neither ETag nor Last-Modified, or leave "runtime" out`,
		"language: static\nruntime: nginx:1\n-- index.html --\n-- runtime/usr/sbin/nginx --\n-- runtime/usr/share/nginx/html/index.html --\n", "runtime: nginx:1\n", ""},
	{`leave "runtime" out for Caddy on distroless`,
		"language: static\nruntime: me/empty\n-- index.html --\n-- runtime/etc/passwd --\n", "runtime/etc/passwd", "runtime/usr/bin/caddy"},
	{`say which it is: "language: go"`, "-- go.mod --\nmodule m\n\ngo 1.26\n-- main.go --\npackage main\n\nfunc main() {}\n-- requirements.txt --\n", "-- requirements.txt --", "-- other.txt --"},
}

const (
	next  = "-- package.json --\n{\"name\": \"a\", \"scripts\": {\"build\": \"next build\", \"start\": \"next start\"}, \"dependencies\": {\"next\": \"15.0.0\"}}\n-- package-lock.json --\n{\"lockfileVersion\": 3, \"packages\": {\"\": {\"name\": \"a\", \"dependencies\": {\"next\": \"15.0.0\"}}, \"node_modules/next\": {\"version\": \"15.0.0\", \"integrity\": \"sha512-a\", \"resolved\": \"https://r/n.tgz\"}}}\n-- app/page.js --\n"
	rusty = "-- Cargo.toml --\n[package]\nname = \"a\"\nversion = \"1.0.0\"\nedition = \"2021\"\n-- Cargo.lock --\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n-- src/main.rs --\nfn main() {}\n"
)

// TestAdvice gives each project its hint, and what is near it none such.
func TestAdvice(t *testing.T) {
	for _, a := range advice {
		if a.from == "" || !strings.Contains(a.project, a.from) {
			t.Fatalf("%s: nothing is near it", a.hint)
		}
		has := func(d diag.Diagnostic) bool { return strings.Contains(d.Hint, a.hint) }
		if got := toldOf(t, a.project); !slices.ContainsFunc(got, has) {
			t.Errorf("got %v, want %s", got, a.hint)
		}
		if got := toldOf(t, strings.Replace(a.project, a.from, a.to, 1)); slices.ContainsFunc(got, has) {
			t.Errorf("got %v for %q", got, a.to)
		}
	}
}

// toldOf returns what is told of a project on amd64, for arm64 or what it says.
func toldOf(t *testing.T, text string) diag.List {
	t.Helper()
	archive := txtar.Parse([]byte(text))
	doc := trial.Document(t, string(archive.Comment)+"\n")
	target := trial.ARM64
	if strings.Contains(text, "linux/s390x") {
		target.Architecture = "s390x"
	}
	s, diags := doc.Spec(spec.Request{Platform: target})
	if s == nil {
		return diags
	}
	p := &language.Project{FS: trial.FS(t, archive), Spec: s, Host: trial.AMD64, SpecFile: trial.SpecFile}
	if s.Runtime.IsSet() {
		p.Runtime, _ = fs.Sub(p.FS, "runtime")
	}
	_, more := plan.New(p, target)
	diags.Add(more)
	return diags
}
