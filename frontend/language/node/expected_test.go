package node

import (
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

// TestExpects reads of every kind of lock what a tree for linux/arm64 on glibc has: not
// what is for other platforms, nor what needs that, nor what only development needs.
func TestExpects(t *testing.T) {
	for _, c := range []struct{ file, text, locked, wanted string }{
		{"package-lock.json", `{"lockfileVersion": 3, "packages": {"": {},
			"node_modules/a": {"version": "1.0.0+x", "dependencies": {"b": "^1"}},
			"node_modules/b": {"version": "1.0.0"},
			"node_modules/a/node_modules/b": {"version": "2.0.0"},
			"node_modules/mac": {"version": "1.0.0", "os": ["darwin"], "optional": true},
			"node_modules/of-mac": {"version": "1.0.0", "dependencies": {"mac": "^1"}, "optional": true},
			"node_modules/musl": {"version": "1.0.0", "os": ["linux"], "cpu": ["arm64"], "libc": ["musl"]},
			"node_modules/here": {"version": "1.0.0", "os": ["!win32"], "cpu": ["arm64"], "libc": ["glibc"]},
			"node_modules/dev": {"version": "1.0.0", "dev": true},
			"node_modules/link": {"resolved": "packages/link", "link": true},
			"node_modules/file": {"version": "file:a.tgz"},
			"node_modules/wasm": {"version": "1.0.0", "cpu": ["wasm32"], "optional": true},
			"node_modules/mac/node_modules/wasm": {"version": "2.0.0", "optional": true}}}`,
			"a@1.0.0 b@1.0.0 b@2.0.0 dev@1.0.0 file@ here@1.0.0 mac@1.0.0 musl@1.0.0 of-mac@1.0.0 wasm@1.0.0 wasm@2.0.0",
			"a b file here"},
		{"pnpm-lock.yaml", `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      a:
        specifier: ^1
        version: 1.0.0(b@1.0.0)
      file:
        specifier: https://example.com/file.tgz
        version: https://example.com/file.tgz

packages:

  a@1.0.0:
    resolution: {integrity: sha512-a}

  '@s/b@1.0.0':
    resolution: {integrity: sha512-b}

  of-mac@1.0.0:
    resolution: {integrity: sha512-b}

  mac@1.0.0:
    resolution: {integrity: sha512-b}
    os: [darwin]

  dev@1.0.0:
    resolution: {integrity: sha512-b}

  file@https://example.com/file.tgz:
    resolution: {tarball: https://example.com/file.tgz}
    version: 1.0.0

snapshots:

  a@1.0.0(b@1.0.0):
    dependencies:
      '@s/b': 1.0.0
    optionalDependencies:
      of-mac: 1.0.0

  '@s/b@1.0.0': {}

  of-mac@1.0.0:
    dependencies:
      mac: 1.0.0

  mac@1.0.0: {}

  dev@1.0.0: {}

  file@https://example.com/file.tgz: {}
`, "@s/b@1.0.0 a@1.0.0 dev@1.0.0 file@ mac@1.0.0 of-mac@1.0.0", "@s/b a file"},
		{"pnpm-lock.yaml", "lockfileVersion: 5.4\n\npackages:\n\n  /a/1.0.0_@s+b@2.0.0:\n    resolution: {integrity: sha512-a}\n    dev: false\n\n" +
			"  /@s/b/2.0.0:\n    resolution: {integrity: sha512-a}\n    dev: false\n\n  /dev/1.0.0:\n    resolution: {integrity: sha512-a}\n    dev: true\n",
			"@s/b@2.0.0 a@1.0.0 dev@1.0.0", "@s/b a"},
		{"yarn.lock", "# yarn lockfile v1\n\n\"a@^1.0.0\", a@^1.1.0:\n  version \"1.1.0\"\n  resolved \"https://example.com/a.tgz\"\n\n\"alias@npm:b@^2.0.0\":\n  version \"2.0.0\"\n",
			"a@1.1.0 alias@2.0.0", "a alias"},
		{"yarn.lock", "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.1.0\n  resolution: \"a@npm:1.1.0\"\n  dependencies:\n    mac: \"npm:^1.0.0\"\n\n" +
			"\"mac@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"mac@npm:1.0.0\"\n  conditions: os=darwin\n\n" +
			"\"@s/alias@npm:b@2.0.0, b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n",
			"@s/alias@2.0.0 a@1.1.0 b@2.0.0 mac@1.0.0", "@s/alias b"},
	} {
		l := &lockfile{file: c.file, src: &diag.Source{Name: c.file, Data: []byte(c.text)}}
		for _, format := range lockFiles {
			if format.name != c.file {
				continue
			}
			if diags := format.read(l); diags != nil {
				t.Fatalf("%s: %v", c.file, diags)
			}
		}
		e := l.expects("arm64", "glibc")
		if got := strings.Join(e.Locked, " "); got != c.locked {
			t.Errorf("%s: locked\ngot  %s\nwant %s", c.file, got, c.locked)
		}
		if got := strings.Join(e.Wanted, " "); got != c.wanted {
			t.Errorf("%s: wanted\ngot  %s\nwant %s", c.file, got, c.wanted)
		}
	}
	if (&lockfile{}).expects("arm64", "glibc") != nil {
		t.Error("without a lock there is nothing to compare with")
	}
}
