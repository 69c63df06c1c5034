package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// words is what a program of a step meets, and all that it tells of it.
type words struct {
	program string
	told    string // what the step tells it
	files   string // an archive of what there is; "npm" is what stands in for npm
	want    string // messages and hints, one a line; ROOT is the directory of the test
}

const (
	ofNpm  = `{"manager": "npm", "version": "10.9.0", "lock": "package-lock.json", "root": ".", "project": ".", "members": ["."], "scripts": [], "production": true}`
	ofTool = `{"name": "pnpm", "command": "pnpm", "version": "10.1.0", "cpu": "x64"}`
	// The lock has a, which wants b, and c, of which another version is installed by some.
	ofProduction = `{"manager": "npm", "version": "10.9.0", "lock": "package-lock.json", "root": ".", "project": ".", "members": ["."], "scripts": [], ` +
		`"production": true, "expected": {"locked": ["a@1.0.0", "b@", "c@1.0.0"], "wanted": ["a", "b"], "undecided": false}}`
	lockedByNpm = "-- src/package.json --\n{}\n-- src/package-lock.json --\n{}\n"
	ofBuild     = `{"root": ".", "runs": [{"dir": ".", "script": "build"}], "starts": [{"file": "dist/main.js", "group": 1, "why": "package.json:1"}]}`
	plainSite   = `{"root": ".", "project": ".", "plain": true, "leave": []`
	builtSite   = `{"root": ".", "project": ".", "leave": [], "outputs": [{"dir": "dist", "why": "Vite"}]`
	ofScripts   = `{"over": "ROOT/deps/app", "out": "ROOT/built", "scripts": ["a"], "cpu": "x64", "libc": "glibc"}`
	sitePage    = "-- src/index.html --\n<h1>site</h1>\n"
	anyToken    = "the registry does not have a package (see above), or shows it only to who has a token: --secret id=npmrc,src=$HOME/.npmrc."
)

// npmSays returns files with an npm that says something and fails.
func npmSays(text string) string {
	return lockedByNpm + "-- npm --\n#!/bin/sh\necho '" + text + "'\nexit 1\n"
}

// npmInstalls returns files with an npm that installs the packages of a script.
func npmInstalls(script string) string {
	return lockedByNpm + `-- npm --
#!/bin/sh
package() { mkdir -p "node_modules/$1" && echo "{\"name\": \"${1##*node_modules/}\", \"version\": \"$2\"${3:+, $3}}" >"node_modules/$1/package.json"; }
wantsB='"optionalDependencies": {"b": "^1", "other": "^1"}'
` + script + "\n"
}

// scripted returns files of a package whose install script says something and fails.
func scripted(text string) string {
	return "-- deps/app/node_modules/a/package.json --\n{\"name\": \"a\", \"version\": \"1.0.0\", \"scripts\": {\"install\": \"" + text + "\"}}\n"
}

// building returns files of a project whose build says something and fails, or works.
func building(text string) string {
	data, _ := json.Marshal(map[string]any{"scripts": map[string]string{"build": text}})
	return "-- src/package.json --\n" + string(data) + "\n"
}

var nodeWords = []words{
	{"fetch.mjs", ofNpm, npmSays("npm error code E401"), "the registry wants a token: give it by --secret id=npmrc,src=$HOME/.npmrc."},
	{"fetch.mjs", strings.Replace(ofNpm, "{", `{"hook": "\"git\" at .npmrc:1", `, 1), npmSays("npm error code E401"),
		`the registry wants a token, which is not given where code of the project may run: remove "git" at .npmrc:1.`},
	{"fetch.mjs", ofNpm, npmSays("Error: nothing is run while packages are fetched: git"),
		"a package is cloned from a repository, or made by a program, and nothing is run while packages are fetched (see above): lock a released version, or the address of its archive."},
	{"fetch.mjs", ofNpm, npmSays("npm error code EUSAGE"), `package-lock.json does not fit package.json: run "npm install" and commit it.`},
	{"fetch.mjs", ofNpm, npmSays("npm error code EUSAGE\nnpm error\nnpm error Missing: b@2.0.0 from lock file\nnpm error Missing: c@1.0.0 from lock file"),
		`package-lock.json does not fit package.json (Missing: b@2.0.0 from lock file): run "npm install" and commit it.`},
	{"fetch.mjs", ofNpm, npmSays("npm error code EINTEGRITY"),
		"a package is not the one that the lock was made with. Write the lock anew; if it happens again, do not trust the registry."},
	{"fetch.mjs", ofNpm, npmSays("npm error code E429"), "the registry has too many requests (429): build again later, or name a mirror by --build-arg NPM_CONFIG_REGISTRY=…."},
	{"fetch.mjs", ofNpm, npmSays("npm error code E503"), "the registry is broken at the moment: it answers with an error of its own (see above)."},
	{"fetch.mjs", ofNpm, npmSays("npm error code E404"), anyToken},
	{"fetch.mjs", ofNpm, npmSays("npm error code TAR_BAD_ARCHIVE"), "a package did not come whole: what stands between here and the registry cuts it off or alters it."},
	{"fetch.mjs", ofNpm, npmSays("npm error network timeout at: http://registry.example.com"), "the registry does not answer."},
	{"fetch.mjs", ofNpm, npmSays("npm error request to http://r.example.com/a failed, reason: getaddrinfo EAI_AGAIN r.example.com"),
		"the registry, or a host that the lock names, is not found from here (see above): name a mirror by --build-arg NPM_CONFIG_REGISTRY=…, or write the lock anew."},
	{"fetch.mjs", ofNpm, npmSays("npm error code EOTHER"), ""},
	{"fetch.mjs", ofNpm, lockedByNpm + "-- src/.npmrc --\nfetch-timeout=0\n-- npm --\n#!/bin/sh\nexec sleep 600\n",
		`nothing has come from the registry for 10 seconds; "fetch-timeout" of .npmrc may say how long it may be.`},
	{"fetch.mjs", ofNpm, lockedByNpm + "-- npm --\n#!/bin/sh\nmkdir -p node_modules/a && echo '{\"name\": \"a\"}' >node_modules/a/package.json && >node_modules/a/binding.gyp\n",
		"a must be compiled when installed, which needs an install script: write build: {scripts: [a]}."},
	{"fetch.mjs", ofNpm, lockedByNpm + "-- npm --\n#!/bin/sh\nmkdir -p node_modules/a/prebuilds/darwin-arm64 && echo '{\"name\": \"a\"}' >node_modules/a/package.json && >node_modules/a/binding.gyp\n",
		"a must be compiled when installed, which needs an install script: write build: {scripts: [a]}."},
	{"fetch.mjs", ofNpm, lockedByNpm + "-- npm --\n#!/bin/sh\nmkdir -p node_modules/a/prebuilds/darwin-arm64 node_modules/a/prebuilds/linux-x64 && echo '{\"name\": \"a\"}' >node_modules/a/package.json && >node_modules/a/binding.gyp\n", ""},
	{"fetch.mjs", ofProduction, npmInstalls(`package a 1.0.0 "$wantsB"; package b 7.0.0; package c v1.0.0+build`), ""},
	{"fetch.mjs", ofProduction, npmInstalls(`package a 1.0.0 "$wantsB"`),
		"package-lock.json has b, which was not installed: the registry did not give it. Build again, or look whether it is there."},
	{"fetch.mjs", ofProduction, npmInstalls(`package a 1.0.0; package c 1.0.1; package a/node_modules/d 2.0.0`),
		"package-lock.json does not have c 1.0.1, d 2.0.0, which was installed: write the lock anew with npm, and commit it."},
	{"fetch.mjs", ofProduction, npmInstalls(`package a 1.0.0 '"bundleDependencies": ["d"]'; package a/node_modules/d 2.0.0; package a/node_modules/e 1.0.0; package a/node_modules/d/node_modules/e 1.0.0`), ""},
	{"tool.mjs", ofTool, npmSays("npm error code ETARGET"), "the registry has no pnpm 10.1.0, which pnpm is fetched as: name another release of it."},
	{"tool.mjs", ofTool, npmSays("npm error code EOTHER"), "pnpm 10.1.0 could not be fetched."},
	{"scripts.mjs", `{"over": "ROOT/deps/app", "out": "ROOT/built", "scripts": ["b"], "cpu": "x64", "libc": "glibc"}`, scripted("exit 3"), "build.scripts names b, which nothing that is installed is called."},
	{"scripts.mjs", ofScripts, scripted("exit 3"),
		`the script "install" of a 1.0.0 failed with status 3. It has neither the network nor secrets; what it downloads is to be had by build: {network: default}.`},
	{"scripts.mjs", ofScripts, scripted("echo getaddrinfo ENOTFOUND files.example.com; exit 1"),
		`the script "install" of a 1.0.0 asked for files.example.com, and has neither the network nor secrets: write build: {network: default}.`},
	{"scripts.mjs", ofScripts, scripted("echo getaddrinfo ENOTFOUND files.example.com; echo ../a.cpp:7:3: error: no such member; exit 1"),
		`the script "install" of a 1.0.0 does not compile for node VERSION: ../a.cpp:7:3: error: no such member. Write an older "version", or update the package.`},
	{"scripts.mjs", ofScripts, scripted("echo ../a.c:1:10: fatal error: pq.h: No such file or directory; exit 1"),
		`the script "install" of a 1.0.0 wants pq.h: name the distribution's package that has it in build.packages.`},
	{"compile.mjs", ofBuild, building("echo getaddrinfo EAI_AGAIN api.example.com; exit 1"),
		`"build" asked for api.example.com, and what builds has no network. Commit what it downloads, or write build: {network: default}.`},
	{"compile.mjs", ofBuild, building("echo 'curl: (6) Could not resolve host: files.example.com'; exit 6"),
		`"build" asked for files.example.com, and what builds has no network. Commit what it downloads, or write build: {network: default}.`},
	{"compile.mjs", ofBuild, building("echo 'Failed to fetch `Inter` from Google Fonts.'; exit 1"),
		`"build" asked for fonts.googleapis.com, and what builds has no network. Commit what it downloads, or write build: {network: default}.`},
	{"compile.mjs", ofBuild, building("echo 'Error: connect ECONNREFUSED 10.1.2.3:5432 at x (index.js)'; exit 1"),
		`"build" asked for 10.1.2.3:5432, and what builds has no network. Commit what it downloads, or write build: {network: default}.`},
	{"compile.mjs", ofBuild, building("echo 'connect ECONNREFUSED ::1:5432'; exit 1"),
		`"build" asked for ::1:5432, and no service runs beside a build: let it do without, or make what wants one when the program runs.`},
	{"compile.mjs", ofBuild, building("sh -c 'echo getaddrinfo EAI_AGAIN r.example.com; exit 1' # npx tool --x"),
		`"build" asked for r.example.com, and what builds has no network: add what "npx tool --x" runs to devDependencies.`},
	{"compile.mjs", ofBuild, building("echo ERR_OSSL_EVP_UNSUPPORTED; exit 1"),
		`"build" runs a tool that is too old for node VERSION: write build: {env: {NODE_OPTIONS: --openssl-legacy-provider}}, or update the tool.`},
	{"compile.mjs", ofBuild, building("echo @prisma/client did not initialize yet; exit 1"),
		`"build" needs what "prisma generate" makes: run that in a script "postinstall", or before the build.`},
	{"compile.mjs", ofBuild, building("exit 3"), ""}, // what it printed is found in the log
	{"compile.mjs", ofBuild, building("true"), `the build does not make dist/main.js (package.json:1); name the file that it makes as "entrypoint"`},
	{"compile.mjs", ofBuild, building("mkdir dist && echo >dist/server.js"), `the build does not make dist/main.js (package.json:1); there are dist/server.js; name one as "entrypoint"`},
	{"compile.mjs", ofBuild, building("mkdir dist && echo >dist/main.js"), ""},
	{"compile.mjs", `{"root": ".", "runs": [{"dir": ".", "script": "build"}], "project": ".", "output": ".next/standalone", "traced": true, ` +
		`"starts": [{"file": "server.js", "group": 0, "why": "what Next.js makes, where next.config.js:2 says so"}]}`, building("mkdir -p .next"),
		`the build does not make .next/standalone/server.js (what Next.js makes, where next.config.js:2 says so); name the file that it makes as "entrypoint"`},
	{"compile.mjs", `{"root": ".", "starts": [{"bin": "serve", "group": 1, "why": "stagefront.yaml:3"}]}`, building("true"),
		`no dependency of production has a program "serve"; name the file that it makes as "entrypoint"`},
	{"site.mjs", plainSite + "}", sitePage, ""},
	{"site.mjs", plainSite + "}", "-- src/a.css --\n", "the site has no index.html; a site begins with one; is it left out of the build context?"},
	{"site.mjs", plainSite + "}", sitePage + "-- src/a.key --\nkey\n", `a.key: private keys are left out of the image; nobody should see them; "files" brings what must be served all the same`},
	{"site.mjs", plainSite + "}", sitePage + "-- src/README.md --\nread\n-- src/Makefile --\nall:\n",
		`Makefile, README.md are part of the site; leave out by an ignore file what nobody should see, or put the site into a directory of its own: "project: site"`},
	{"site.mjs", plainSite + "}", "-- src/index.html --\n<script src=\"/app/a.js\"></script>\n",
		"index.html asks for /app/a.js, which the site does not have; is a base path configured? The site is served at /"},
	{"site.mjs", plainSite + "}", "-- src/index.html --\n<script>document.write('<script src=\"' + base + '/a.js\"><\\/script>')</script>\n<script src=\"/b.js\"></script>\n",
		"index.html asks for /b.js, which the site does not have; is a base path configured? The site is served at /"},
	{"site.mjs", plainSite + `, "fallback": "app.html"}`, sitePage, "the site has no app.html, which is its fallback; name a page of the site, or false"},
	{"site.mjs", builtSite + `, "runs": [{"dir": ".", "script": "build"}]}`, building("true"),
		"there is no index.html in dist (Vite) after the build; name the directory that the build makes: build: {output: DIR}"},
	{"site.mjs", `{"root": ".", "project": ".", "leave": [], "outputs": [{"dir": "types", "why": "vite.config.ts:3"}], "runs": [{"dir": ".", "script": "build"}]}`,
		building("mkdir types b && echo b >b/index.html"), ""},
	{"site.mjs", `{"root": ".", "project": ".", "leave": [], "outputs": [{"dir": "a", "why": "stagefront.yaml:3", "asked": true}], "runs": [{"dir": ".", "script": "build"}]}`,
		building("mkdir b && echo b >b/index.html"), "there is no index.html in a (stagefront.yaml:3) after the build; name it: build: {output: b}"},
	{"site.mjs", `{"root": ".", "project": ".", "leave": [], "runs": [{"dir": ".", "script": "build"}]}`, building("true"),
		"the build made no directory with an index.html; name the directory that the build makes: build: {output: DIR}"},
	{"site.mjs", builtSite + `, "runs": [{"dir": ".", "script": "build"}]}`, building("mkdir a b && echo a >a/index.html && echo b >b/index.html"),
		"several directories that the build made have an index.html: a, b; name it: build: {output: a}"},
	{"site.mjs", builtSite + `, "runs": [{"dir": ".", "script": "build"}]}`, building("mkdir b && echo b >b/index.html"), ""},
	{"site.mjs", builtSite + `, "runs": [{"dir": ".", "script": "build"}]}`, building("mkdir -p b/c && echo b >b/index.html && ln -s . b/loop && ln -s .. b/c/up && ln -s index.html b/same.html"),
		"c/up, loop lead back to directories around; remove the link: a site has each file once"},
}

// TestNodeWords has the frontend's programs for Node and for sites meet what goes wrong:
// what each tells, and what it does not. What they have at the root is below a directory
// of the test.
func TestNodeWords(t *testing.T) {
	lab := start(t)
	lab.Install(t, "node")
	version, err := lab.Run(t, t.TempDir(), "node", "--version")
	if err != nil {
		t.Fatalf("%v\n%s", err, version)
	}
	for _, w := range nodeWords {
		root := t.TempDir()
		w.write(t, lab.Root, root)
		call := []string{"env", "HOME=" + root, "PATH=" + root + ":" + lab.Getenv("PATH"), "node", filepath.Join(root, "programs", w.program)}
		printed, _ := lab.Run(t, filepath.Join(root, "src"), call...) // most fail, and say why
		want := strings.NewReplacer("VERSION", strings.TrimSpace(version), "ROOT", root).Replace(w.want)
		if got := w.heard(root, printed); got != want {
			t.Errorf("%s %s\n%s\ngot  %s\nwant %s\n%s", w.program, w.told, w.files, got, want, printed)
		}
	}
}

// TestNodeMade has a server of a project's own in the image with what the framework in it
// reads, and nothing else that is hidden or that only the build reads.
func TestNodeMade(t *testing.T) {
	lab := start(t)
	lab.Install(t, "node")
	w := words{
		program: "compile.mjs",
		told: `{"root": ".", "project": ".", "members": ["."], "app": "/app", "runs": [{"dir": ".", "script": "build"}], "made": [".next", "next.config.ts"], ` +
			`"without": [".next/cache"], "starts": [{"file": "server.js", "group": 0, "why": "package.json:1"}]}`,
		files: building("true") + "-- src/server.js --\n-- src/other.ts --\n-- src/next.config.ts --\n-- src/.env --\n-- src/.next/BUILD_ID --\n" +
			"-- src/.next/cache/a --\n-- src/.next/server/.map --\n",
	}
	root := t.TempDir()
	w.write(t, lab.Root, root)
	printed, err := lab.Run(t, filepath.Join(root, "src"), "node", filepath.Join(root, "programs", w.program))
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	var got []string
	err = fs.WalkDir(os.DirFS(filepath.Join(root, "out/app")), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, name)
		}
		return err
	})
	want := []string{".next/BUILD_ID", ".next/server/.map", "next.config.ts", "none", "package.json", "server.js"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestNodeSystems takes native code along that is for Linux, not what is for another
// system whose files look the same.
func TestNodeSystems(t *testing.T) {
	lab := start(t)
	lab.Install(t, "node")
	w := words{
		program: "fetch.mjs",
		told: `{"manager": "npm", "version": "10.9.0", "lock": "package-lock.json", "root": ".", "project": ".", "members": ["."], "scripts": [], ` +
			`"production": true, "cpus": ["arm64"], "libc": "glibc"}`,
		files: npmInstalls(`package a 1.0.0
elf() { mkdir -p node_modules/a/prebuilds/$1 && printf "\\177ELF\\2\\1\\1\\$2\\0\\0\\0\\0\\0\\0\\0\\0\\3\\0\\267\\0" >node_modules/a/prebuilds/$1/a.node; }
elf linux-arm64 0
elf freebsd-arm64 11`),
	}
	root := t.TempDir()
	w.write(t, lab.Root, root)
	call := []string{"env", "HOME=" + root, "PATH=" + root + ":" + lab.Getenv("PATH"), "node", filepath.Join(root, "programs", w.program)}
	printed, err := lab.Run(t, filepath.Join(root, "src"), call...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	got, err := os.ReadFile(filepath.Join(root, "deps/native/arm64.natives"))
	want := "node_modules/a/prebuilds/linux-arm64/a.node\ta\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// write puts the programs and the files into a directory.
func (w *words) write(t *testing.T, source, root string) {
	t.Helper()
	var below []string
	for _, dir := range []string{"src", "out", "deps", "made", "built", "opt", "tmp", "root", "var/cache"} {
		for _, quote := range []string{"'", "`"} {
			below = append(below, quote+"/"+dir+"/", quote+root+"/"+dir+"/", quote+"/"+dir+quote, quote+root+"/"+dir+quote)
		}
	}
	archive := txtar.Parse([]byte(w.files))
	for _, dir := range []string{"node", "static"} {
		programs, err := filepath.Glob(filepath.Join(source, "frontend/language", dir, "*.mjs"))
		if err != nil || len(programs) == 0 {
			t.Fatalf("got %d programs: %v", len(programs), err)
		}
		for _, program := range programs {
			data, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer(below...).Replace(string(data))
			archive.Files = append(archive.Files, txtar.File{Name: "programs/" + filepath.Base(program), Data: []byte(text)})
		}
	}
	told := strings.ReplaceAll(w.told, "ROOT", root)
	archive.Files = append(archive.Files, txtar.File{Name: "programs/told.json", Data: []byte(told)}, txtar.File{Name: "out/none"}, txtar.File{Name: "src/none"}, txtar.File{Name: "tmp/none"})
	for _, f := range archive.Files {
		name := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

// heard returns what a program told: in its report, else in what it printed.
func (w *words) heard(root, printed string) string {
	var report struct {
		Problems, Warnings []struct{ Message, Hint string }
	}
	data, err := os.ReadFile(filepath.Join(root, "out/report.json"))
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	if err != nil && !os.IsNotExist(err) {
		return err.Error()
	}
	var said []string
	for _, p := range append(report.Problems, report.Warnings...) {
		said = append(said, p.Message+"; "+p.Hint)
	}
	if len(said) > 0 {
		return strings.Join(said, "\n")
	}
	_, text, _ := strings.Cut(printed, "stagefront: ")
	line, _, _ := strings.Cut(text, "\n")
	return line
}
