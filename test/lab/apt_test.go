package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestSources shows how the machine's package sources become those of another
// suite: each archive has the sources of a bookworm machine and what comes of
// them for trixie.
func TestSources(t *testing.T) {
	cases, err := filepath.Glob("testdata/sources/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("finding the cases: got %d, %v", len(cases), err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var all []aptSource
			want := ""
			for _, f := range archive.Files {
				switch filepath.Ext(f.Name) {
				case ".list":
					all = append(all, parseList(string(f.Data))...)
				case ".sources":
					all = append(all, parseDeb822(string(f.Data))...)
				default:
					want = string(f.Data)
				}
			}
			if got := renderSources(inSuite(all, "bookworm", "trixie")); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestMirrorList proves that a list of mirrors, as cloud images have it, is read.
func TestMirrorList(t *testing.T) {
	list := filepath.Join(t.TempDir(), "debian.list")
	if err := os.WriteFile(list, []byte("http://first.example/debian\tpriority:1\nhttp://second.example/debian\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := expandMirrors([]string{"mirror+file:" + list, "cdrom:[Debian]/", "https://third.example/debian"})
	want := "http://first.example/debian https://third.example/debian"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOSRelease(t *testing.T) {
	text := "ID=debian\nVERSION_CODENAME=\"bookworm\"\n"
	if got := osRelease(text, "VERSION_CODENAME"); got != "bookworm" {
		t.Errorf("got %q, want bookworm", got)
	}
	if got := osRelease(text, "VERSION"); got != "" {
		t.Errorf("got %q for a key that is not there", got)
	}
}
