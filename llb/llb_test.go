package llb

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

var (
	amd64 = spec.Platform{OS: "linux", Architecture: "amd64"}
	arm64 = spec.Platform{OS: "linux", Architecture: "arm64"}
)

// emitted is what becomes of an archive's project for one platform.
type emitted struct{ fetch, export *llb.Definition }

// emit plans the project of an archive on an amd64 builder and emits it.
func emit(t *testing.T, a *txtar.Archive, target spec.Platform) emitted {
	t.Helper()
	fsys, err := txtar.FS(a)
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(fsys, "stagefront.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, diags := spec.Parse(&diag.Source{Name: "stagefront.yaml", Data: data})
	if doc == nil {
		t.Fatal(diags)
	}
	s, diags := doc.Spec(spec.Request{Platform: target})
	if s == nil {
		t.Fatal(diags)
	}
	p, diags := plan.New(&language.Project{FS: fsys, Spec: s, Build: amd64}, target)
	if p == nil {
		t.Fatal(diags)
	}
	stages := &Stages{
		Plan:    p,
		Context: llb.Local("context", llb.LocalUniqueID("test")),
		Image:   image(p.Toolchain.Ref, amd64).AddEnv("PATH", "/usr/local/go/bin:/bin").Dir("/go"),
		Options: Options{
			Caps:      pb.Caps.CapSet(pb.Caps.All()),
			SourceMap: llb.NewSourceMap(nil, "stagefront.yaml", "YAML", data),
			Proxy:     &llb.ProxyEnv{HTTPSProxy: "http://proxy.example.com"},
			Epoch:     time.Unix(0, 0).UTC(),
		},
	}
	var out emitted
	from := Origins{language.FromContext: stages.Context, language.FromCABundle: image("distroless/static", amd64)}
	for _, source := range p.Sources() {
		if _, known := from[source.Origin]; !known {
			from[source.Origin] = image("library/"+source.Name, target)
		}
	}
	for _, f := range p.Fetches {
		from[language.FromFetch(f)] = stages.Fetch(f)
		if f.Platform == (spec.Platform{}) {
			out.fetch = marshal(t, from[language.FromFetch(f)])
		}
	}
	from[language.FromCompile] = stages.Compile(p.Compile, from)
	e, diags := p.Export(plan.Base{}, plan.Found{})
	if e == nil {
		t.Fatal(diags)
	}
	out.export = marshal(t, stages.Export(image("distroless/static", target), e, from))
	return out
}

func image(ref string, p spec.Platform) llb.State {
	return llb.Image("docker.io/"+ref+"@"+digest.FromString(ref).String(), llb.Platform(OCIPlatform(p))).Platform(OCIPlatform(p))
}

func marshal(t *testing.T, s llb.State) *llb.Definition {
	t.Helper()
	def, err := s.Marshal(context.Background(), llb.Platform(OCIPlatform(amd64)), llb.WithCaps(pb.Caps.CapSet(pb.Caps.All())))
	if err != nil {
		t.Fatal(err)
	}
	return def
}

// TestEmit compares what is emitted for the projects of testdata on linux/arm64.
func TestEmit(t *testing.T) {
	golden.Archives(t, archives, func(t *testing.T, a *txtar.Archive) string {
		return dump(t, emit(t, a, arm64).export)
	})
}

const archives = "testdata/*.txtar"

// TestEmitAgain emits every project 25 times: the bytes are cache keys.
func TestEmitAgain(t *testing.T) {
	for _, file := range golden.Files(t, archives) {
		a := golden.Parse(t, file)
		first := emit(t, a, arm64).export.Def
		for range 24 {
			again := emit(t, a, arm64).export.Def
			if !bytes.Equal(bytes.Join(first, nil), bytes.Join(again, nil)) {
				t.Fatalf("%s: emitted twice, and it differs", file)
			}
		}
	}
}

// TestFetchIsShared emits every project for two platforms: fetch is one vertex.
func TestFetchIsShared(t *testing.T) {
	shared := 0
	for _, file := range golden.Files(t, archives) {
		a := golden.Parse(t, file)
		one, two := emit(t, a, amd64).fetch, emit(t, a, arm64).fetch
		if one == nil && two == nil {
			continue
		}
		head, err := one.Head()
		if err != nil {
			t.Fatal(err)
		}
		if other, err := two.Head(); err != nil || head != other {
			t.Errorf("%s: fetch is %s for one platform and %s for another: %v", file, head, other, err)
		}
		shared++
	}
	if shared == 0 {
		t.Error("no project fetches anything")
	}
}

// dump prints a definition: its vertices in the order in which they are built,
// each with a number, its name, its inputs and what it does.
func dump(t *testing.T, def *llb.Definition) string {
	t.Helper()
	numbers := map[string]int{}
	var b strings.Builder
	for _, data := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		d := digest.FromBytes(data)
		if op.Op == nil {
			fmt.Fprintf(&b, "result %d\n", numbers[op.Inputs[0].Digest])
			continue
		}
		numbers[d.String()] = len(numbers) + 1
		fmt.Fprintf(&b, "%d", numbers[d.String()])
		if op.Platform != nil {
			fmt.Fprintf(&b, " %s/%s", op.Platform.OS, op.Platform.Architecture)
		}
		fmt.Fprintf(&b, " %s\n", def.Metadata[d].Description["llb.customname"])
		from := func(i int64) string {
			if i < 0 {
				return "scratch"
			}
			return fmt.Sprintf("%d.%d", numbers[op.Inputs[i].Digest], op.Inputs[i].Index)
		}
		switch o := op.Op.(type) {
		case *pb.Op_Source:
			fmt.Fprintf(&b, "   source %s\n", o.Source.Identifier)
		case *pb.Op_Exec:
			dumpExec(&b, o.Exec, from)
		case *pb.Op_File:
			dumpFile(&b, o.File, from)
		case *pb.Op_Merge:
			for i := range o.Merge.Inputs {
				fmt.Fprintf(&b, "   merge %s\n", from(int64(i)))
			}
		}
	}
	return b.String()
}

func dumpExec(b *strings.Builder, e *pb.ExecOp, from func(int64) string) {
	fmt.Fprintf(b, "   run %q in %s, network %s\n", e.Meta.Args, e.Meta.Cwd, e.Network)
	fmt.Fprintf(b, "   env %s\n", strings.Join(e.Meta.Env, " "))
	if e.Meta.ProxyEnv != nil {
		fmt.Fprintf(b, "   proxy %s\n", e.Meta.ProxyEnv.HttpsProxy)
	}
	for _, m := range e.Mounts {
		fmt.Fprintf(b, "   mount %s", m.Dest)
		switch m.MountType {
		case pb.MountType_CACHE:
			fmt.Fprintf(b, " cache %s %s", m.CacheOpt.ID, m.CacheOpt.Sharing)
		case pb.MountType_SECRET:
			fmt.Fprintf(b, " secret %s mode %04o optional %v", m.SecretOpt.ID, m.SecretOpt.Mode, m.SecretOpt.Optional)
		default:
			fmt.Fprintf(b, " from %s", from(m.Input))
		}
		if m.Readonly {
			b.WriteString(" read-only")
		}
		if m.Output >= 0 && m.MountType == pb.MountType_BIND {
			fmt.Fprintf(b, " output %d", m.Output)
		}
		b.WriteString("\n")
	}
}

func dumpFile(b *strings.Builder, f *pb.FileOp, from func(int64) string) {
	for _, a := range f.Actions {
		switch o := a.Action.(type) {
		case *pb.FileAction_Mkdir:
			fmt.Fprintf(b, "   mkdir %s %04o %v\n", o.Mkdir.Path, o.Mkdir.Mode, owned(o.Mkdir.Owner))
		case *pb.FileAction_Mkfile:
			fmt.Fprintf(b, "   mkfile %s %04o %v stamp %d\n", o.Mkfile.Path, o.Mkfile.Mode, owned(o.Mkfile.Owner), o.Mkfile.Timestamp)
		case *pb.FileAction_Copy:
			fmt.Fprintf(b, "   copy %s:%s to %s mode %s %v stamp %d\n",
				from(a.SecondaryInput), o.Copy.Src, o.Copy.Dest, mode(o.Copy), owned(o.Copy.Owner), o.Copy.Timestamp)
		}
	}
}

func mode(c *pb.FileActionCopy) string {
	switch {
	case c.ModeStr != "":
		return c.ModeStr
	case c.Mode < 0:
		return "as it is"
	}
	return fmt.Sprintf("%04o", c.Mode)
}

func owned(o *pb.ChownOpt) string {
	if o == nil {
		return "as it is"
	}
	return fmt.Sprintf("%d:%d", o.User.GetByID(), o.Group.GetByID())
}

func TestEpoch(t *testing.T) {
	for value, want := range map[string]int64{"": 0, "0": 0, "1700000000": 1700000000} {
		if got, err := Epoch(value); err != nil || got.Unix() != want {
			t.Errorf("%q: got %v, %v, want %d", value, got, err, want)
		}
	}
	if got, err := Epoch("yesterday"); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
