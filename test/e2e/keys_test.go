package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// TestKeys builds every target of the projects of testdata/keys, which say all
// keys in all their forms, and compares what the images are: their config,
// files, and what their programs print. "targets" has the targets, one a line;
// in "flags", DIR is the project's directory.
func TestKeys(t *testing.T) {
	lab := labenv.Get(t)
	names, err := filepath.Glob("testdata/keys/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("got %d archives: %v", len(names), err)
	}
	for _, file := range names {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			dir := labenv.Project(t, string(data))
			flags := lines(a, "flags")
			for i := range flags {
				flags[i] = strings.ReplaceAll(flags[i], "DIR", dir)
			}
			var got strings.Builder
			for _, target := range lines(a, "targets") {
				ref := build(t, lab, dir, "keys-"+name+"-"+target, append([]string{"--target=" + target}, flags...)...)
				fmt.Fprintf(&got, "# %s\n%s", target, imageText(t, open(t, ref, "linux/arm64")))
			}
			golden(t, file, a, got.String())
		})
	}
}

// imageText returns what an image is: its config without what is the same for
// all, its files without those of its runtime, and what it prints when it runs.
func imageText(t *testing.T, img *image.Image) string {
	t.Helper()
	raw, err := img.RawConfig()
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Config map[string]any `json:"config"`
	}
	if err := json.Unmarshal(raw, &whole); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(whole.Config)) {
		value, err := json.Marshal(whole.Config[key])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s\n", key, value)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		if ours := strings.HasPrefix(name, "/srv") || strings.HasPrefix(name, "/app") || strings.HasPrefix(name, "/opt") || strings.HasPrefix(name, "/usr/local/bin") || strings.HasPrefix(name, "/var/lib/keys"); ours {
			size := ""
			if f.Mode.IsRegular() && !strings.HasPrefix(name, "/usr/local/bin") {
				size = fmt.Sprintf(" %d bytes", f.Size)
			}
			fmt.Fprintf(&b, "%s %d:%d %s%s\n", fs.FileMode(f.Mode), f.UID, f.GID, name, size)
		}
	}
	result, err := img.Run(t.Context(), image.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%s%s", result.Stdout, result.Stderr)
	return b.String()
}
