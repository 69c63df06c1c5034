package rust

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Where steps have what was fetched and compiled before.
const (
	cargoHome = "/opt/cargo"  // packages, as cargo unpacks them
	stdDir    = "/opt/std"    // the standard library of the target
	cookedDir = "/opt/target" // dependencies, as cargo compiles them
)

// mirrors are the variables about where toolchains come from. Where packages do is
// said by source replacement of cargo's configuration, which both steps must know.
// https://rust-lang.github.io/rustup/environment-variables.html
var mirrors = []string{"RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"}

var secrets = []language.Secret{
	{ID: "netrc", Path: "/root/.netrc"},
	{ID: "credentials.toml", Path: "/run/cargo/credentials.toml"},
}

var caches = []language.Cache{{Name: "cargo", Path: "/var/cache/cargo"}}

var (
	//go:embed toolchain.sh
	toolchainScript string
	//go:embed stubs.sh
	stubsScript string
	//go:embed fetch.sh
	fetchScript string
	//go:embed advice.sh
	adviceScript string
	//go:embed netrc.sh
	netrcScript string
	//go:embed std.sh
	stdScript string
)

// script returns what runs a command by a program of ours, and that as a file with those
// that it reads in turn.
func script(name, text string, others ...language.File) ([]string, []language.File) {
	files := append([]language.File{{Path: name, Data: text}, {Path: "toolchain.sh", Data: toolchainScript}}, others...)
	return []string{"sh", "-eu", path.Join(language.FilesDir, name)}, files
}

// quiet are variables of cargo for every step: nothing is drawn, nothing is asked for
// in a way that would run a program of the project's configuration.
var quiet = spec.Vars{
	{Name: "CARGO_NET_GIT_FETCH_WITH_CLI", Value: "false"},
	{Name: "CARGO_TERM_PROGRESS_WHEN", Value: "never"},
	{Name: "RUSTC_WORKSPACE_WRAPPER", Value: ""},
	{Name: "RUSTC_WRAPPER", Value: ""},
}

// fetches reports whether there is something to download.
func (r *project) fetches() bool { return r.lock.remote() && r.config.vendored() == "" }

// fetchPackages returns the step that downloads what the lock lists, nil when there is
// nothing to download. It sees manifests alone, with stubs for sources, and of cargo's
// configuration what is data: nothing of the project runs.
func (r *project) fetchPackages() *language.Fetch {
	if !r.fetches() {
		return nil
	}
	through, files := script("fetch.sh", fetchScript,
		language.File{Path: "stubs.sh", Data: stubsScript}, language.File{Path: "netrc.sh", Data: netrcScript},
		language.File{Path: "advice.sh", Data: adviceScript},
		language.File{Path: "config.toml", Data: r.config.fetching()}, stubFile(r.stubs))
	args := []string{"cargo", "fetch", "--locked"}
	for _, triple := range r.fetchedFor() {
		args = append(args, "--target", triple)
	}
	return &language.Fetch{
		Step: language.Step{
			Name: "fetch crates", Args: args, Through: through, Files: files, Dir: r.ws.dir,
			Caches: caches, Secrets: secrets, Range: r.entry.rng,
			// Not by a variable of cargo: one that is set has it clone by a transport of its
			// own, which knows of no password.
			Env: append(slices.Clone(quiet), spec.Vars{
				{Name: "OUT", Value: cargoHome},
				{Name: "SSL_CERT_FILE", Value: language.CABundle},
			}...),
		},
		Manifests: r.manifests(),
		Output:    cargoHome,
		Writable:  true,
	}
}

// fetchedFor returns the platforms whose packages are fetched: all that images are
// built for, so that all share one step, and no other system's.
func (r *project) fetchedFor() (triples []string) {
	for _, name := range platforms(false) {
		_, arch, _ := strings.Cut(name, "/")
		for _, static := range []bool{false, true} {
			p, err := platformOf(spec.Platform{OS: "linux", Architecture: arch}, static)
			if err == nil && (!static || r.Spec.Build.Static.Or(false)) {
				triples = append(triples, p.triple)
			}
		}
	}
	return triples
}

// manifests returns the files that say what is fetched.
func (r *project) manifests() []string {
	files := []string{r.ws.src.Name, r.lock.file}
	for _, c := range r.ws.crates {
		files = append(files, c.src.Name)
	}
	for _, root := range r.ws.others {
		files = append(files, root.src.Name)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// fetchStd returns the step that gets the standard library of the target by the image's
// rustup, nil for the builder's own, which is there.
func (r *project) fetchStd() *language.Fetch {
	if r.target.triple == hostTriple(r.Project) {
		return nil
	}
	through, files := script("std.sh", stdScript)
	return &language.Fetch{
		Step: language.Step{
			Name: "fetch the standard library of " + r.target.triple, Args: []string{"rustup", "target", "add", r.target.triple},
			Through: through, Files: files, Dir: ".", Mirrors: mirrors, Platform: r.target.platform, Range: r.entry.rng,
			Env: spec.Vars{{Name: "OUT", Value: stdDir}, {Name: "SSL_CERT_FILE", Value: language.CABundle}},
		},
		Output: stdDir,
	}
}
