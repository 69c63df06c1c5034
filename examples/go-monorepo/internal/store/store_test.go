package store

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestJobs(t *testing.T) {
	t.Setenv("STORE", filepath.Join(t.TempDir(), "jobs"))
	for _, job := range []string{"one", "two"} {
		if err := Add(job); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Jobs(); err != nil || !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("got %q, %v", got, err)
	}
}
