package python

import (
	"path"
	"regexp"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// proseKeys are where pyproject.toml names texts that build backends read.
var proseKeys = [][]string{
	{"project", "readme"}, {"project", "readme", "file"}, {"project", "license", "file"},
	{"tool", "poetry", "readme"}, {"tool", "setuptools", "dynamic", "readme", "file"},
}

// proseNames returns the texts that pyproject.toml names, whether they are there or not.
func (m *manifest) proseNames() (names []*toml.Value) {
	for _, key := range proseKeys {
		names = append(names, m.pyproject.Get(key...).List()...)
	}
	return names
}

// prose returns the texts that the build backend reads, as paths of the context.
func (m *manifest) prose() (files []string) {
	for _, v := range m.proseNames() {
		files = append(files, path.Join(m.dir, v.Text()))
	}
	for _, pattern := range m.pyproject.Get("project", "license-files").List() {
		files = append(files, language.Glob(m.fsys, m.dir, pattern.Text())...)
	}
	return files
}

var readsProse = regexp.MustCompile(`(?i)\b(?:open|read|read_file|Path|joinpath)\([^()\n]*["']((?:README|CHANGES|CHANGELOG|HISTORY|LICENSE)[\w.-]*)["']`)

// missingProse reports texts that the build backend fails without, and that are not in the
// build context. setuptools does without those of pyproject.toml.
func (m *manifest) missingProse() (diags diag.List) {
	if !m.packaged || m.backend == nil {
		return nil
	}
	missing := func(name string, at diag.Range) {
		if file := path.Join(m.dir, name); !language.IsFile(m.fsys, file) {
			diags.Errorf(at, "the build backend reads %q, which is not in the build context", file).Missing = file
		}
	}
	if !slices.ContainsFunc(m.backend.requires, func(r string) bool { return normal(requirementName.FindString(r)) == "setuptools" }) {
		for _, v := range m.proseNames() {
			missing(v.Text(), v.Range)
		}
	}
	if src, err := source(m.fsys, m.memo, path.Join(m.dir, "setup.py")); err == nil {
		for _, at := range readsProse.FindAllSubmatchIndex(src.Data, -1) {
			missing(string(src.Data[at[2]:at[3]]), src.LineAt(at[2]))
		}
	}
	return diags
}
