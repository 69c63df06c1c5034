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
	jobs, err := Jobs()
	var names []string
	for _, job := range jobs {
		names = append(names, job.Name)
	}
	if err != nil || !slices.Equal(names, []string{"one", "two"}) || jobs[0].ID == jobs[1].ID {
		t.Errorf("got %q, %v", jobs, err)
	}
}
