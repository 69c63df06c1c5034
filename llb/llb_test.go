package llb

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	digest "github.com/opencontainers/go-digest"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/artifact"
	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestEmit compares what is emitted for the projects of testdata on linux/arm64.
func TestEmit(t *testing.T) {
	golden.Archives(t, archives, func(t *testing.T, a *txtar.Archive) string {
		p := planOf(t, a, trial.ARM64)
		if p == nil {
			t.Fatal("there is no plan")
		}
		export, ok := emit(t, p)["export"]
		if !ok {
			t.Fatal("there is no export")
		}
		return dump(t, export)
	})
}

const archives = "testdata/*.txtar"

// TestEmitAgain plans and emits every project of testdata 25 times: the bytes are
// cache keys. There is a project of every language.
func TestEmitAgain(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range golden.Files(t, archives) {
		a := golden.Parse(t, file)
		p := planOf(t, a, trial.ARM64)
		seen[p.Language.Name] = true
		first := emit(t, p)
		for range 24 {
			for name, def := range emit(t, planOf(t, a, trial.ARM64)) {
				if !bytes.Equal(bytes.Join(first[name].Def, nil), bytes.Join(def.Def, nil)) {
					t.Fatalf("%s: %s was emitted again, and it differs", file, name)
				}
			}
		}
	}
	every(t, slices.Concat(languages.All, trial.Models), seen)
}

// every fails unless all of some languages were seen.
func every(t *testing.T, of []*language.Language, seen map[string]bool) {
	t.Helper()
	for _, l := range of {
		if !seen[l.Name] {
			t.Errorf("no project of %s was seen: testdata or trial.Models should have one", l.Name)
		}
	}
}

// TestShared emits every project for two platforms: a step that is for none of them
// is one vertex, which runs once.
func TestShared(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range trial.Projects(t) {
		one, two := planOf(t, a, trial.AMD64), planOf(t, a, trial.ARM64)
		if one == nil || two == nil {
			continue
		}
		first, second := emit(t, one), emit(t, two)
		for _, name := range shared(one) {
			seen[one.Language.Name] = true
			if got, want := head(t, second[name]), head(t, first[name]); got != want {
				t.Errorf("%s%s is %s for one platform and %s for another", a.Comment, name, want, got)
			}
		}
	}
	every(t, languages.All, seen)
}

// shared returns the names of the steps of a plan that are the same for all platforms.
func shared(p *plan.Plan) (names []string) {
	for _, f := range p.Fetches {
		if f.Platform == (spec.Platform{}) {
			names = append(names, f.String())
		}
	}
	if !p.Compile.IsZero() && p.Compile.Platform == (spec.Platform{}) {
		names = append(names, "compile")
	}
	return names
}

func head(t *testing.T, def *llb.Definition) digest.Digest {
	t.Helper()
	if def == nil {
		t.Fatal("it was not emitted")
	}
	d, err := def.Head()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// planOf returns the plan of an archive's project for a platform, nil when it has none.
func planOf(t *testing.T, a *txtar.Archive, target spec.Platform) *plan.Plan {
	t.Helper()
	if !hasSpec(a) {
		return nil
	}
	project, _ := trial.Project(t, a, spec.Request{Platform: target})
	if project == nil {
		return nil
	}
	for _, model := range trial.Models {
		if model.Marker(project) != "" {
			p, _ := plan.For(model, project, target)
			return p
		}
	}
	p, _ := plan.New(project, target)
	return p
}

func hasSpec(a *txtar.Archive) bool {
	for _, f := range a.Files {
		if f.Name == trial.SpecFile {
			return true
		}
	}
	return false
}

// emit emits what a plan does: the image's files as "export", the output of compile
// and of the tests, and that of every fetch by what it says of itself.
func emit(t *testing.T, p *plan.Plan) map[string]*llb.Definition {
	t.Helper()
	return emitFor(t, p, pb.Caps.CapSet(pb.Caps.All()))
}

// emitFor is emit for a daemon that has some capabilities.
func emitFor(t *testing.T, p *plan.Plan, caps apicaps.CapSet) map[string]*llb.Definition {
	t.Helper()
	stages := &Stages{
		Plan:    p,
		Context: llb.Local("context", llb.LocalUniqueID("test")),
		Image:   image(p.Toolchain.Ref, p.Host).AddEnv("PATH", "/toolchain/bin:/bin").Dir("/toolchain"),
		Options: Options{
			Caps:      caps,
			SourceMap: llb.NewSourceMap(nil, trial.SpecFile, "YAML", nil),
			Proxy:     &llb.ProxyEnv{HTTPSProxy: "http://proxy.example.com"},
			Epoch:     time.Unix(0, 0).UTC(),
		},
	}
	stages.Images = map[string]llb.State{}
	for _, f := range p.Fetches {
		stages.Images[f.Image] = image("library/"+f.Image, f.Platform)
	}
	states := map[string]llb.State{}
	from := origins(stages)
	for _, f := range p.Fetches {
		states[f.String()] = stages.Fetch(f)
		from[language.FromFetch(f)] = states[f.String()]
	}
	if !p.Compile.IsZero() {
		states["compile"] = stages.Compile(p.Compile, from)
		from[language.FromCompile] = states["compile"]
	}
	if !p.Test.IsZero() {
		states["test"] = stages.Test(p.Test, from)
	}
	if export, _ := p.Export(plan.Base{}, plan.Found{}); export != nil { // else it needs the runtime's files
		states["export"] = stages.Export(base(p), export, from)
	}
	out := map[string]*llb.Definition{}
	for name, state := range states {
		out[name] = marshal(t, state)
	}
	return out
}

// origins are what files of a plan may be copied from that its steps do not make.
func origins(s *Stages) Origins {
	from := Origins{
		language.FromContext:   s.Context,
		language.FromToolchain: s.Toolchain(),
		language.FromCABundle:  image("distroless/static", s.Plan.Host),
	}
	for _, source := range s.Plan.Sources() {
		if _, known := from[source.Origin]; !known {
			from[source.Origin] = image("library/"+source.Name, s.Plan.Target)
		}
	}
	from[language.FromTree] = s.Source(from)
	return from
}

// base returns the runtime of a program that needs nothing.
func base(p *plan.Plan) llb.State {
	if p.Runtime.Kind == plan.Custom {
		return image(p.Runtime.Ref, p.Target)
	}
	return image("distroless/"+artifact.Variant(append(p.Runtime.Variants, "static"), nil), p.Target)
}

func image(ref string, p spec.Platform) llb.State {
	return llb.Image("docker.io/"+ref+"@"+digest.FromString(ref).String(), llb.Platform(OCIPlatform(p))).Platform(OCIPlatform(p))
}

func marshal(t *testing.T, s llb.State) *llb.Definition {
	t.Helper()
	caps := llb.WithCaps(pb.Caps.CapSet(pb.Caps.All()))
	def, err := s.Marshal(t.Context(), llb.Platform(OCIPlatform(trial.AMD64)), caps)
	if err != nil {
		t.Fatal(err)
	}
	return def
}

// TestPlaces emits every project: every step of ours has a place in the spec.
func TestPlaces(t *testing.T) {
	for _, a := range trial.Projects(t) {
		p := planOf(t, a, trial.ARM64)
		if p == nil {
			continue
		}
		for _, def := range emit(t, p) {
			for i, data := range def.Def[:len(def.Def)-1] {
				var op pb.Op
				if err := op.UnmarshalVT(data); err != nil {
					t.Fatal(err)
				}
				id := digest.FromBytes(data)
				if op.GetSource() == nil && len(def.Source.Locations[id.String()].GetLocations()) == 0 {
					t.Errorf("%s: step %d has no place: %s", a.Comment, i, def.Metadata[id].Description["llb.customname"])
				}
			}
		}
	}
}
