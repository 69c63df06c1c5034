package language

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// Unread returns what the context's root and the project's directory have for people
// and for other tools: the spec and what goes with it, prose, files of CI and editors,
// git's directory. A recipe whose compile step reads none of it says so, and an edit
// of it compiles nothing.
func Unread(p *Project) (names []string) {
	dirs := []string{"."}
	if dir := p.Dir(); dir != "." {
		dirs = append(dirs, dir)
	}
	for _, dir := range dirs {
		entries, _ := fs.ReadDir(p.FS, dir)
		for _, e := range entries {
			if name := e.Name(); e.IsDir() && slices.Contains(unreadDirs, name) || e.Type().IsRegular() && p.unread(name) {
				names = append(names, path.Join(dir, name))
			}
		}
	}
	return names
}

// unread reports whether a file is the spec, or is called as one for people or tools.
func (p *Project) unread(name string) bool {
	return name == p.SpecFile || name == p.SpecFile+".dockerignore" || unreadFile.MatchString(name)
}

var (
	unreadDirs = []string{".git", ".github", ".gitlab", ".circleci", ".vscode", ".idea"}
	unreadFile = regexp.MustCompile(`(?i)^(` +
		`(readme|licen[cs]e|copying|notice|authors|contributors|maintainers|changelog|changes|contributing|security|code_of_conduct|codeowners)` +
		`(-[a-z0-9]+(\.[0-9]+)*)*(\.(txt|adoc))?` +
		`|.*\.(md|rst)` +
		`|(dockerfile|containerfile)(\.(base|build|ci|debug|dev|local|prod|production|release|test))?|[a-z0-9_-]+\.dockerfile|(docker-)?compose([._-][a-z0-9_-]+)?\.ya?ml|docker-bake(\.override)?\.(hcl|json)` +
		`|\.(dockerignore|gitignore|gitattributes|gitmodules|editorconfig)` +
		`|\.(gitlab-ci|travis|drone|woodpecker|golangci|goreleaser|pre-commit-config|codecov)\.ya?ml|(azure|bitbucket)-pipelines\.ya?ml|jenkinsfile` +
		`)$`)
)
