package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestApply makes every change of every project, one upon the other: each is where it
// is meant to be, and JSON stays readable.
func TestApply(t *testing.T) {
	t.Chdir("..")
	for _, p := range projects {
		for _, c := range p.changes {
			dir, err := p.checkout()
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			for i := range 3 {
				if err := c.apply(dir, i); err != nil {
					t.Fatal(err)
				}
			}
			for _, e := range c.edits {
				data, err := os.ReadFile(filepath.Join(dir, e.file))
				if err != nil || !strings.Contains(string(data), e.after) {
					t.Errorf("%s: %v, want %q in it", e.file, err, e.after)
				}
				if filepath.Ext(e.file) == ".json" && !json.Valid(data) {
					t.Errorf("%s is no JSON:\n%s", e.file, data)
				}
			}
		}
	}
}
