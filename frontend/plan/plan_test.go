package plan

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestExport plans every project of testdata for linux/arm64, as a program
// without libraries, and compares what goes into its image.
func TestExport(t *testing.T) {
	golden.Archives(t, "testdata/*.txtar", exported)
}

// exported returns the export of an archive's project as text, or its problems.
func exported(t *testing.T, a *txtar.Archive) string {
	project, diags := trial.Project(t, a, spec.Request{Platform: trial.ARM64})
	if project == nil {
		return diags.Errors().Error() + "\n"
	}
	project.Host = trial.ARM64
	p, diags := New(project, trial.ARM64)
	if p == nil {
		return diags.Errors().Error() + "\n"
	}
	base := Base{Env: spec.Vars{{Name: "PATH", Value: "/bin"}}}
	if p.Runtime.Kind == Custom {
		base.FS, base.Workdir = runtimeFS, "/srv"
	}
	e, diags := p.Export(base, Found{Libraries: []Library{{From: language.FromToolchain, Path: "usr/lib/aarch64-linux-gnu/libz.so.1", To: "/lib/aarch64-linux-gnu/libz.so.1"}}})
	if e == nil {
		return diags.Errors().Error() + "\n"
	}
	return text(t, e)
}

// runtimeFS is a custom runtime with a link on the way to /var/run, and a user of its own.
var runtimeFS = fstest.MapFS{
	"etc/passwd": {Data: []byte("root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/srv:/bin/sh\n")},
	"srv":        {Mode: fs.ModeDir | 0o750},
	"run":        {Mode: fs.ModeDir | 0o755},
	"var/run":    {Mode: fs.ModeSymlink, Data: []byte("../run")},
}

// text prints an export: the config, then each layer with its directories and files.
func text(t *testing.T, e *Export) string {
	config, err := json.MarshalIndent(e.Config, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", config)
	for _, l := range e.Layers {
		fmt.Fprintf(&b, "layer %s\n", l.Name)
		for _, d := range l.Dirs {
			fmt.Fprintf(&b, "  %04o %d:%d %s/\n", d.Mode, d.UID, d.GID, d.Path)
		}
		for _, o := range l.Ops {
			if o.Mkfile != "" {
				fmt.Fprintf(&b, "  %04o %d:%d %s %q\n", o.Mode, o.UID, o.GID, o.Mkfile, o.Data)
				continue
			}
			fmt.Fprintf(&b, "  %04o %d:%d %s <- %s:%s\n", o.Mode, o.UID, o.GID, o.To, o.From, o.Copy)
		}
	}
	return b.String()
}

// TestMirrorCredentials refuses mirrors with a password in them in whatever way a tool
// reads them, of the spec and of whoever builds.
func TestMirrorCredentials(t *testing.T) {
	for value, want := range map[string]bool{
		"https://proxy.example.com,direct":               false,
		"http://a/simple\nhttp://joe:pw@b/simple":        true,
		"http://joe:pa/ss@proxy.example.com":             true,
		"https://a.example.com|https://me@b.example.com": true,
	} {
		files := fstest.MapFS{
			"go.mod":  {Data: []byte("module example.com/app\n\ngo 1.26\n\nrequire example.com/a v1.0.0\n")},
			"go.sum":  {},
			"main.go": {Data: []byte("package main\n")},
		}
		p := &language.Project{FS: files, Spec: trial.Spec(t, "language: go\n", spec.Request{}), Host: trial.AMD64}
		given, diags := New(p, trial.ARM64)
		if given == nil {
			t.Fatal(diags)
		}
		if got := given.SetMirrors(map[string]string{"GOPROXY": value}).Err() != nil; got != want {
			t.Errorf("build arg %q: refused %v, want %v", value, got, want)
		}
		p.Spec = trial.Spec(t, fmt.Sprintf("language: go\nbuild: {env: {GOPROXY: %q}}\n", value), spec.Request{})
		if _, diags := New(p, trial.ARM64); (diags.Err() != nil) != want {
			t.Errorf("build.env %q: got %v, want it refused: %v", value, diags, want)
		}
	}
}

// TestLinks names links among the files of a spec: what they lead to must be there.
func TestLinks(t *testing.T) {
	link := func(to string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink} }
	project := fstest.MapFS{
		"go.mod": {Data: []byte("module example.com/app\n")}, "main.go": {Data: []byte("package main\n")},
		"conf/prod.conf": {}, "current.conf": link("conf/prod.conf"), "confs": link("conf"), "conf/gone": link("../none"),
		"pipe": {Mode: fs.ModeNamedPipe | 0o644}, "abslink": link("/etc/passwd"), "out": link("../elsewhere"), "sub/gone.yaml": link("none.yaml"), "sub/there.yaml": {},
	}
	for files, want := range map[string]string{
		"current.conf":    "",
		"confs":           "",
		"confs/prod.conf": "",
		"conf":            "", // a link below it is copied as it is
		"abslink":         `stagefront.yaml:2:9: "abslink" is a link to "/etc/passwd", which is not in the build context; copy what it leads to into the context, or name a "source" that has it`,
		"pipe":            `stagefront.yaml:2:9: "pipe" is neither a file nor a directory; an image has no use for pipes, sockets and devices`,
		"out/a.txt":       `stagefront.yaml:2:9: "out" is a link to "../elsewhere", which is not in the build context`,
		"sub/*.yaml":      `stagefront.yaml:2:9: "sub/gone.yaml" is a link to "sub/none.yaml", which is not in the build context`,
		"sub/none.yaml":   `stagefront.yaml:2:9: no "sub/none.yaml" in the build context`,
	} {
		s := trial.Spec(t, "language: go\nfiles: ["+files+"]\n", spec.Request{})
		_, diags := New(&language.Project{FS: project, Spec: s, Host: trial.AMD64}, trial.AMD64)
		got := fmt.Sprint(diags.Err())
		if !strings.HasPrefix(got, want) && (want != "" || diags.Failed()) {
			t.Errorf("%s: got %s, want %s", files, got, want)
		}
	}
}

// TestNativeCPU warns of the builder's own processor in variables, whatever the language.
func TestNativeCPU(t *testing.T) {
	a := txtar.Parse([]byte("-- stagefront.yaml --\nlanguage: go\nbuild:\n  cgo: true\n" +
		"  env: {CGO_CFLAGS: -O2 -march=native, CFLAGS: -march=x86-64-v3}\n-- go.mod --\nmodule example.com/app\n-- main.go --\npackage main\n"))
	p, diags := trial.Project(t, a, spec.Request{Platform: trial.ARM64})
	if p == nil {
		t.Fatal(diags)
	}
	_, diags = New(p, trial.ARM64)
	const want = `stagefront.yaml:4:21: the program is compiled for the processor of whichever machine builds it; remove "-march=native", ` +
		"and name what all your machines have as the platform's variant, such as linux/amd64/v3"
	if got := diags.Warnings().Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBuildEnv has Python's own compile be told variables that its commands run by, so
// that what they say of Python is not said of our program.
func TestBuildEnv(t *testing.T) {
	a := txtar.Parse([]byte("-- stagefront.yaml --\nlanguage: python\nentrypoint: main.py\n" +
		"build: {env: {PYTHONHASHSEED: random, PYTHONPATH: src/shop}, script: [[python, main.py]]}\n-- main.py --\n"))
	p, diags := trial.Project(t, a, spec.Request{Platform: trial.ARM64})
	if p == nil {
		t.Fatal(diags)
	}
	out, diags := New(p, trial.ARM64)
	if out == nil {
		t.Fatal(diags)
	}
	args := out.Compile.Args
	if got := args[len(args)-2:]; !slices.Equal(got, []string{"--env=PYTHONHASHSEED=random", "--env=PYTHONPATH=src/shop"}) {
		t.Errorf("compile has %q", got)
	}
	if _, there := out.Compile.Env.Get("PYTHONPATH"); there {
		t.Errorf("compile runs by %v", out.Compile.Env)
	}
	for name, step := range map[string]language.Step{"script": out.Scripts[0], "test": out.Test} {
		path, _ := step.Env.Get("PYTHONPATH")
		seed, _ := step.Env.Get("PYTHONHASHSEED")
		if path != "src/shop" || seed != "random" {
			t.Errorf("%s has %v", name, step.Env)
		}
	}
}
