package python

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

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
	if y.m.pyproject.Get("project", "version") != nil || y.m.pyproject.Get("tool", "poetry", "version").Text() > "0.0.0" {
		return ""
	}
	for _, v := range versionVariables {
		if slices.ContainsFunc(y.m.backend.requires, func(r string) bool { return normal(requirementName.FindString(r)) == v.requires }) {
			return v.name
		}
	}
	return ""
}

// compile returns the step that puts the project together. Nothing of it is for
// a platform, so all share it.
func (y *project) compile(tool, backends *language.Fetch) language.Step {
	args := []string{"python3", path.Join(language.FilesDir, "compile.py"), "--spec", y.buildFiles()}
	for _, dir := range y.installed() {
		args = append(args, "--install", dir)
	}
	env := spec.Vars{{Name: "PYTHONHASHSEED", Value: "0"}, {Name: "SOURCE_DATE_EPOCH", Value: "315532800"}}
	if backends == nil {
		tool = nil
	} else {
		env = append(env, spec.Vars{{Name: "PATH", Value: venv + "/bin:" + language.SystemPath}, {Name: "UV_CACHE_DIR", Value: "/tmp/uv"}, {Name: "UV_PYTHON_DOWNLOADS", Value: "never"}}...)
		for _, v := range versionVariables {
			env = env.Set(v.name, "0.0.0")
		}
	}
	return language.Step{
		Name: "compile " + y.entry.name, Args: args, Env: env, Dir: y.Dir(),
		Files: y.files("compile.py", compileScript), Fetches: language.Refs(tool, backends), Range: y.entry.rng,
	}
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
	dir := path.Join(language.SourceDir, y.Dir())
	if language.IsDir(y.FS, path.Join(y.Dir(), "src")) {
		return dir + "/src:" + dir
	}
	return dir
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
		Dir: y.Dir(), Fetches: language.Refs(deps), Range: y.entry.rng,
	}
}
