package node

import (
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestHooked tells settings that have a manager run code from those that do not.
func TestHooked(t *testing.T) {
	for _, c := range []struct {
		manager, file, text string
		want                bool
	}{
		{manager: "npm", file: ".npmrc", text: "registry=https://example.com\n//example.com/:_authToken=${NPM_TOKEN}\n"},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "packages: [a]\n"},
		{manager: "berry", file: ".yarnrc.yml", text: "nodeLinker: node-modules # plugins\n"},
		{manager: "pnpm", file: ".pnpmfile.cjs", want: true},
		{manager: "pnpm", file: ".npmrc", text: "pnpmfile=patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: ".npmrc", text: "global-pnpmfile = patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: ".npmrc", text: "pn${X-pm}file=patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "pnpmfile: patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "\"pnpmfil\\u0065\": patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "configDependencies: {a: 1.0.0+sha512-a}\n", want: true},
		{manager: "pnpm", file: "package.json", text: `{"pnpm": {"configDependencies": {"a": "1"}}}`, want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "plugins:\n  - path: patches/evil.cjs\n", want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "{nodeLinker: pnp, plugins: [patches/evil.cjs]}\n", want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "\"plu\\x67ins\": [patches/evil.cjs]\n", want: true},
		{manager: "berry"},
	} {
		fsys := fstest.MapFS{"package.json": {Data: []byte("{}")}}
		if c.file != "" {
			fsys[c.file] = &fstest.MapFile{Data: []byte(c.text)}
		}
		v, diags := parseJSON("package.json", string(fsys["package.json"].Data))
		if diags.Failed() {
			t.Fatal(diags)
		}
		m := &manifest{v, ".", "package.json"}
		n := &project{Project: &language.Project{FS: fsys}, m: m, ws: &workspace{root: ".", manifest: m}, manager: manager{name: c.manager}, lock: &lockfile{}}
		if got := n.hooked(); got != c.want {
			t.Errorf("%s with %s %q: got %t", c.manager, c.file, c.text, got)
		}
	}
}
