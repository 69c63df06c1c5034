package node

import "testing"

// TestRepositories tells repositories from releases, archives and directories, in all the
// spellings that managers know.
func TestRepositories(t *testing.T) {
	for _, source := range []string{
		"git+ssh://git@github.com/a/b.git#0a1b", "GIT+https://127.0.0.1:1/x", "git+file:///src/local", "Git://example.com/a", "ssh://git@example.com/a",
		"github:a/b", "GitLab:a/b", "bitbucket:a/b", "gist:0a1b", "a/b", "a/b#main", "a-b/c.d#semver:^1", "git@github.com:a/b", "me@example.com:b.git",
		"https://github.com/a/b", "https://github.com/a/b#main", "https://www.github.com/a/b/tree/main", "https://me:pw@gitlab.com/a/b",
		"https://bitbucket.org/a/b", "https://gist.github.com/me/0a1b", "https://example.com/a.git", " git+https://example.com/a",
	} {
		if !isRepository(source) {
			t.Errorf("%s: got a release, want a repository", source)
		}
	}
	for _, source := range []string{
		"", "^1.0.0", "latest", "1.x || >=2.5.0", "npm:b@^1.0.0", "npm:@a/b@1", "workspace:*", "workspace:packages/a", "catalog:", "file:../a", "link:./a", "./a/b", "../a", "~/a",
		"https://registry.npmjs.org/a/-/a-1.0.0.tgz", "https://codeload.github.com/a/b/tar.gz/0a1b", "https://github.com/a/b/archive/v1.tar.gz",
		"https://github.com/a/b/releases/download/v1/b.tgz", "patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch", "https://gitlab.com/a/b/-/archive/v1/b.tar.gz",
	} {
		if isRepository(source) {
			t.Errorf("%s: got a repository, want a release", source)
		}
	}
}
