package node

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// TestExpects reads of every kind of lock what a tree for linux/arm64 on glibc has, which
// node 26 installs: not what is for other platforms, nor what needs that, nor what only
// development needs, nor what is optional and for another node.
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
			"node_modules/old": {"version": "1.0.0", "engines": {"node": "<20"}},
			"node_modules/old-too": {"version": "1.0.0", "engines": {"node": "10 || 12"}, "optional": true},
			"node_modules/new": {"version": "1.0.0", "engines": ["node >= 8"], "optional": true},
			"node_modules/link": {"resolved": "packages/link", "link": true},
			"node_modules/file": {"version": "file:a.tgz"},
			"node_modules/wasm": {"version": "1.0.0", "cpu": ["wasm32"], "optional": true},
			"node_modules/mac/node_modules/wasm": {"version": "2.0.0", "optional": true}}}`,
			"a@1.0.0 b@1.0.0 b@2.0.0 dev@1.0.0 file@ here@1.0.0 mac@1.0.0 musl@1.0.0 new@1.0.0 of-mac@1.0.0 old-too@1.0.0 old@1.0.0 wasm@1.0.0 wasm@2.0.0",
			"a b file here new old"},
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

  old@1.0.0:
    resolution: {integrity: sha512-b}
    engines: {node: '>=10 <13', npm: '>=6'}

  file@https://example.com/file.tgz:
    resolution: {tarball: https://example.com/file.tgz}
    version: 1.0.0

snapshots:

  a@1.0.0(b@1.0.0):
    dependencies:
      '@s/b': 1.0.0
    optionalDependencies:
      of-mac: 1.0.0
      old: 1.0.0

  '@s/b@1.0.0': {}

  of-mac@1.0.0:
    dependencies:
      mac: 1.0.0

  mac@1.0.0: {}

  dev@1.0.0: {}

  old@1.0.0:
    optional: true

  file@https://example.com/file.tgz: {}
`, "@s/b@1.0.0 a@1.0.0 dev@1.0.0 file@ mac@1.0.0 of-mac@1.0.0 old@1.0.0", "@s/b a file"},
		{"pnpm-lock.yaml", "lockfileVersion: 5.4\n\npackages:\n\n  /a/1.0.0_@s+b@2.0.0:\n    resolution: {integrity: sha512-a}\n    dev: false\n\n" +
			"  /@s/b/2.0.0:\n    resolution: {integrity: sha512-a}\n    dev: false\n\n  /dev/1.0.0:\n    resolution: {integrity: sha512-a}\n    dev: true\n\n" +
			"  github.com/o/c/0a1b:\n    resolution: {tarball: https://example.com/c.tgz}\n    name: c\n    version: 3.0.0\n    dev: false\n\n" +
			"  file:lib:\n    resolution: {directory: lib, type: directory}\n    name: lib\n    dev: false\n",
			"@s/b@2.0.0 a@1.0.0 c@3.0.0 dev@1.0.0 lib@", "@s/b a c lib"},
		{"yarn.lock", "# yarn lockfile v1\n\n\"a@^1.0.0\", a@^1.1.0:\n  version \"1.1.0\"\n  resolved \"https://example.com/a.tgz\"\n\n\"alias@npm:b@^2.0.0\":\n  version \"2.0.0\"\n",
			"a@1.1.0 alias@2.0.0", "a alias"},
		{"yarn.lock", "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.1.0\n  resolution: \"a@npm:1.1.0\"\n  dependencies:\n    mac: \"npm:^1.0.0\"\n\n" +
			"\"mac@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"mac@npm:1.0.0\"\n  conditions: (os=darwin | os=win32) & cpu=arm64\n\n" +
			"? \"@s/alias@npm:b@1.1.0, b@npm:^1.0.0, b@npm:^1.1.0\"\n:\n  version: 1.1.0\n  resolution: \"b@npm:1.1.0\"\n" +
			"  dependencies:\n    mac: \"npm:^1.0.0\"\n  dependenciesMeta:\n    mac:\n      optional: true\n",
			"@s/alias@1.1.0 a@1.1.0 b@1.1.0 mac@1.0.0", "@s/alias b"},
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
		e := l.expects("arm64", "glibc", release{version: "26"})
		if got := strings.Join(e.Locked, " "); got != c.locked {
			t.Errorf("%s: locked\ngot  %s\nwant %s", c.file, got, c.locked)
		}
		if got := strings.Join(e.Wanted, " "); got != c.wanted {
			t.Errorf("%s: wanted\ngot  %s\nwant %s", c.file, got, c.wanted)
		}
	}
	if (&lockfile{}).expects("arm64", "glibc", release{version: "26"}) != nil {
		t.Error("without a lock there is nothing to compare with")
	}
}

// TestOmitting tells settings by which optional packages are left out from those that
// leave out others.
func TestOmitting(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       bool
	}{
		{".npmrc", "omit=optional\n", true},
		{".npmrc", "omit[] = optional\n", true},
		{".npmrc", "optional=false\n", true},
		{".npmrc", "omit=dev\noptional=true\n", false},
		{"pnpm-workspace.yaml", "optional: false\n", true},
		{"pnpm-workspace.yaml", "packages: [optional]\n", false},
		{".yarnrc", "--install.ignore-optional true\n", true},
	} {
		n := &project{
			Project: &language.Project{FS: fstest.MapFS{c.file: {Data: []byte(c.text)}}},
			ws:      &workspace{root: "."},
		}
		if got := n.sets(omitting); got != c.want {
			t.Errorf("%s with %q: got %t", c.file, c.text, got)
		}
	}
}
