package python

import (
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

const metadataDir = "/opt/metadata"

// versionVariables are the variables by which build backends that ask git for a
// version are told one: a build context has no repository.
// https://setuptools-scm.readthedocs.io/en/latest/overrides/
var versionVariables = []struct{ requires, name string }{
	{"setuptools-scm", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"},
	{"pbr", "PBR_VERSION"},
	{"pdm-backend", "PDM_BUILD_SCM_VERSION"},
	{"poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"},
	{"uv-dynamic-versioning", "UV_DYNAMIC_VERSIONING_BYPASS"},
}

// versionEnv returns the variable for the version of the project's package, ""
// where its files say the version.
func (y *project) versionEnv() string {
	if y.m.backend == nil || !y.m.packaged || y.m.pyproject.Get("project", "version") != nil || y.m.pyproject.Get("tool", "poetry", "version").Text() > "0.0.0" {
		return ""
	}
	for _, v := range versionVariables {
		if slices.ContainsFunc(y.m.backend.requires, func(r string) bool { return normal(requirementName.FindString(r)) == v.requires }) {
			return v.name
		}
	}
	return ""
}

// repository returns the directory of the repository that is asked for the version,
// "" where nobody asks, or there is none.
func (y *project) repository() string {
	name := y.versionEnv()
	if _, said := y.Spec.Build.Env.Get(name); name == "" || said {
		return ""
	}
	for dir := range language.Parents(y.Dir()) {
		if git := path.Join(dir, ".git"); language.IsDir(y.FS, git) {
			return git
		}
	}
	return ""
}

// noRepository warns of a version that git would have to say, where there is none.
func (y *project) noRepository() (diags diag.List) {
	name := y.versionEnv()
	if _, said := y.Spec.Build.Env.Get(name); name == "" || said || y.repository() != "" {
		return nil
	}
	d := diags.Warnf(y.m.backend.rng, "the version of %s is in git, and the build context has no repository, so it is 0.0.0", y.m.name)
	d.Hint, d.Missing = "set "+name+" in \"build.env\", or let .git into the build context", ".git"
	return diags
}

func (y *project) versionDecision() []language.Decision {
	name := y.versionEnv()
	one := language.Decision{Name: "package version", Value: "0.0.0", Why: "the build context has no repository to ask; set " + name + " in \"build.env\""}
	v, said := y.Spec.Build.Env.Get(name)
	switch {
	case name == "":
		return nil
	case said:
		one.Value, one.Why = v.Value, v.Range.FileLine()
	case y.repository() != "":
		one.Value, one.Why = "what the build backend makes of "+y.repository(), y.m.backend.rng.FileLine()
	}
	return []language.Decision{one}
}

// ask returns the step that asks the project's build backend what the project needs,
// and its version. That runs code of the project, before anything that has passwords
// or the network.
func (y *project) ask(backends *language.Fetch) *language.Fetch {
	f := &language.Fetch{
		Step: language.Step{
			Name: "ask the build backend", Args: []string{"python3", path.Join(language.FilesDir, "ask.py")}, Runs: language.Own,
			Env: sealedEnv,
			Dir: y.Dir(), Files: files("ask.py", "advice.py", "sdist.py"), Fetches: language.Refs(backends), Range: y.entry.rng,
		},
		Output: metadataDir, Sealed: true,
	}
	f.Manifests = slices.Concat(y.m.files, setupReads(y.m))
	slices.Sort(f.Manifests)
	f.Manifests = slices.Compact(f.Manifests)
	if git := y.repository(); git != "" {
		f.Packages, f.Manifests = true, append(f.Manifests, git)
		return f
	}
	for _, v := range versionVariables {
		f.Args = append(f.Args, "--variable", v.name+"=0.0.0")
	}
	return f
}
