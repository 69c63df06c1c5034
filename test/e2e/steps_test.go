package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestCompileIsSealed runs a script in place of the compiler's tools: there is
// no network, the source and the root are read-only, and /tmp and HOME are not.
func TestCompileIsSealed(t *testing.T) {
	lab := start(t)
	host, port, _ := strings.Cut(lab.Registry, ":")
	dir := project(t, fmt.Sprintf(`
-- stagefront.yaml --
# syntax=org/stagefront
build:
  flags: [-toolexec, /bin/bash /src/probe.sh]
-- go.mod --
module example.com/probe

go 1.26.0
-- main.go --
package main

func main() { println("sealed") }
-- probe.sh --
probe() { if "$@" 2>/dev/null; then echo "probe: $* must fail" >&2; exit 1; fi; }
connect() { (exec 3<>/dev/tcp/%s/%s); }
write() { (echo x >"$1"); }
probe connect
probe write /src/x
probe write /usr/x
probe write /go/x
write /tmp/$$ && write "$HOME/$$" && write /out/.$$ && rm /out/.$$ || exit 1
exec "$@"
`, host, port))
	ref := build(t, lab, dir, "sealed")
	result, err := open(t, ref, "linux/amd64").Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stderr != "sealed\n" {
		t.Errorf("got %+v, %v", result, err)
	}
}

// TestNamedContext replaces the toolchain, which is for the builder's platform, and the
// runtime, which is for another one, by images that whoever builds names.
func TestNamedContext(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
toolchain: example.com/no/such:toolchain
runtime: example.com/no/such:runtime
-- go.mod --
module example.com/named

go 1.26.0
-- main.go --
package main

func main() { println("named") }
`)
	const foreign = "linux/arm64" // such a toolchain has caches of its own, and Go's library is compiled anew
	ref := build(t, lab, dir, "named", "--platform="+foreign,
		"--build-context", "example.com/no/such:toolchain=docker-image://golang:1.26-trixie",
		"--build-context", "example.com/no/such:runtime=docker-image://gcr.io/distroless/base-debian13:nonroot")
	img := open(t, ref, foreign)
	result, err := img.Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stderr != "named\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	if got := img.Config.Config.WorkingDir; got != "/home/nonroot" {
		t.Errorf("got working directory %q, want the runtime's own", got)
	}
}

// TestFiles puts files, empty directories and volumes into an image; the
// program writes where the spec says that it can.
func TestFiles(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: gcr.io/distroless/cc-debian13:debug-nonroot
workdir: /srv/app
volumes: [/data]
files:
  - conf
  - {from: conf/a.txt, to: /bin/a.txt, mode: 0600, owner: nonroot}
  - {to: /var/cache/app}
  - {source: "gcr.io/distroless/static-debian13:nonroot", from: /etc/passwd, to: /etc/app/}
-- conf/a.txt --
a
-- .dockerignore --
conf/ignored.txt
-- conf/ignored.txt --
-- go.mod --
module example.com/files

go 1.26.0
-- main.go --
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, dir := range []string{"/data", "/var/cache/app", ".", "/tmp", os.Getenv("HOME")} {
		fmt.Println(dir, os.WriteFile(dir+"/x", nil, 0o666))
	}
	fmt.Println(os.WriteFile("/etc/x", nil, 0o666) != nil)
	data, err := os.ReadFile("conf/a.txt")
	fmt.Printf("%q %v\n", data, err)
}
`)
	ref := build(t, lab, dir, "files")
	want := "/data <nil>\n/var/cache/app <nil>\n. <nil>\n/tmp <nil>\n/home/nonroot <nil>\ntrue\n\"a\\n\" <nil>\n"
	for _, platform := range platforms {
		img := open(t, ref, platform)
		result, err := img.Run(t.Context(), image.RunOptions{})
		if err != nil || result.Stdout != want {
			t.Errorf("%s: got %+v, %v, want %q", platform, result, err, want)
		}
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		if f := files["/bin"]; f.Linkname != "usr/bin" {
			t.Errorf("/bin is %v, want the runtime's link", f)
		}
		for name, want := range map[string]string{
			"/usr/bin/a.txt":      "-rw------- 65532:65532",
			"/srv/app":            "drwxrwxr-x 65532:0",
			"/srv/app/conf/a.txt": "-rw-r--r-- 0:0",
			"/etc/app/passwd":     "-rw-r--r-- 0:0",
			"/var/cache/app":      "drwxrwxr-x 65532:0",
		} {
			f := files[name]
			if got := fmt.Sprintf("%v %d:%d", f.Mode, f.UID, f.GID); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		if _, there := files["/srv/app/conf/ignored.txt"]; there {
			t.Error("an ignored file is in the image")
		}
	}
}

// TestLinkedFiles names links: what they lead to is copied, as COPY does, and links in
// a directory stay links. One that leads out of the context is an error.
func TestLinkedFiles(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
files: [current.conf, confs, "all/*.conf", conf]
-- bad.yaml --
# syntax=org/stagefront
files: [out]
-- conf/prod.conf --
prod
-- all/one.txt --
-- go.mod --
module example.com/linked

go 1.26.0
-- main.go --
package main

func main() {}
`)
	for link, to := range map[string]string{
		"current.conf": "conf/prod.conf", "confs": "conf", "conf/latest": "prod.conf", "all/a.conf": "../conf/prod.conf", "out": "../../etc/passwd",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	img := open(t, build(t, lab, dir, "linked-files"), "linux/amd64")
	for _, name := range []string{"current.conf", "confs/prod.conf", "all/a.conf", "conf/prod.conf"} {
		if data, err := img.ReadFile("/app/" + name); err != nil || string(data) != "prod\n" {
			t.Errorf("%s: got %q, %v", name, data, err)
		}
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/app/conf/latest", "/app/confs/latest"} {
		if f := files[name]; f.Linkname != "prod.conf" {
			t.Errorf("%s is %v, want a link", name, f)
		}
	}
	printed, err := try(t, lab, dir, "-f", "bad.yaml")
	if want := `bad.yaml:2:9: "out" is a link to "../../etc/passwd", which is not in the build context`; err == nil || !strings.Contains(printed, want) {
		t.Errorf("got %v, want %s\n%s", err, want, printed)
	}
}

// TestSecretsStayOut builds with secrets and a proxy and looks for them in the
// image and in what was printed.
func TestSecretsStayOut(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
runtime: scratch
certificates: false
-- netrc --
machine proxy.example.com login me password hunter2
-- stagefront.yaml.dockerignore --
netrc
-- go.mod --
module example.com/secrets

go 1.26.0

require github.com/google/uuid v1.6.0
-- go.sum --
github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=
-- main.go --
package main

import "github.com/google/uuid"

func main() { println(uuid.Nil.String()) }
`)
	ref := build(t, lab, dir, "secrets", "--secret", "id=netrc,src=netrc", "--build-arg", "NO_PROXY=*")
	img := open(t, ref, "linux/arm64")
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		if !f.Mode.IsRegular() {
			continue
		}
		data, err := img.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "hunter2") {
			t.Errorf("the secret is in %s", name)
		}
		if strings.HasPrefix(name, "/etc/ssl") {
			t.Errorf("got %s, want no certificates", name)
		}
	}
	if env := strings.Join(img.Config.Config.Env, " "); strings.Contains(env, "PROXY") {
		t.Errorf("got env %q, want no proxy", env)
	}
}

// TestUnread edits what is no input of compile where that begins with no cache: the spec,
// prose, a file of CI. The program is not compiled again, and the image has what the spec
// says now.
func TestUnread(t *testing.T) {
	lab := start(t)
	dir := project(t, `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
args: [one]
-- README.md --
one
-- .github/workflows/ci.yml --
one
-- go.mod --
module example.com/unread

go 1.26.0
-- main.go --
package main

import "os"

func main() { println(os.Args[1]) }
`)
	const apart = "--build-arg=STAGEFRONT_COMPILE_APART=1"
	build(t, lab, dir, "unread", apart)
	for name, data := range map[string]string{
		"stagefront.yaml":          "# syntax=org/stagefront\nlanguage: go\nargs: [two]\n",
		"README.md":                "two",
		".github/workflows/ci.yml": "two",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ref, printed, err := tryBuild(t, lab, dir, "unread", apart)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	for _, platform := range platforms {
		step := regexp.MustCompile(`(?m)^#(\d+) \[go ` + platform + `\] compile \.$`).FindStringSubmatch(printed)
		if step == nil || !strings.Contains(printed, "#"+step[1]+" CACHED") {
			t.Errorf("%s: it was compiled again\n%s", platform, printed)
		}
		result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
		if err != nil || !strings.Contains(result.Stderr, "two") {
			t.Errorf("%s: got %+v, %v", platform, result, err)
		}
	}
}
