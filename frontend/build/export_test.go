package build

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// distroless are the images of the variants that programs may get.
var distroless = []string{"gcr.io/distroless/static-debian13:nonroot", "gcr.io/distroless/base-debian13:nonroot"}

// loader is what an image has for programs that are linked dynamically.
var loader = fstest.MapFS{"lib64/ld-linux-x86-64.so.2": {}, "usr/lib/x86_64-linux-gnu/libc.so.6": {}}

// linked returns the recipe of a program, with a root for the target when there is one.
func linked(root *language.Fetch) *language.Recipe {
	r := trial.Compiled()
	r.Program, r.Image = "app", language.ProgramImage("app")
	if root != nil {
		r.Fetches, r.Roots = []*language.Fetch{root}, []language.Origin{language.FromFetch(root)}
	}
	return r
}

// TestExportLibraries copies the libraries that the runtime lacks of what has them, and
// says what helps where nothing has.
func TestExportLibraries(t *testing.T) {
	needs := func(names ...string) fstest.MapFS { return fstest.MapFS{"app": elf(names...)} }
	for _, c := range []struct {
		name, spec string
		left       fstest.MapFS
		root       bool
		want       string // the copies of the layer of libraries, or the error
	}{
		{"static", "", fstest.MapFS{"app": {Data: trial.ELF("")}}, false, ""},
		{"what the runtime has", "", needs("libc.so.6"), false, ""},
		{"of the toolchain", "", needs("libc.so.6", "libtool.so.1"), false, "/usr/lib/libtool.so.1 /usr/lib/x86_64-linux-gnu/libtool.so.1"},
		{"of the root before the toolchain", "", needs("libtool.so.1"), true, "/lib/libtool.so.1 /usr/lib/x86_64-linux-gnu/libtool.so.1"},
		{"of nobody", "", needs("libnone.so.1"), false,
			"the program needs libnone.so.1, and neither the runtime nor the toolchain has it; add the package that has it to build.packages"},
		{"on scratch", "runtime: scratch\n", needs("libc.so.6"), false,
			`2:10: the program is dynamically linked (it needs libc.so.6) and scratch has no libraries; leave "runtime" out for distroless, or link statically`},
		{"on an image of another libc", "runtime: example.com/musl\n", needs("libc.so.6"), false,
			`2:10: the runtime has no /lib64/ld-linux-x86-64.so.2, the loader that the program was linked for; leave "runtime" out for distroless, or take an image of the same libc`},
	} {
		g := gateway.New(t, text)
		g.Images = append([]string{"example.com/tool:latest", "example.com/musl:latest"}, distroless...)
		g.Left = map[string]fstest.MapFS{"[made] make": c.left, "[made] fetch a root": {"lib/libtool.so.1": elf()}}
		g.Contents = map[string]fstest.MapFS{"example.com/tool": {"usr/lib/libtool.so.1": elf()}, "gcr.io/distroless/base": loader}
		var root *language.Fetch
		if c.root {
			root = trial.Fetch("fetch a root", "/root")
		}
		p := planned(t, "language: made\n"+c.spec, linked(root))
		p.Runtime.Variants = []string{"static", "base"}
		made, err := builderOf(t, g).Image(t.Context(), p)
		got := lines(err)
		if err == nil {
			got = copies(t, made, "libraries")
		}
		if got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// copies returns what a layer of a result copies, each source with its destination.
func copies(t *testing.T, made *Result, layer string) string {
	t.Helper()
	def, err := llb.Marshal(t.Context(), made.State, pb.Caps.CapSet(pb.Caps.All()), trial.AMD64)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, data := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(llb.StepName(def, digest.FromBytes(data).String()), "] "+layer) {
			continue
		}
		for _, a := range op.GetFile().GetActions() {
			if c := a.GetCopy(); c != nil && c.Src != "/" { // directories are laid over it
				got = append(got, c.Src+" "+c.Dest)
			}
		}
	}
	return strings.Join(got, ", ")
}

// TestExportParts warns of libraries that parts of a program lack, leaves out layers
// without files, and starts the program with the arguments of the step's report.
func TestExportParts(t *testing.T) {
	r := interpreted("/opt/venv/bin/serve")
	r.Compile.Reports = true
	r.Image.Layers = append([]language.Layer{{Name: "spare", Copies: []language.Copy{{Path: "none", To: "/none"}}}}, r.Image.Layers...)
	r.Runtimes = []language.Runtime{{Variant: "base"}}
	g := gateway.New(t, text)
	g.Images = append([]string{"example.com/tool:latest"}, distroless...)
	g.Contents = map[string]fstest.MapFS{"gcr.io/distroless/base": loader}
	g.Left = map[string]fstest.MapFS{"[made] make": {
		"natives": {Data: []byte("lib/a.so\tmarkupsafe\n")}, "venv/lib/a.so": elf("libnone.so.1"), "venv/bin/serve": {}, "app/main.py": {}, "none": {Mode: fs.ModeDir},
		"report.json": {Data: []byte(`{"arguments": ["--app", "main"], "natives": [{"name": "b.jar", "architectures": ["arm64"]}]}`)},
	}}
	p := planned(t, "language: made\nentrypoint: [app, --more]\n", r)
	made, err := builderOf(t, g).Image(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(made.Config.Config.Entrypoint, " "); got != "/opt/venv/bin/serve --app main --more" {
		t.Errorf("it starts %s", got)
	}
	var layers []string
	for _, h := range made.Config.History {
		layers = append(layers, strings.TrimPrefix(h.CreatedBy, "made: "))
	}
	if got := strings.Join(layers, ", "); got != "system files, environment, project" {
		t.Errorf("got the layers %s", got)
	}
	var warnings []string
	for _, w := range g.Warnings {
		warnings = append(warnings, w.Text)
	}
	want := "b.jar has native code for arm64 and none for linux/amd64; what needs it fails there; is there a release, or a classifier, for the platform?\n" +
		"a.so of markupsafe needs libnone.so.1, and neither the runtime nor the toolchain has it; add the package that has it to build.packages"
	if got := strings.Join(warnings, "\n"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestBinaries puts the programs of targets side by side, each once, and refuses
// several of one name.
func TestBinaries(t *testing.T) {
	for _, c := range []struct {
		programs []string
		args     []string // what makes each
		want     string   // the steps, or the error
	}{
		{[]string{"api", "worker"}, []string{"a", "b"}, "[made] make, [made] make"},
		{[]string{"api", "api"}, []string{"a", "a"}, "[made] make"},
		{[]string{"api", "api"}, []string{"a", "b"}, `2:13: targets "t0" and "t1" both make a program "api"`},
	} {
		g := gateway.New(t, text)
		g.Images = append([]string{"example.com/tool:latest"}, distroless...)
		g.Left = map[string]fstest.MapFS{"[made] make": {"api": elf(), "worker": elf()}}
		var plans []*plan.Plan
		for i, program := range c.programs {
			r := linked(nil)
			r.Program, r.Image, r.Compile.Args = program, language.ProgramImage(program), []string{c.args[i]}
			p := planned(t, text, r)
			p.Name = fmt.Sprintf("t%d", i)
			plans = append(plans, p)
		}
		made, err := builderOf(t, g).Binaries(t.Context(), plans)
		got := lines(err)
		if err == nil {
			got = strings.Join(g.Execs, ", ")
			if made.Base != nil || len(made.Config.Config.Entrypoint) > 0 {
				t.Errorf("%v: got the config %+v of an image", c.programs, made.Config)
			}
			for _, program := range c.programs {
				if have := copies(t, made, "program"); !strings.Contains(have, "/"+program+" /"+program) {
					t.Errorf("%v: got %s", c.programs, have)
				}
			}
		}
		if got != c.want {
			t.Errorf("%v: got %s, want %s", c.programs, got, c.want)
		}
	}
}

// TestTests runs the tests of targets side by side, and says what to write where there
// are none.
func TestTests(t *testing.T) {
	for spec, want := range map[string]string{
		"language: made\ntest: [check]\n": "",
		"language: made\ntest: false\n":   `2:7: there are no tests to run; write "test: true", or a command`,
		"language: made\n":                `there are no tests to run; say what runs them: "test: [program, argument]"`,
		"language: made\ntest: [fails]\n": "[made] test fails: exit code: 1",
	} {
		g := gateway.New(t, text)
		g.Images = []string{"example.com/tool:latest"}
		g.Failing = map[string]error{"[made] test fails": errors.New("exit code: 1")}
		plans := []*plan.Plan{planned(t, spec, trial.Compiled()), planned(t, spec, trial.Compiled())}
		made, err := builderOf(t, g).Tests(t.Context(), plans)
		if got := lines(err); got != want {
			t.Errorf("%s: got %s, want %s", spec, got, want)
		}
		if want == "" && (made == nil || len(g.Execs) != 1 || g.Execs[0] != "[made] test check") {
			t.Errorf("got the steps %q", g.Execs)
		}
	}
}
