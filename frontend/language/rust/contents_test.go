package rust

import (
	"io/fs"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// TestParseID reads ids of packages as releases of cargo write them.
func TestParseID(t *testing.T) {
	for id, want := range map[string][3]string{
		"registry+https://example.com/index#serde@1.0.228": {"serde", "1.0.228", "registry+https://example.com/index"},
		"path+file:///src/crates/core#0.1.0":               {"core", "0.1.0", "path+file:///src/crates/core"},
		"git+https://example.com/core.git?rev=1f0#0.1.0":   {"core", "0.1.0", "git+https://example.com/core.git?rev=1f0"},
		"git+https://example.com/all#core@0.1.0":           {"core", "0.1.0", "git+https://example.com/all"},
		"serde 1.0.228 (registry+https://example.com/a)":   {"serde", "1.0.228", "registry+https://example.com/a"},
	} {
		if name, version, source := parseID(id); [3]string{name, version, source} != want {
			t.Errorf("%s: got %q, %q, %q, want %q", id, name, version, source, want)
		}
	}
}

// TestContents reads off what was compiled what the program is made of: by cargo's list,
// the lock, and what was fetched.
func TestContents(t *testing.T) {
	fetch := &language.Fetch{Manifests: []string{"app/Cargo.lock", "app/Cargo.toml"}}
	of := map[language.Origin]fstest.MapFS{
		language.FromContext: {"app/Cargo.lock": {Data: []byte(`
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["core", "serde"]
[[package]]
name = "core"
version = "1.0.0"
source = "git+https://example.com/core#1f0"
[[package]]
name = "serde"
version = "1.0.228"
source = "registry+https://example.com/index"
checksum = "ab"
`)}},
		language.FromFetch(fetch): {"registry/src/index-1/serde-1.0.228/Cargo.toml": {Data: []byte("[package]\nlicense = \"MIT OR Apache-2.0\"\n")}},
		language.FromCompile: {"crates": {Data: []byte("git+https://example.com/core#1.0.0\tnull\npath+file:///src/app#0.1.0\t\"/t/app\"\n" +
			"path+file:///src/app#0.1.0\tnull\nregistry+https://example.com/index#serde@1.0.228\tnull\n")}},
	}
	b := &language.Built{
		Recipe: &language.Recipe{Fetches: []*language.Fetch{fetch}},
		Open:   func(o language.Origin) (fs.FS, error) { return of[o], nil },
	}
	got, err := contents(b)
	want := []bom.Package{
		{Name: "core", Version: "1.0.0", URL: "pkg:cargo/core@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fcore%401f0", Note: "from git: https://example.com/core#1f0"},
		{Name: "app", Version: "0.1.0", URL: "pkg:cargo/app@0.1.0", Note: "of the project", Purpose: bom.Application,
			Needs: []string{"pkg:cargo/core@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fcore%401f0", "pkg:cargo/serde@1.0.228"}},
		{Name: "serde", Version: "1.0.228", URL: "pkg:cargo/serde@1.0.228", License: "MIT OR Apache-2.0", Hashes: []bom.Hash{{Algorithm: "SHA256", Value: "ab"}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	of[language.FromCompile]["crates"].Data = nil
	if got, err := contents(b); err == nil {
		t.Errorf("got %+v of a compile that lists nothing, want an error", got)
	}
}

// TestChoice reads licences in the form that older packages have.
func TestChoice(t *testing.T) {
	for licenses, want := range map[string]string{
		"": "", "MIT": "MIT", "MIT/Apache-2.0": "MIT OR Apache-2.0", "Unlicense / MIT": "Unlicense OR MIT", "MIT AND ISC": "MIT AND ISC",
	} {
		if got := choice(licenses); got != want {
			t.Errorf("%q: got %q, want %q", licenses, got, want)
		}
	}
}
