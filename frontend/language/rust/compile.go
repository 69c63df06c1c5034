package rust

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

var (
	//go:embed cook.sh
	cookScript string
	//go:embed compile.sh
	compileScript string
	//go:embed diagnose.sh
	diagnoseScript string
	//go:embed native.sh
	nativeScript string
)

// environment returns the environment in which cargo compiles for the target. It is the
// same for dependencies and for the project: cargo compiles anew what depends on a
// variable that has another value.
func (r *project) environment() spec.Vars {
	env := append(slices.Clone(quiet), spec.Vars{
		{Name: "CARGO_HOME", Value: r.home()},
		{Name: "CARGO_INCREMENTAL", Value: "0"},
		{Name: "CARGO_NET_OFFLINE", Value: "true"},
	}...)
	env = append(env, r.compilesIn(r.targetDir())...)
	if r.strips() {
		name := strings.ToUpper(strings.ReplaceAll(r.profile(), "-", "_"))
		env = env.Set("CARGO_PROFILE_"+name+"_STRIP", "symbols")
	}
	env = append(env, r.leveled()...)
	return append(env, compilers(r.Project, r.config, r.target)...)
}

// leveled returns the variable that adds the flags for a variant of the platform to
// those of the project. Cargo reads those of "build" only where there are none of a
// target.
// https://doc.rust-lang.org/cargo/reference/config.html#buildrustflags
func (r *project) leveled() spec.Vars {
	flags := r.target.level()
	if flags == "" {
		return nil
	}
	ofTarget := slices.ContainsFunc(r.config.get("target").Names(), func(name string) bool {
		return r.config.get("target", name, "rustflags") != nil
	})
	if r.config.get("build", "rustflags") != nil && !ofTarget {
		return spec.Vars{{Name: "CARGO_BUILD_RUSTFLAGS", Value: flags}}
	}
	return spec.Vars{{Name: r.target.setting("RUSTFLAGS"), Value: flags}}
}

// home returns where cargo has packages: of its own, where none are fetched.
func (r *project) home() string {
	if !r.fetches() {
		return "/tmp/cargo"
	}
	return cargoHome
}

// compilesIn returns the variables that have cargo compile in a directory, whatever the
// project's configuration says.
// https://doc.rust-lang.org/cargo/reference/build-cache.html
func (r *project) compilesIn(dir string) spec.Vars {
	env := spec.Vars{{Name: "CARGO_TARGET_DIR", Value: dir}}
	if r.config.get("build", "build-dir") != nil {
		env = append(env, spec.Vars{{Name: "CARGO_BUILD_BUILD_DIR", Value: dir}}...)
	}
	return env
}

// targetDir returns where cargo compiles: of its own, where nothing is compiled before.
func (r *project) targetDir() string {
	if !r.lock.remote() {
		return "/tmp/target"
	}
	return cookedDir
}

// profile returns the name of the profile that is built.
func (r *project) profile() string { return r.Spec.Build.Profile.Or("release") }

// outputDir returns the directory below that of the target that cargo leaves programs
// of a profile in.
func (r *project) outputDir() string {
	switch name := r.profile(); name {
	case "dev", "test":
		return "debug"
	case "bench":
		return "release"
	default:
		return name
	}
}

// strips reports whether symbols are left out: a profile that says what becomes of them
// is kept to.
func (r *project) strips() bool {
	name := r.profile()
	for range 8 { // no profile inherits from more
		if r.ws.root.Get("profile", name, "strip") != nil || r.config.get("profile", name, "strip") != nil {
			return false
		}
		name = r.ws.root.Get("profile", name, "inherits").Text()
	}
	return true
}

// build returns the call of cargo that makes the program.
func (r *project) build() []string {
	args := []string{
		"cargo", "build", "--locked", "--offline",
		"--target", r.target.triple, "--profile", r.profile(), "-p", r.entry.pkg,
	}
	switch {
	case r.entry.target.name == "":
		args = append(args, "--bins")
	default:
		args = append(args, "--"+string(r.entry.target.kind), r.entry.target.name)
	}
	if r.entry.crate != nil {
		args = append(args, featureFlags(r.Spec)...)
	}
	return append(args, r.Spec.Build.Flags.Values()...)
}

// cook returns the step that compiles the dependencies apart from the project, nil when
// there are none. It sees what says how they are compiled, and stubs for the project's
// sources, so that an edit of those does not repeat it. It runs their build scripts and
// macros: it has neither the network nor a secret, and writes to its output alone.
func (r *project) cook(needed ...*language.Fetch) *language.Fetch {
	if !r.lock.remote() {
		return nil
	}
	through, files := script("cook.sh", cookScript, language.File{Path: "stubs.sh", Data: stubsScript},
		stubFile(r.cookStubs()), localFile(r.own()), r.sharedFile(r.config.vendored()))
	env := r.environment()
	for _, e := range r.Spec.Build.Env {
		if !expanded(e.Value) {
			env = env.Set(e.Name.Value, e.Value.Value)
		}
	}
	manifests := append(r.manifests(), r.config.names()...)
	if dir := r.config.vendored(); dir != "" {
		manifests = append(manifests, dir)
	}
	for _, c := range r.shared() {
		manifests = append(manifests, c.dir)
	}
	return &language.Fetch{
		Step: language.Step{
			Name: "compile dependencies", Args: r.build(), Through: through, Runs: language.Dependencies,
			Env: env, Dir: r.Dir(), Files: files, Fetches: language.Refs(needed...),
			Platform: r.target.platform, Range: r.entry.rng,
		},
		Manifests: manifests,
		Output:    cookedDir,
		Writable:  true,
		Sealed:    true,
		Packages:  true,
	}
}

// expanded reports whether a value of the spec has a variable in it. Such a value is
// often a version, another at every build; dependencies that ask for one are compiled
// with the project.
func expanded(t spec.Text) bool { return t.Varies || strings.Contains(written(t.Range), "${") }

// written returns what is written in a range.
func written(r diag.Range) string {
	if r.IsZero() {
		return ""
	}
	lines := strings.Split(string(r.Source.Data), "\n")
	lines = lines[r.Start.Line-1 : r.End.Line]
	if len(lines) == 1 {
		return string([]rune(lines[0])[r.Start.Column-1 : r.End.Column-1])
	}
	return strings.Join(lines, "\n")
}

// compile returns the step that compiles the project with what was compiled before.
func (r *project) compile(needed ...*language.Fetch) language.Step {
	vendored := r.config.vendored()
	if r.changes() {
		vendored = "" // they may be others than before
	}
	through, files := script("compile.sh", compileScript,
		language.File{Path: "diagnose.sh", Data: diagnoseScript}, language.File{Path: "stubs.sh", Data: stubsScript},
		language.File{Path: "libraries", Data: libraryList()}, stubFile(r.sources()), r.sharedFile(vendored))
	sub := r.outputDir()
	if r.entry.target.kind == example {
		sub = path.Join(sub, "examples")
	}
	through = append(through,
		path.Join(r.targetDir(), r.target.triple, sub)+"/"+r.entry.target.name,
		path.Join(language.OutputDir, r.entry.program),
		r.toolchain.Value+" ("+r.toolchain.Why+")")
	return language.Step{
		Name: "compile " + r.entry.what, Args: r.build(), Through: through, Runs: language.Own,
		Env: r.environment(), Dir: r.Dir(), Files: files, Fetches: language.Refs(needed...),
		Writes: true, Reports: true, Platform: r.target.platform, Range: r.entry.rng,
	}
}

// native returns how commands of the project run on the builder.
func (r *project) native(packages *language.Fetch) language.Step {
	through, files := script("native.sh", nativeScript)
	env := append(slices.Clone(quiet), spec.Vars{
		{Name: "CARGO_HOME", Value: r.home()},
		{Name: "CARGO_INCREMENTAL", Value: "0"},
		{Name: "CARGO_NET_OFFLINE", Value: "true"},
	}...)
	env = append(env, r.compilesIn("/tmp/target")...)
	if r.config.get("build", "target") != nil { // another than the builder's, whose programs do not run
		env = append(env, spec.Vars{{Name: "CARGO_BUILD_TARGET", Value: hostTriple(r.Project)}}...)
	}
	return language.Step{
		Through: through, Files: files, Dir: r.Dir(), Fetches: language.Refs(packages), Range: r.entry.rng, Env: env,
	}
}

// test returns the step that runs the tests of the program's package, and of the members
// of the workspace that it needs on the builder. Features are those of the program's
// package alone, so where a spec has some, the others are left out.
func (r *project) test(packages *language.Fetch) language.Step {
	step := r.native(packages)
	step.Args = []string{"cargo", "test", "--locked", "--offline"}
	if r.entry.crate == nil {
		return step
	}
	step.Args = append(step.Args, "-p", r.entry.pkg)
	if features := featureFlags(r.Spec); len(features) > 0 {
		step.Args = append(step.Args, features...)
		return step
	}
	builder, _ := platformOf(r.Host, false) // known, or there would be no recipe
	here, needed := r.ws.needed(r.entry.crate, builder), r.lock.needed(r.entry.crate.name)
	replaced, _ := r.lock.onLocals()
	for _, c := range r.ws.crates {
		if !here[c.dir] && !slices.Contains(replaced, c.name) {
			continue
		}
		if c.member && c != r.entry.crate && slices.Contains(needed, c.name) {
			step.Args = append(step.Args, "-p", r.lock.spec(c.name, c.version))
		}
	}
	return step
}
