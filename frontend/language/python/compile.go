package python

import (
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// compile returns the step that puts the project together. Nothing of it is for
// a platform, so all share it.
func (y *project) compile(s *steps) language.Step {
	step := language.Step{
		Name: "compile " + y.entry.name, Args: append(run("compile.py"), "--spec", y.buildFiles()),
		Env: sealedEnv[1:3:3], Dir: y.Dir(),
		Fetches: language.Refs(y.programs), Range: y.entry.rng, Reports: true, PassesEnv: true,
	}
	if y.startsTests() {
		step.Args = append(step.Args, "--tests")
	}
	step.Args = append(step.Args, y.checked(language.AppDir, venv)...)
	installed := y.installed()
	if len(installed) == 0 {
		step.Fetches = append(step.Fetches, language.Refs(s.taken)...)
		return step
	}
	for _, dir := range installed {
		step.Args = append(step.Args, "--install", dir)
	}
	for _, dir := range y.importDirs() {
		step.Args = append(step.Args, "--path", dir)
	}
	step.Runs, step.Fetches = language.Own, append(step.Fetches, language.Refs(s.tool, s.backends)...)
	step.Env = sealedEnv[:len(sealedEnv):len(sealedEnv)]
	for _, v := range versionVariables {
		step.Env = step.Env.Set(v.name, "0.0.0")
	}
	if y.repository() != "" {
		step.Args = append(step.Args, "--version-from", path.Join(metadataDir, "version"))
		for _, v := range versionVariables {
			step.Args = append(step.Args, "--variable", v.name)
		}
		step.Fetches = append(step.Fetches, language.Refs(s.metadata)...)
	}
	return step
}

// checked returns the flags that have bytecode of directories of the image held against
// its source where files of the spec may be in the place of some: Python then compiles
// those itself, when it loads them.
func (y *project) checked(dirs ...string) (flags []string) {
	for _, dir := range dirs {
		if _, over := y.Spec.FileOver(dir); over {
			flags = append(flags, "--checked", dir)
		}
	}
	return flags
}

// buildFiles returns the names of the files beside the source that only the
// build reads.
func (y *project) buildFiles() string {
	names := []string{"stagefront.yaml", "stagefront.yml"}
	if r := y.Spec.Language.Range; !r.IsZero() && !slices.Contains(names, path.Base(r.Source.Name)) {
		names = append(names, path.Base(r.Source.Name))
	}
	return strings.Join(names, ",")
}

// sourcePath returns where the source is imported from on the builder.
func (y *project) sourcePath() string {
	dirs := y.importDirs()
	if language.IsDir(y.FS, path.Join(y.Dir(), "src")) && !slices.Contains(dirs, "src") {
		dirs = append([]string{"src"}, dirs...)
	}
	return under(path.Join(language.SourceDir, y.Dir()), dirs)
}

// native returns how commands of the project run on the builder.
func (y *project) native(deps *language.Fetch) language.Step {
	return language.Step{
		Env: spec.Vars{
			{Name: "PATH", Value: venv + "/bin:" + language.SystemPath},
			{Name: "PYTHONDONTWRITEBYTECODE", Value: "1"},
			{Name: "PYTHONHASHSEED", Value: "0"},
			{Name: "PYTHONPATH", Value: y.sourcePath()},
		},
		Dir: y.Dir(), Fetches: language.Refs(y.library, deps), Range: y.entry.rng,
	}
}
