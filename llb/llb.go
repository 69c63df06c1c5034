// Package llb turns plans into LLB, BuildKit's build graph, and image configs.
// It is the only place that builds LLB.
package llb

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/diag"
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
	Resources      []llb.RunOption         // limits: shm size, ulimits, cgroup, cpu and memory
	Epoch          time.Time               // stamp of every file of the image
}

// Stages emits the stages of one plan.
type Stages struct {
	Options
	Plan    *plan.Plan
	Context llb.State // the build context
	Image   llb.State // the toolchain image, with its config
}

// CASecret is the id of the secret that holds a bundle of CA certificates. It
// stands over the system's own in every step with network.
const CASecret = "ca-certificates"

// Toolchain returns the image that steps run in: the toolchain's with the
// packages that the plan adds.
func (s *Stages) Toolchain() llb.State {
	p := s.Plan.Packages
	if p == nil {
		return s.Image
	}
	opts := []llb.RunOption{
		llb.Args([]string{"sh", "-euc", installScript, "install", p.Architecture}),
		llb.AddEnv("TOOLS", strings.Join(p.Names, " ")),
		llb.AddEnv("PACKAGES", strings.Join(p.Libraries, " ")),
		llb.AddEnv("DEBIAN_FRONTEND", "noninteractive"),
		s.named(fmt.Sprintf("[%s %s] install %s", s.Plan.Language, s.Plan.Target, strings.Join(append(p.Names[:len(p.Names):len(p.Names)], p.Libraries...), " "))),
		// Not over the system's bundle: a package of it would replace it.
		caSecret("/run/secrets/ca-certificates.crt"),
		s.at(p.Range),
	}
	return s.Image.Run(append(opts, s.networked("toolchain")...)...).Root()
}

// installScript installs $TOOLS for the builder, and $PACKAGES for the
// architecture $1 where Debian builds them for several side by side
// (Multi-Arch: same), for the builder otherwise. What is no library is a tool.
// https://wiki.debian.org/Multiarch/Implementation
const installScript = `
apt="apt-get -qq -y -o Dpkg::Use-Pty=0"
if [ -s /run/secrets/ca-certificates.crt ]; then
	apt="$apt -o Acquire::https::CAInfo=/run/secrets/ca-certificates.crt"
fi
arch=$1
if [ -n "$PACKAGES" ]; then
	dpkg --add-architecture "$arch"
fi
$apt update
for p in $PACKAGES; do
	if apt-cache show "$p" 2>/dev/null | grep -q '^Multi-Arch: same'; then
		p="$p:$arch"
	elif case "$p" in lib*-dev) true ;; *) false ;; esac && [ "$(apt-cache policy "$p:$arch" | grep -c Candidate)" = 1 ]; then
		p="$p:$arch"
	fi
	TOOLS="$TOOLS $p"
done
$apt install --no-install-recommends $TOOLS
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
`

// Fetch returns what a fetch leaves in its output directory, as a layer. One
// that is for all platforms is the same vertex for every target.
func (s *Stages) Fetch(f *language.Fetch) llb.State {
	opts := []llb.RunOption{
		llb.Args(f.Args),
		llb.Dir(path.Join(language.SourceDir, f.Dir)),
		llb.ReadonlyRootFS(),
		// Writable, because tools rewrite lock files; what they write is thrown away.
		llb.AddMount(language.SourceDir, s.manifests(f), llb.ForceNoOutput),
		s.named(fmt.Sprintf("[%s] %s", s.languageFor(f.Platform), f.Name)),
		s.at(f.Range),
	}
	opts = append(opts, s.environment(f.Env)...)
	opts = append(opts, s.brought(f.Step)...)
	opts = append(opts, s.writable()...)
	if f.Sealed {
		opts = append(opts, append(s.common("fetch"), llb.Network(pb.NetMode_NONE))...)
	} else {
		if s.Plan.SSH {
			opts = append(opts, sshAgent(), llb.AddEnv("GIT_SSH_COMMAND", "ssh -o StrictHostKeyChecking=accept-new"))
		}
		opts = append(opts, s.secrets()...)
		opts = append(opts, s.online("fetch", f.Step)...)
	}
	image := s.Image
	if f.Packages {
		image = s.Toolchain()
	}
	return image.Run(opts...).AddMount(f.Output, llb.Scratch())
}

// languageFor names the language, and the platform where a step is for one.
func (s *Stages) languageFor(p spec.Platform) string {
	if p == (spec.Platform{}) {
		return s.Plan.Language
	}
	return fmt.Sprintf("%s %s", s.Plan.Language, p)
}

// brought returns the mounts of a step: what was fetched for it, its own files,
// and its caches.
func (s *Stages) brought(step language.Step) []llb.RunOption {
	var opts []llb.RunOption
	if len(step.Files) > 0 {
		opts = append(opts, llb.AddMount(language.FilesDir, s.written(step.Files), llb.Readonly))
	}
	for _, f := range step.Fetches {
		mode := llb.Readonly
		if f.Written {
			mode = llb.ForceNoOutput
		}
		opts = append(opts, llb.AddMount(f.Output, s.Fetch(f.Fetch), mode))
	}
	for _, c := range step.Caches {
		opts = append(opts, llb.AddMount(c.Path, llb.Scratch(), llb.AsPersistentCacheDir(s.cacheID(c), llb.CacheMountShared)))
	}
	return opts
}

// written returns a tree of files that a step brings.
func (s *Stages) written(files []language.File) llb.State {
	var action *llb.FileAction // its methods begin a chain on nil
	for _, f := range files {
		action = action.Mkfile(path.Join("/", f.Path), 0o644, []byte(f.Data))
	}
	return llb.Scratch().File(action, s.named(fmt.Sprintf("[%s] prepare steps", s.Plan.Language)))
}

// manifests returns the files that a fetch sees. Only their content counts for
// the cache, and only theirs.
func (s *Stages) manifests(f *language.Fetch) llb.State {
	st := llb.Scratch()
	for _, name := range f.Manifests {
		st = st.File(llb.Copy(s.Context, name, path.Join("/", name), &llb.CopyInfo{
			FollowSymlinks: true, CreateDestPath: true, CopyDirContentsOnly: true, ExcludePatterns: f.Sources,
		}), llb.WithCustomNamef("[%s] read %s", s.Plan.Language, name))
	}
	return st
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
		llb.AddMount(language.SourceDir, s.Source(from), mode),
		s.named(fmt.Sprintf("[%s] %s", s.languageFor(step.Platform), step.Name)))
	return s.Toolchain().Run(opts...).AddMount(language.OutputDir, llb.Scratch())
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
		source = source.File(action, s.named(fmt.Sprintf("[%s] lay files over the source", s.Plan.Language)))
	}
	for _, script := range s.Plan.Scripts {
		opts := append(s.sealed("script", script), s.named(fmt.Sprintf("[%s] %s", s.Plan.Language, script.Name)))
		if s.Plan.SSH {
			opts = append(opts, sshAgent())
		}
		source = s.Toolchain().Run(opts...).AddMount(language.SourceDir, source)
	}
	return source
}

// Test returns what is left in the output directory after a step ran the
// project's tests, on the build platform.
func (s *Stages) Test(step language.Step, from Origins) llb.State {
	opts := append(s.sealed("test", step),
		// Tests write beside their sources; what they write is thrown away.
		llb.AddMount(language.SourceDir, s.Source(from), llb.ForceNoOutput),
		s.named(fmt.Sprintf("[%s] %s", s.Plan.Language, step.Name)))
	if step.Compiled != "" {
		opts = append(opts, llb.AddMount(step.Compiled, s.Compile(s.Plan.Compile, from), llb.Readonly))
	}
	return s.Toolchain().Run(opts...).AddMount(language.OutputDir, llb.Scratch())
}

// sealed returns the options of a step of the project: a read-only root, no
// network unless the spec wants it, the dependencies, caches and secrets.
func (s *Stages) sealed(stage string, step language.Step) []llb.RunOption {
	opts := []llb.RunOption{
		llb.Args(step.Args),
		llb.Dir(path.Join(language.SourceDir, step.Dir)),
		llb.ReadonlyRootFS(),
		s.at(step.Range),
	}
	opts = append(opts, s.brought(step)...)
	opts = append(opts, s.environment(step.Env)...)
	opts = append(opts, s.writable()...)
	opts = append(opts, s.secrets()...)
	if !s.Plan.Network && !step.Network {
		return append(opts, append(s.common(stage), llb.Network(pb.NetMode_NONE))...)
	}
	return append(opts, s.online(stage, step)...)
}

// online returns the options of a step with network: the network, the
// certificates of whoever builds, and the step's own secrets.
func (s *Stages) online(stage string, step language.Step) []llb.RunOption {
	opts := append(s.networked(stage), caSecret(language.CABundle))
	for _, x := range step.Secrets {
		opts = append(opts, llb.AddSecret(x.Path, llb.SecretID(x.ID), llb.SecretOptional, llb.SecretFileOpt(0, 0, 0o400)))
	}
	return opts
}

// secrets returns the mounts of the spec's secrets, without which a step fails.
func (s *Stages) secrets() []llb.RunOption {
	var opts []llb.RunOption
	for _, id := range s.Plan.Secrets {
		opts = append(opts, llb.AddSecret(path.Join("/run/secrets", id), llb.SecretID(id), llb.SecretFileOpt(0, 0, 0o400)))
	}
	return opts
}

// sshAgent mounts the SSH agent of whoever builds.
func sshAgent() llb.RunOption { return llb.AddSSHSocket(llb.SSHID("default")) }

// cacheID returns the daemon-wide id of a cache.
func (s *Stages) cacheID(c language.Cache) string {
	return strings.TrimPrefix(path.Join(s.CacheNamespace, "stagefront", c.Name), "/")
}

// writable returns the directories that every tool expects to write to; what
// is in them is thrown away.
func (s *Stages) writable() []llb.RunOption {
	return []llb.RunOption{
		llb.AddMount("/tmp", llb.Scratch(), llb.ForceNoOutput),
		llb.AddMount("/root", llb.Scratch(), llb.ForceNoOutput),
		llb.AddEnv("HOME", "/root"),
	}
}

func (s *Stages) environment(vars spec.Vars) []llb.RunOption {
	var opts []llb.RunOption
	for _, v := range vars {
		opts = append(opts, llb.AddEnv(v.Name, v.Value))
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
	if s.NoCache != nil && s.NoCache(stage) {
		opts = append(opts, llb.IgnoreCache)
	}
	return opts
}

// hostname sets the name of the step's host.
type hostname string

func (h hostname) SetRunOption(ei *llb.ExecInfo) { ei.State = ei.State.Hostname(string(h)) }

func caSecret(dest string) llb.RunOption {
	return llb.AddSecret(dest, llb.SecretID(CASecret), llb.SecretOptional, llb.SecretFileOpt(0, 0, 0o444))
}

func (s *Options) named(name string) llb.ConstraintsOpt { return llb.WithCustomName(name) }

// at returns the place of a step in the spec; the first line where it has none.
func (s *Options) at(r diag.Range) llb.ConstraintsOpt {
	if s.SourceMap == nil {
		return noConstraint
	}
	if r.IsZero() || r.Source.Name != s.SourceMap.Filename {
		r = diag.Range{Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 2}}
	}
	return s.SourceMap.Location([]*pb.Range{Range(r)})
}

var noConstraint = llb.WithDescription(nil)

// Range returns a range in BuildKit's words, where columns count from 0.
func Range(r diag.Range) *pb.Range {
	position := func(p diag.Pos) *pb.Position {
		return &pb.Position{Line: int32(p.Line), Character: int32(p.Column - 1)}
	}
	return &pb.Range{Start: position(r.Start), End: position(r.End)}
}

// OCIPlatform returns p in the types of the OCI specification.
func OCIPlatform(p spec.Platform) ocispecs.Platform {
	return platforms.Normalize(ocispecs.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant})
}

// Platform returns a platform of the OCI specification as the spec has it.
func Platform(p ocispecs.Platform) spec.Platform {
	p = platforms.Normalize(p)
	return spec.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
}
