package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestKeys builds every target of the projects of testdata/keys, which say all
// keys in all their forms, and compares what the images are: their config,
// files, and what their programs print. "targets" has the targets, one a line;
// in "flags", DIR is the project's directory.
func TestKeys(t *testing.T) {
	lab := start(t)
	forArchives(t, "keys", func(t *testing.T, a *archive) {
		dir := a.project(t)
		flags := a.lines("flags", "DIR", dir)
		var got strings.Builder
		for _, target := range a.lines("targets") {
			ref := build(t, lab, dir, "keys-"+a.name+"-"+target, append([]string{"--target=" + target}, flags...)...)
			fmt.Fprintf(&got, "# %s\n%s", target, imageText(t, open(t, ref, "linux/arm64")))
		}
		a.want(t, got.String())
	})
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
