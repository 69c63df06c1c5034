package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestInsert puts packages into a project of Node, whose files stay readable.
func TestInsert(t *testing.T) {
	t.Chdir("..")
	for _, p := range projects {
		for _, c := range p.changes {
			if c.lines == nil {
				continue
			}
			dir, err := p.checkout()
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			for i := range c.list {
				if err := c.apply(dir, i); err != nil {
					t.Fatal(err)
				}
			}
			for _, l := range c.lines {
				data, err := os.ReadFile(filepath.Join(dir, l.file))
				if err != nil || !json.Valid(data) {
					t.Errorf("%s: %v\n%s", l.file, err, data)
				}
			}
		}
	}
}
