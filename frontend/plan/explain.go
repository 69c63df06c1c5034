package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Explain returns every decision for what was asked for of the plan, as --target calls it:
// an image, its programs alone or the tests. Each has its reason: the place
// in the spec or the project that says it, or that it is the default. What
// depends on the compiled program is told with its candidates. First comes what
// waits for the value of a build arg, since other decisions are made without it:
//
//	left out: "${GO}", for want of a value (stagefront.yaml:2:10)
func (p *Plan) Explain(asked string) []language.Decision {
	e := &explainer{Plan: p, asked: asked}
	for _, t := range p.Spec.Open {
		e.set("left out", fmt.Sprintf("%q, for want of a value", t.Value), t.Range)
	}
	e.all = append(e.all, p.Decisions...)
	e.build()
	if asked != spec.TestTarget && asked != spec.BinaryTarget {
		e.runtime()
		e.config()
		e.files()
	}
	return e.all
}

type explainer struct {
	*Plan
	asked string
	all   []language.Decision
}

func (e *explainer) add(name, value, why string) {
	e.all = append(e.all, language.Decision{Name: name, Value: value, Why: why})
}

// set adds a value that a place in the spec says, or that is the default.
func (e *explainer) set(name, value string, r diag.Range) {
	why := "default"
	if !r.IsZero() {
		why = r.String()
	}
	e.add(name, value, why)
}

// build tells what happens on the host.
func (e *explainer) build() {
	s := e.Spec
	if e.Toolchain.Ref == "" {
		e.add("toolchain", "none", "nothing is run")
	} else {
		e.set("toolchain", e.Toolchain.Ref+" on "+e.Host.String(), e.Toolchain.Range)
	}
	if k := e.Packages; k != nil {
		e.set("packages", strings.Join(slices.Concat(k.Names, k.Libraries), " "), k.Range)
	}
	e.fetches()
	for _, a := range s.Build.Args {
		value := a.Value.Value
		if !a.Value.IsSet() {
			value = "must be given"
		}
		e.set("build arg "+a.Name.Value, value, a.Name.Range)
	}
	for _, o := range e.Overlay {
		e.add("source file", o.To, "from "+strings.TrimPrefix(o.From.String(), "source "))
	}
	e.steps()
}

// fetches tells what is downloaded before the source is looked at.
func (e *explainer) fetches() {
	all, spare := e.fetched(e.asked)
	for _, f := range all {
		why := cmp.Or(few(f.Reads()), "default")
		if f.Sealed && len(f.Manifests) == 0 {
			why = "without the network, from what was fetched"
		}
		if slices.Contains(spare, f) {
			why = "only where the manifests alone do not say all"
		}
		e.add("fetch", f.String(), why)
	}
	if len(all) == 0 {
		e.add("fetch", "nothing", "no dependencies to download")
	}
}

// few returns names as one line, of many the first ones:
//
//	go.work a/go.mod a/go.sum b/go.mod b/go.sum and 95 more
func few(names []string) string {
	const most = 5
	if len(names) <= most+1 {
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], " "), len(names)-most)
}

// steps tells what is run over the source.
func (e *explainer) steps() {
	warmed, steps := "", e.run(e.asked)
	for _, step := range steps {
		if warm := step.Warm; warm != nil && warm.Name != warmed {
			warmed = warm.Name
			e.set("compile", warmed+": "+does(warm.Step), warm.Range)
		}
		e.set(e.called(step), does(*step), step.Range)
	}
	in := "compile"
	switch {
	case e.asked == spec.TestTarget:
		in = "tests"
		if !slices.Contains(steps, &e.Test) {
			e.set("test", "nothing", e.Spec.Test.Range)
		}
	case e.Compile.IsZero():
		e.add("compile", "nothing", "the image takes files as they are")
	}
	network := "none in " + in
	if e.Network {
		network = "in " + in + " too"
	}
	e.set("network", network, e.Spec.Build.Network.Range)
}

// called returns what is told of a step that run returned.
func (e *explainer) called(step *language.Step) string {
	switch step {
	case &e.Compile:
		return "compile"
	case &e.Test:
		return "test"
	}
	return "script"
}

// does returns what a step runs, in words that people know.
func does(step language.Step) string {
	if step.Does != "" {
		return step.Does
	}
	return quoted(step.Args)
}

// quoted returns arguments as one line.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = a
		if a == "" || strings.ContainsAny(a, " \t\n'\"$") {
			words[i] = strconv.Quote(a)
		}
	}
	return strings.Join(words, " ")
}

func (e *explainer) runtime() {
	r := e.Runtime
	switch r.Kind {
	case Scratch:
		certificates := "with CA certificates"
		if !e.Spec.Certificates.Or(true) {
			certificates = "without CA certificates"
		}
		e.set("runtime", "scratch, "+certificates, r.Range)
	case Custom:
		e.set("runtime", r.Ref, r.Range)
	default:
		var refs []string
		for _, v := range r.Variants {
			refs = append(refs, DistrolessRef(v, r.Debug))
		}
		e.set("runtime", "the first that has what the compiled program needs: "+strings.Join(refs, ", "), r.Range)
	}
}

func (e *explainer) config() {
	s := e.Spec
	program := append(slices.Clone(e.Image.Entrypoint), fixedArgs(s)...)
	e.set("program", quoted(program), s.Entrypoint.Range)
	if len(s.Args) > 0 {
		e.set("args", quoted(s.Args.Values()), s.Args.Range())
	}
	user, workdir := "nonroot (65532:65532)", e.Image.Dir()
	if e.Runtime.Kind == Custom {
		user = "the runtime's when it is numeric and not root, else " + user
		workdir = "the runtime's, else " + workdir
	}
	if u := s.User; !u.Range.IsZero() {
		user = userText(u)
	}
	e.set("user", user, s.User.Range)
	e.set("workdir", s.Workdir.Or(workdir), s.Workdir.Range)
	for _, v := range s.Env {
		e.set("env "+v.Name.Value, v.Value.Value, v.Value.Range)
	}
	for _, x := range s.Ports {
		e.set("port", fmt.Sprintf("%d/%s", x.Number, x.Protocol), x.Range)
	}
	for _, v := range s.Volumes {
		e.set("volume", v.Value, v.Range)
	}
	for _, l := range s.Labels {
		e.set("label "+l.Name.Value, l.Value.Value, l.Value.Range)
	}
	if s.StopSignal.IsSet() {
		e.set("stop signal", s.StopSignal.Value, s.StopSignal.Range)
	}
	if h := healthcheck(s); h != nil {
		e.set("healthcheck", quoted(h.Test), cmp.Or(s.Healthcheck.HTTP.Range, s.Healthcheck.Test.Range))
	}
}

func userText(u spec.User) string {
	switch {
	case !u.HasID:
		return u.Name
	case u.HasGD:
		return fmt.Sprintf("%d:%d", u.UID, u.GID)
	}
	return strconv.Itoa(u.UID)
}

func (e *explainer) files() {
	for _, f := range e.Spec.Files {
		if !f.From.IsSet() {
			e.set("directory", f.To.Value, f.Range)
			continue
		}
		to, _ := f.Destination(e.Spec.Workdir.Or(e.Image.Dir()))
		e.set("file", to, f.Range)
	}
}
