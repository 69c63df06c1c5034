package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stagefront/stagefront/test/labenv"
)

//go:embed dockerfiles
var dockerfiles embed.FS

// dockerfile is the name of the expert's file in a project.
const dockerfile = "Dockerfile"

// specFile is the name of the spec in a project.
const specFile = "stagefront.yaml"

// project is an example that both sides build.
type project struct {
	name    string
	dir     string // below the root of the repository; its Dockerfile has its name
	others  int    // how many files are beside it, which nothing reads
	changes []change
	rivals  []rival // beside the expert
}

// change is what is different from one build to the next.
type change struct {
	name  string
	edits []edit
	fresh bool // the daemon has nothing, and a registry the cache of what was built first
	cold  bool // the daemon has nothing, and there is no cache
}

// edit is what is added to a file: at its end, or after a text that it has once.
type edit struct {
	file  string
	after string
	text  string   // in which %d is another number every time
	list  []string // or one of these each time
}

// projects are all that are compared. Nothing changes between builds of "noop".
var projects = []project{
	{name: "go", dir: "examples/go-http", rivals: []rival{tutorial, ko, goBuild, one}, changes: changes(ofServer, adding(module,
		"github.com/pkg/errors v0.9.1 h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4= h1:bwawxfHBFNV+L2hUp1rHADufV3IMtnDRdf1r5NINEl0=",
		"github.com/dustin/go-humanize v1.0.1 h1:GzkhY7T5VNhEkwH0PVJgjz+fX1rhBrR7pRT3mDkpeCY= h1:Mu1zIs6XwVuF/gI1OepvI0qD18qycQx+mFykh5fBlto=",
		"github.com/cespare/xxhash/v2 v2.3.0 h1:UL815xU9SqsFlibzuggzjXhog7bL6oX9BbNZnL2UFvs= h1:VGX0DQ3Q6kWi7AoAeZDth3/j3BFtOZR5XLFGgcrjCOs=",
		"github.com/mitchellh/go-homedir v1.1.0 h1:lukF9ziXFxDFPkA1vsr5zpc1XuPDn/wFntq5mG+4E0Y= h1:SfyaCUpYCn1Vlf4IUYiD9fPX4A5wJrkLzIz1N1q0pr0=",
		"github.com/gorilla/mux v1.8.1 h1:TuBL49tXwgrFYWhqrNgrUNEY92u81SPhu7sTdzQEiWY= h1:AKf9I4AEqPTmMytcMc0KkNouC66V3BtZ4qD5fmWSiMQ=",
		"github.com/julienschmidt/httprouter v1.3.0 h1:U0609e9tgbseu3rBINet9P48AI/D3oJs4dN7jwJOQ1U= h1:JR6WtHb+2LUe8TCKY3cZOxFyyO8IZAc4RVcycCCAKdM=",
		"github.com/BurntSushi/toml v1.5.0 h1:W5quZX/G/csjUnuI8SUYlsHs9M38FC7znL0lIO+DvMg= h1:ukJfTF/6rtPPRCnwkur4qwRxa8vTRFBF0uk2lLoLwho=",
		"github.com/spf13/pflag v1.0.10 h1:4EBh2KAYBwaONj6b2Ye1GiHfwjqyROoF4RwYO+vPwFk= h1:McXfInJRrz4CZXVZOBLb0bTZqETkiAhM9Iw0y3An2Bg=",
		"github.com/google/shlex v0.0.0-20191202100458-e7afc7fbc510 h1:El6M4kTTCOh6aBiKaUGG7oYTSPP8MxqL4YI3kZKwcP4= h1:pupxD2MaaD3pAXIBCelhxNneeOaAeabZDe5s4K6zSpQ=",
		"github.com/hashicorp/golang-lru/v2 v2.0.7 h1:a+bsQ5rvGLjzHuww6tVxozPZFVghXaHOwFs4luLUK2k= h1:QeFd9opnmA6QUJc5vARoKUSoFhyfM2/ZepoAG6RGpeM=",
	)...)},
	{name: "files", dir: "examples/go-http", others: 100_000, changes: []change{{name: "noop"}, {name: "edit", edits: []edit{ofServer}}}},
	{name: "modules", dir: "test/bench/modules", changes: changes(edit{file: "main.go", text: inGo})},
	{name: "python", dir: "examples/python-flask", rivals: []rival{tutorial, one}, changes: changes(
		edit{file: "app.py", text: "\nEDITED = %d\n"}, pip)},
	{name: "django", dir: "examples/python-django", changes: changes(
		edit{file: "notes/views.py", text: "\nEDITED = %d\n"}, pip)},
	{name: "java", dir: "examples/java-spring", rivals: []rival{tutorial, mavenPackage, one}, changes: changes(
		edit{file: "src/main/java/hello/Application.java", text: "\nclass Edited%d {}\n"}, adding(maven,
			"org.apache.commons commons-lang3 3.20.0", "commons-io commons-io 2.21.0", "commons-codec commons-codec 1.21.0",
			"com.google.code.gson gson 2.13.2", "org.apache.commons commons-csv 1.14.1", "org.apache.commons commons-text 1.14.0",
			"org.apache.commons commons-collections4 4.5.0", "org.apache.commons commons-math3 3.6.1", "org.jspecify jspecify 1.0.0",
		)...)},
	{name: "node", dir: "examples/node-express-ts", rivals: []rival{tutorial, npmBuild, one}, changes: changes(edit{file: "src/app.ts", text: "\nexport const edited%d = true;\n"}, adding(npm,
		"nanoid 5.1.5 sha512-Ir/+ZpE9fDsNH0hQ3C68uyThDXzYcim2EqcZ8zn8Chtt1iylPT9xXJB0kPCnqzgcEGikO9RxSrh63MsmVCU7Fw==",
		"dayjs 1.11.13 sha512-oaMBel6gjolK862uaPQOVTA7q3TZhuSvuMQAAglQDOWYO9A91IrAOUJEyKVlqJlHE0vq5p5UXxzdPfMH/x6xNg==",
		"picocolors 1.1.1 sha512-xceH2snhtb5M9liqDsmEw56le376mTZkEX/jEb/RxNFyegNul7eNslCXP9FDj/Lcu0X8KEyMceP2ntpaHrDEVA==",
		"kleur 4.1.5 sha512-o+NO+8WrRiQEE4/7nwRJhN1HWpVmJm511pBHUxPLtp0BUISzlBplORYSmTclCnJvQq2tKu/sgl3xVpkc7ZWuQQ==",
		"uuid 11.1.0 sha512-0/A9rDy9P7cJ+8w1c9WD9V//9Wj15Ce2MPz8Ri6032usz+NfePxx5AcN3bN+r6ZL6jEo066/yNYB3tn4pQEx+A==",
		"is-number 7.0.0 sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==",
		"slash 5.1.0 sha512-ZA6oR3T/pEyuqwMgAKT0/hAv8oAXckzbkmR0UkUosQ+Mc4RxGoJkRmwHgHufaenlyAgE1Mxgpdcrf75y6XcnDg==",
		"lodash 4.17.21 sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
		"yaml 2.8.0 sha512-4lLa/EcQCB0cJkyts+FpIRx5G/llPxfP6VQU5KByHEhLxY3IJCH0f0Hy1MHI8sClTvsIb8qwRJ6R/ZdlDJ/leQ==",
		"klona 2.0.6 sha512-dhG34DXATL5hSxJbIexCft8FChFXtmskoZYnoPWjXQuebWYCNkVeV3KkGegCK9CP1oswI/vQibS2GY7Em/sJJA==",
		"dequal 2.0.3 sha512-0je+qPKHEMohvfRTCEo3CrPG6cAzAYgmzKyxRiYSSDkS6eGJdyVJm7WaYA5ECaAD9wLB2T4EEeymA5aFVcYXCA==",
	)...)},
	{name: "rust", dir: "examples/rust-axum", rivals: []rival{cargoBuild}, changes: changes(
		edit{file: "src/main.rs", after: "async fn main() -> std::io::Result<()> {\n", text: inRust}, adding(cargo,
			"base64 0.22.1 72b3254f16251a8381aa12e40e3c4d2f0199f8c6508fbecb9d91f575e0fbb8c6",
			"either 1.19.0 0e9c71c2167ca323c882b99918929403426e2373ea17242ff5653e0d5e1058be",
			"fastrand 2.5.0 da7c62ceae207dd37ea5b845da6a0696c799f85e97da1ab5b7910be3c1c80223",
			"fnv 1.0.7 3f9eec918d3f24069decb9af1554cad7c880e2da24a9afd88aca000531ab82c1",
			"hex 0.4.3 7f24254aa9a54b5c858eaee2f5bccdb46aaf0e486a595ed5fd8f86ba55232a70",
			"humantime 2.4.0 15cdd26707701c53297e2fa6afb323d55fbc1d0810c3aec078ae3ef0424c3c15",
			"lazy_static 1.5.1 20870f649af7073d53e38067b2a84312175d56ea15217e1b15bc83506ec50afb",
			"scopeguard 1.2.0 94143f37725109f92c262ed2cf5e59bce7498c01bcc1502d7b9afe439a4e9f49",
			"strsim 0.11.1 7da8b5736845d9f2fcb837ea5d9e2628564b3b043a70948a3f0b778838c5fb4f",
		)...)},
	// For arm64 alone: its Dockerfile compiles under emulation.
	{name: "rust-emulated", dir: "test/bench/emulated", changes: []change{
		{name: "edit", edits: []edit{{file: "src/main.rs", after: "fn main() {\n", text: inRust}}},
		{name: "cold", cold: true},
	}},
}

// ofServer is an edit of examples/go-http.
var ofServer = edit{file: "cmd/server/main.go", text: inGo}

// inGo and inRust, the latter at the beginning of a function, have the compiler make another
// program each time. Of what it leaves out it makes one that a builder has the layer of, and
// so has nothing to compress and push.
const (
	inGo   = "\nfunc init() { println(%d) }\n"
	inRust = "    let _ = std::hint::black_box(%d_u64);\n"
)

// changes returns those that all projects have: nothing, an edit of source, the same where
// the daemon has nothing but a cache, nothing where it has none, and, where edits for it are
// given, a dependency more.
func changes(source edit, dependency ...edit) []change {
	list := []change{
		{name: "noop"},
		{name: "edit", edits: []edit{source}},
		{name: "fresh", edits: []edit{source}, fresh: true},
		{name: "cold", cold: true},
	}
	if len(dependency) > 0 {
		list = append(list, change{name: "dependency", edits: dependency})
	}
	return list
}

// module are the edits that import a Go module that needs no other one, by its path, its
// version, its checksum and that of its go.mod.
var module = []edit{
	{file: "go.mod", after: "require (\n", text: "\t%[1]s %[2]s"},
	{file: "go.sum", text: "%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s"},
	{file: "cmd/server/main.go", after: "import (\n", text: "\t_ %[1]q"},
}

// cargo are the edits that add a package to a manifest and its lock, by its name, version
// and checksum.
var cargo = []edit{
	{file: "Cargo.toml", after: "[dependencies]\n", text: "%[1]s = \"=%[2]s\""},
	{file: "Cargo.lock", after: "name = \"greeter\"\nversion = \"0.1.0\"\ndependencies = [\n", text: " %[1]q,"},
	{file: "Cargo.lock", text: "\n[[package]]\nname = %[1]q\nversion = %[2]q\n" +
		"source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = %[3]q"},
}

// pip is the edit that adds a library that needs no other one.
var pip = edit{file: "requirements.txt", list: []string{
	"six==1.17.0 --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274",
	"idna==3.10 --hash=sha256:946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3",
	"colorama==0.4.6 --hash=sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6",
	"attrs==25.3.0 --hash=sha256:427318ce031701fea540783410126f03899a97ffc6f61596ad581ac2e40e3bc3",
	"toml==0.10.2 --hash=sha256:806143ae5bfb6a3c6e736a764057db0e6a0e05e338b5630894a5f779cabb4f9b",
	"pytz==2025.2 --hash=sha256:5ddf76296dd8c44c26eb8f4b6f35488f3ccbf6fbbd7adee0b7262d43f0ec2f00",
	"certifi==2025.1.31 --hash=sha256:ca78db4565a652026a4db2bcdf68f2fb589ea80d0be70e03929ed730746b84fe",
	"zipp==3.21.0 --hash=sha256:ac1bbe05fd2991f160ebce24ffbac5f6d11d83dc90891255885223d42b3cd931",
	"tabulate==0.9.0 --hash=sha256:024ca478df22e9340661486f85298cff5f6dcdba14f3813e8830015b9ed1948f",
	"pyparsing==3.2.1 --hash=sha256:506ff4f4386c4cec0590ec19e6302d3aedb992fdc02c761e90416f158dacf8e1",
	"wcwidth==0.2.13 --hash=sha256:3da69048e4540d84af32131829ff948f1e022c1c6bdb8d6102117aac784f6859",
	"iniconfig==2.0.0 --hash=sha256:b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374",
}}

// maven is the edit that adds a library to a POM, by its group, name and version.
var maven = []edit{{
	file: "pom.xml", after: "  <dependencies>\n",
	text: "    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>",
}}

// npm are the same for a package that needs no other one, by its name, version and the sum
// of its archive.
var npm = []edit{
	{file: "package.json", after: "  \"dependencies\": {\n", text: "    %[1]q: %[2]q,"},
	{
		file: "package-lock.json", after: "      \"name\": \"notes\",\n      \"version\": \"1.3.0\",\n      \"dependencies\": {\n",
		text: "        %[1]q: %[2]q,",
	},
	{
		file: "package-lock.json", after: "  \"packages\": {\n",
		text: "    \"node_modules/%[1]s\": {\"version\": %[2]q, \"integrity\": %[3]q},",
	},
}

// adding returns edits that add one of some packages each time; %[1]s is its first word.
func adding(edits []edit, packages ...string) (all []edit) {
	for _, e := range edits {
		for _, p := range packages {
			var words []any
			for _, w := range strings.Fields(p) {
				words = append(words, w)
			}
			e.list = append(e.list, fmt.Sprintf(e.text, words...))
		}
		all = append(all, e)
	}
	return all
}

// checkout copies the project and the Dockerfile of a rival to a new directory.
func (p project) checkout(r rival) (string, error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", p.dir))); err != nil {
		return "", err
	}
	if r.leaves != "" {
		return dir, os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte(r.leaves+"\n"), 0o644)
	}
	if r.dockerfile == "" {
		return dir, nil
	}
	data, err := dockerfiles.ReadFile("dockerfiles/" + filepath.Base(p.dir) + r.dockerfile)
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, dockerfile), data, 0o644)
}

// surround puts other files beside a project, a thousand in a directory.
func (p project) surround(dir string) error {
	for i := range p.others {
		name := filepath.Join(dir, "others", fmt.Sprint(i/1000), fmt.Sprint(i))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(name), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// apply makes the change for the i-th time.
func (c change) apply(dir string, i int) error {
	for _, e := range c.edits {
		name := filepath.Join(dir, e.file)
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(e.apply(string(data), i)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// apply returns a text with the edit made in it for the i-th time.
func (e edit) apply(text string, i int) string {
	added := ""
	switch {
	case e.list == nil:
		added = fmt.Sprintf(e.text, time.Now().UnixNano())
	case i >= 0:
		added = e.list[i%len(e.list)] + "\n"
	}
	if before, rest, ok := strings.Cut(text, e.after); ok && e.after != "" {
		return before + e.after + added + rest
	}
	return strings.TrimRight(text, "\n") + "\n" + added
}

// first returns the number of the first build: what is built before that of number 0 fills
// caches and is not counted. The second time some are still filled, but for those of a
// registry. A cold build has none.
func (c change) first() int {
	switch {
	case c.cold:
		return 0
	case c.fresh:
		return -1
	}
	return -2
}

// adds reports whether each build adds another dependency, which is no other one in the next
// run of this program.
func (c change) adds() bool {
	return slices.ContainsFunc(c.edits, func(e edit) bool { return e.list != nil })
}

// forget has the daemon forget everything.
func forget(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "buildx", "prune", "--all", "--force").CombinedOutput()
	if err != nil {
		return fmt.Errorf("pruning: %w\n%s", err, out)
	}
	return nil
}

// cache returns the flags of a build by which the registry has what was built first, and
// a fresh daemon has it from there.
func (c change) cache(name string, i int) []string {
	from := "--cache-from=type=registry,ref=" + name + "-cache"
	switch {
	case !c.fresh:
		return nil
	case i < 0: // as a pipeline does each time, the first time too
		return []string{from, "--cache-to", "type=registry,mode=max,ref=" + name + "-cache"}
	}
	return []string{from}
}

// network returns the flags of a build that reaches what the machine reaches. Java
// reads certificates from a file of its own.
func network() []string {
	return append(labenv.Network(), "--secret", "id=truststore,src=/etc/ssl/certs/java/cacerts")
}
