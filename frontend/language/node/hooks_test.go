package node

import (
	"io/fs"
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
		{manager: "npm", file: ".npmrc", text: "; ours\r\nsave-exact = true\r\nlegacyPeerDeps=true\r\n@acme:registry=https://npm.example.com/\r\npublic-hoist-pattern[]=*eslint*\r\nfund\r\n"},
		{manager: "npm", file: ".npmrc", text: "//npm.example.com:8443/a/:_authToken=${NPM_TOKEN}\n//npm.example.com/:certfile=${HOME}/cert.pem\n"},
		{manager: "npm", file: ".npmrc", text: "git=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "\"git\"=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "[fund]\rgit=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "fund=true\rgit=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "\ufeffgit=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "git;fund=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "script-shell=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "//npm.example.com/:tokenHelper=/src/local/evil.sh\n", want: true},
		{manager: "npm", file: ".npmrc", text: "https-proxy=http://192.0.2.1\n", want: true},
		{manager: "pnpm", file: ".npmrc", text: "userconfig=/src/local/rc\n", want: true},
		{manager: "pnpm", file: ".npmrc", text: "globalconfig=/src/local/rc\n", want: true},
		{manager: "pnpm", file: ".npmrc", text: "shared-workspace-lockfile=false\n", want: true},
		{manager: "pnpm", file: "pnpmfile.js", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "# ours\npackages:\n  - a\ncatalog: {a: ^1.0.0}\nonlyBuiltDependencies: [esbuild]\n\"minimumReleaseAge\": 1440\n"},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "# packages\n"},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "packages: [a]\nuseNodeVersion: 16.0.0\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "packages: [a]\n---\npnpmfile: patches/evil.cjs\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "a: &a {pnpmfile: patches/evil.cjs}\n<<: *a\n", want: true},
		{manager: "pnpm", file: "pnpm-workspace.yaml", text: "[\n", want: true},
		{manager: "pnpm", file: "package.json", text: `{"pnpm": {"overrides": {"a": "1"}, "onlyBuiltDependencies": ["esbuild"]}}`},
		{manager: "pnpm", file: "package.json", text: `{"pnpm": {"executionEnv": {"nodeVersion": "16.0.0"}}}`, want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "yarnPath: .yarn/releases/yarn-4.1.0.cjs\nnpmScopes:\n  acme: {npmRegistryServer: \"https://npm.example.com\", npmAuthToken: \"${NPM_TOKEN:-}\"}\ncacheFolder: .yarn/cache\n"},
		{manager: "berry", file: ".yarnrc.yml", text: "nodeLinker: node-modules\n? plugins\n: - path: ./local/plug.cjs\n    spec: evil\n", want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "nodeLinker: node-modules\n? [a]\n: b\n", want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "dynamicPackageExtensions: ./local/plug.cjs\n", want: true},
		{manager: "berry", file: ".yarnrc.yml", text: "# yarn lockfile v1\ninitScope: a\n", want: true},
		{manager: "yarn", file: ".yarnrc", text: "# ours\nregistry \"https://npm.example.com\"\n\"@acme:registry\" \"https://npm.example.com\"\nyarn-path \".yarn/releases/yarn-1.22.22.cjs\"\n--install.ignore-optional true\nnetwork-timeout 3000\n"},
		{manager: "yarn", file: ".yarnrc", text: "--use-yarnrc local/rc\n", want: true},
		{manager: "yarn", file: ".yarnrc", text: "--install.modules-folder /var/cache\n", want: true},
		{manager: "yarn", file: ".yarnrc", text: "\"net\\u0077ork-timeout\" 3000\n", want: true},
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

// TestHookedElsewhere has settings where the manager finds them and nobody else looks: at
// the end of a link, and in a directory above that the manifest names as a package.
func TestHookedElsewhere(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"a/b/.npmrc at": {
			"a/b/package.json": {Data: []byte("{}")},
			"a/b/.npmrc":       {Data: []byte("local/rc"), Mode: fs.ModeSymlink},
			"a/b/local/rc":     {Data: []byte("fund=false\n")},
		},
		"a at": {
			"a/b/package.json": {Data: []byte(`{"dependencies": {"above": "link:.."}}`)},
			"a/.yarnrc.yml":    {Data: []byte("plugins: [b/evil.cjs]\n")},
		},
	} {
		v, _ := parseJSON("a/b/package.json", string(fsys["a/b/package.json"].Data))
		m := &manifest{v, "a/b", "a/b/package.json"}
		n := &project{Project: &language.Project{FS: fsys}, m: m, ws: &workspace{root: "a/b", manifest: m}, members: []*manifest{m}, lock: &lockfile{}}
		if got := n.hook() + " at"; got != name {
			t.Errorf("got %s, want %s", got, name)
		}
	}
}
