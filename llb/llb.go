// Package llb turns plans into LLB, BuildKit's build graph, and image configs.
// It is the only place that builds LLB.
package llb

import (
	"fmt"
	"path"
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Options is what whoever builds asked for, and what the daemon can do.
type Options struct {
	Caps           apicaps.CapSet
	SourceMap      *llb.SourceMap // of the spec, for the place of every step
	Proxy          *llb.ProxyEnv
	ExtraHosts     []llb.HostIP
	Network        pb.NetMode // of the steps that have one
	Hostname       string
	CacheNamespace string
	NoCache        func(stage string) bool // whether a stage is built anew; nil: none is
	Session        string                  // of this build and no other
	Resources      []llb.RunOption         // limits: shm size, ulimits, cgroup, cpu and memory
	Epoch          time.Time               // stamp of every file of the image
}

// Stages emits the stages of one plan.
type Stages struct {
	Options
	Plan    *plan.Plan
	Context llb.State // the build context
	Image   llb.State // the toolchain image, with its config
	// Images are those that fetches take something of, by their names.
	Images map[string]llb.State
	// CacheOwner keeps caches apart from those of other toolchain images. It is empty
	// for those that recipes name: theirs are shared.
	CacheOwner string
}

// Fetch returns what a fetch leaves in its output directory, as a layer. One
// that is for all platforms is the same vertex for every target.
func (s *Stages) Fetch(f *language.Fetch) llb.State {
	opts := append(s.run(f.Step),
		llb.Dir(path.Join(language.SourceDir, f.Dir)),
		llb.ReadonlyRootFS(),
		// Writable, because tools rewrite lock files; what they write is thrown away.
		llb.AddMount(language.SourceDir, s.manifests(f), llb.ForceNoOutput),
		named(fmt.Sprintf("[%s] %s", s.languageFor(f.Platform), f.Name)),
		s.at(f.Range),
		does(f.Step),
	)
	opts = append(opts, environment(f.Env)...)
	opts = append(opts, s.brought(f.Step)...)
	opts = append(opts, writable()...)
	if f.Image != "" {
		opts = append(opts, llb.AddMount(language.ImageDir, s.Images[f.Image], llb.Readonly))
	}
	if f.Sealed {
		opts = append(opts, append(s.common("fetch"), llb.Network(pb.NetMode_NONE))...)
	} else {
		if !f.Runs.Foreign() {
			opts = append(opts, s.credentials()...)
		}
		opts = append(opts, s.online("fetch", f.Step)...)
	}
	image := s.Image
	if f.Packages {
		image = s.Toolchain()
	}
	image = s.on(f.Step, image)
	before := llb.Scratch()
	if !f.Onto.IsZero() {
		before = s.Fetch(f.Onto.Fetch)
	}
	return image.Run(opts...).AddMount(f.Output, before)
}

// credentials returns what the spec lets a fetch use of whoever builds.
func (s *Stages) credentials() []llb.RunOption {
	var opts []llb.RunOption
	if s.Plan.SSH {
		opts = append(opts, sshAgent(), llb.AddEnv("GIT_SSH_COMMAND", "ssh -o StrictHostKeyChecking=accept-new"))
	}
	return append(opts, s.secrets()...)
}

// languageFor names the language, and the platform where a step is for one.
func (s *Stages) languageFor(p spec.Platform) string {
	if p == (spec.Platform{}) {
		return s.Plan.Language.Name
	}
	return fmt.Sprintf("%s %s", s.Plan.Language, p)
}

// Compile returns what a compile step of the plan left in its output directory.
// It runs on a read-only root, over a source that stays as it was, without
// network unless the step says otherwise. from is what the spec's files for the
// source are copied from.
func (s *Stages) Compile(step language.Step, from Origins) llb.State {
	mode := llb.Readonly
	if step.Writes {
		mode = llb.ForceNoOutput
	}
	opts := append(s.sealed("compile", step),
		llb.AddMount(language.SourceDir, s.read(step, from), mode),
		named(fmt.Sprintf("[%s] %s", s.languageFor(step.Platform), step.Name)))
	return s.on(step, s.Toolchain()).Run(opts...).AddMount(language.OutputDir, llb.Scratch())
}

// on returns what a step runs on: what was taken of the toolchain for it, or an image where
// nothing was.
func (s *Stages) on(step language.Step, image llb.State) llb.State {
	for _, f := range step.Fetches {
		if s.Takes(f.Fetch) {
			return s.Image.WithOutput(s.Fetch(f.Fetch).Output())
		}
	}
	return image
}

// Takes reports whether steps run on what a fetch took of the toolchain. They run on one
// that whoever builds gave, which may be made in any way.
func (s *Stages) Takes(f *language.Fetch) bool { return f.Toolchain && s.CacheOwner == "" }

// read returns the source of a compile step without what it does not read.
func (s *Stages) read(step language.Step, from Origins) llb.State {
	source := s.Source(from)
	var action *llb.FileAction // its methods begin a chain on nil
	for _, name := range step.Unread {
		action = action.Rm(path.Join("/", name), llb.WithAllowNotFound(true))
	}
	if action == nil {
		return source
	}
	return source.File(action, named(fmt.Sprintf("[%s] leave out what is not compiled", s.Plan.Language)), s.at(step.Range))
}

// Source returns what is compiled: the build context, the spec's files over
// it, and what its scripts make of both.
func (s *Stages) Source(from Origins) llb.State {
	source := s.Context
	if len(s.Plan.Overlay) > 0 {
		var action *llb.FileAction // its methods begin a chain on nil
		for _, op := range s.Plan.Overlay {
			action = s.op(action, op, from)
		}
		source = source.File(action,
			named(fmt.Sprintf("[%s] lay files over the source", s.Plan.Language)),
			s.at(s.Plan.Spec.Build.Files[0].Range))
	}
	before := source
	for _, script := range s.Plan.Scripts {
		opts := append(s.sealed("script", script), named(fmt.Sprintf("[%s] %s", s.Plan.Language, script.Name)))
		opts = append(opts, s.warmed("script", script, before)...)
		if s.Plan.SSH {
			opts = append(opts, sshAgent())
		}
		source = s.Toolchain().Run(opts...).AddMount(language.SourceDir, source)
	}
	return source
}

// Test returns what is left in the output directory after a step ran the
// project's tests, on the host.
func (s *Stages) Test(step language.Step, from Origins) llb.State {
	opts := append(s.sealed("test", step),
		// Tests write beside their sources; what they write is thrown away.
		llb.AddMount(language.SourceDir, s.Source(from), llb.ForceNoOutput),
		named(fmt.Sprintf("[%s] %s", s.Plan.Language, step.Name)))
	opts = append(opts, s.warmed("compile", step, s.Source(from))...)
	if step.Compiled != "" {
		opts = append(opts, llb.AddMount(step.Compiled, s.Compile(s.Plan.Compile, from), llb.Readonly))
	}
	return s.Toolchain().Run(opts...).AddMount(language.OutputDir, llb.Scratch())
}

// warmed returns the mount by which a step waits for the one that fills its caches.
func (s *Stages) warmed(stage string, step language.Step, source llb.State) []llb.RunOption {
	if step.Warm == nil {
		return nil
	}
	warm := step.Warm.Step
	opts := append(s.sealed(stage, warm),
		llb.AddMount(language.SourceDir, source, llb.Readonly),
		named(fmt.Sprintf("[%s] %s", s.Plan.Language, warm.Name)))
	left := s.Toolchain().Run(opts...).AddMount(language.OutputDir, llb.Scratch())
	return []llb.RunOption{llb.AddMount(language.WarmDir, left, llb.Readonly)}
}

// sealed returns the options of a step of the project: a read-only root, no
// network unless the spec wants it, the dependencies, caches and secrets.
func (s *Stages) sealed(stage string, step language.Step) []llb.RunOption {
	opts := append(s.run(step),
		llb.Dir(path.Join(language.SourceDir, step.Dir)),
		llb.ReadonlyRootFS(),
		s.at(step.Range),
		does(step),
	)
	opts = append(opts, s.brought(step)...)
	opts = append(opts, environment(step.Env)...)
	opts = append(opts, writable()...)
	opts = append(opts, s.secrets()...)
	if !s.Plan.Network && !step.Network {
		return append(opts, append(s.common(stage), llb.Network(pb.NetMode_NONE))...)
	}
	return append(opts, s.online(stage, step)...)
}

// online returns the options of a step with network: the network, the
// certificates of whoever builds, and the step's own secrets. Those are for
// downloading; code that could send them elsewhere does not see them.
func (s *Stages) online(stage string, step language.Step) []llb.RunOption {
	opts := append(s.networked(stage), caSecret(language.CABundle))
	if step.Runs.Foreign() {
		return opts
	}
	for _, x := range step.Secrets {
		opts = append(opts, llb.AddSecret(x.Path, llb.SecretID(x.ID), llb.SecretOptional, llb.SecretFileOpt(0, 0, 0o400)))
	}
	return opts
}

// networked returns the options of a step of a stage that has the network.
func (s *Stages) networked(stage string) []llb.RunOption {
	opts := append(s.common(stage), llb.Network(s.Network))
	if s.Proxy != nil {
		opts = append(opts, llb.WithProxy(*s.Proxy))
	}
	for _, h := range s.ExtraHosts {
		opts = append(opts, llb.AddExtraHost(h.Host, h.IP))
	}
	return opts
}

// common returns the options of every step of a stage.
func (s *Stages) common(stage string) []llb.RunOption {
	opts := append([]llb.RunOption(nil), s.Resources...)
	if s.Hostname != "" {
		opts = append(opts, hostname(s.Hostname))
	}
	switch {
	case stage == "test" && s.anew(stage):
		opts = append(opts, s.once())
	case s.anew(stage):
		opts = append(opts, llb.IgnoreCache)
	}
	return opts
}

// once returns the mount by which a step is this build's alone. It is run with the caches
// that there are, which BuildKit empties for steps that ignore its own.
func (s *Stages) once() llb.RunOption {
	session := llb.Scratch().File(llb.Mkfile("/session", 0o444, []byte(s.Session)), named("[test] run anew"))
	return llb.AddMount("/run/anew", session, llb.Readonly)
}

// hostname sets the name of the step's host.
type hostname string

func (h hostname) SetRunOption(ei *llb.ExecInfo) { ei.State = ei.State.Hostname(string(h)) }
