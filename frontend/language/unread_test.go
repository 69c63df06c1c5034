package language

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// TestUnread tells what is for people and other tools from what a compiler may read,
// whose name is near it.
func TestUnread(t *testing.T) {
	unread := []string{
		".dockerignore", ".git/HEAD", ".github/workflows/ci.yml", ".gitlab-ci.yml", "CHANGELOG.md", "Containerfile", "Dockerfile", "Dockerfile.dev",
		"Jenkinsfile", "LICENSE", "LICENSE-APACHE-2.0", "README.rst", "app.yaml", "app.yaml.dockerignore", "compose.dev.yaml", "docker-compose.yml",
		"services/api/README.md", "services/api/app.yaml",
	}
	read := []string{
		"license.go", "license/license.go", "notice.go", "security_test.go", "readme.go", "dockerfile.go", "compose.go", "config.yaml",
		"other.yaml.dockerignore", "docs/index.md", "services/other/README.md", "changes.sql", "go.mod",
	}
	files := fstest.MapFS{}
	for _, name := range slices.Concat(unread, read) {
		files[name] = &fstest.MapFile{}
	}
	s := &spec.Spec{Project: spec.Text{Value: "services/api", Range: spec.Range{Source: &diag.Source{}}}}
	got := Unread(&Project{FS: files, Spec: s, SpecFile: "app.yaml"})
	want := slices.Clone(unread)
	want[1], want[2] = ".git", ".github"
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
