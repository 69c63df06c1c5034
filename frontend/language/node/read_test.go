package node

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/json"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestCommands reads scripts as a shell does.
func TestCommands(t *testing.T) {
	for script, want := range map[string]string{
		`node dist/server.js`:                   `[node dist/server.js]`,
		`NODE_ENV=production PORT=8 node "a b"`: `NODE_ENV=production PORT=8 [node a b]`,
		`tsc && node .`:                         `[tsc] && [node .]`,
		`PORT=${PORT:-3000} node x`:             "PORT=\x00PORT\x003000 [node x]",
		`node x --name='it is'`:                 `[node x --name=it is]`,
		`node x; echo`:                          `";"`,
		`node x || true`:                        `"|"`,
		`node $FILE`:                            `the variable "$FILE"`,
		`node 'x`:                               `a quote "'" that does not end`,
		`node dist/*.js`:                        `"*"`,
		``:                                      ``,
	} {
		all, err := commands(script)
		var parts []string
		for _, c := range all {
			var words []string
			for _, e := range c.env {
				words = append(words, e[0]+"="+e[1])
			}
			parts = append(parts, strings.Join(append(words, fmt.Sprint(c.words)), " "))
		}
		got := strings.Join(parts, " && ")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
}

// TestFollow finds what scripts start, by way of each other.
func TestFollow(t *testing.T) {
	scripts := `{"scripts": {
  "a": "npm run b", "b": "cross-env A=1 node -r dotenv/config dist/main.js --port 1",
  "c": "yarn d", "d": "NODE_OPTIONS=--max-old-space-size=512 node --import=./x.mjs .",
  "e": "npx react-router-serve ./build", "f": "npm run f", "g": "node node_modules/.bin/next start",
  "h": "ts-node x.ts", "i": "node --watch x.js", "j": "npm run build && node x.js", "k": "migrate && node x.js",
  "l": "node x.js $PORT", "n": "node -r ./.pnp.cjs --loader=./.pnp.loader.mjs x.js",
  "o": "run-s clean build:lib n", "p": "run-s migrate n", "q": "run-p n o", "s": "bun run x.ts", "r": "run-s build:css n", "build": "run-s build:lib",
  "t": "npm run n -- --port 1", "u": "yarn n --port 1", "v": "npm run start -w api", "w": "yarn workspace api start", "x": "sh ./run.sh",
  "y": "./server.js --port 1", "z": "tsx --env-file=.env x.ts", "A": "npx -y serve -s dist", "B": "node --unhandled-rejections strict x.js",
  "C": "bin/start.sh", "D": "npm run n --silent", "E": "pnpm --filter api start", "F": "npm exec -- serve -l 1", "G": "node --run n -- --port 1", "I": "yarn -- n", "K": "pnpm n -- --port 1", "J": "pnpm exec node -C production x.js", "H": "npm run n --port 1"
}}`
	m := manifestText(t, scripts)
	for name, want := range map[string]string{
		"a": "[-r dotenv/config] dist/main.js [--port 1] [A=1]",
		"c": "[--max-old-space-size=512 --import=./x.mjs] . [] []",
		"e": "[] react-router-serve [./build] []",
		"f": `script "f" starts nothing`,
		"g": "[] next [start] []",
		"h": `script "h" starts ts-node, which is for development`,
		"i": `script "i" starts node with --watch, which is for development`,
		"j": "[] x.js [] []",
		"k": `script "k" runs "migrate" before the program`,
		"l": `script "l" needs a shell: the variable "$PORT"`,
		"m": `there is no script "m"`,
		"n": "[] x.js [] []",
		"o": "[] x.js [] []",
		"p": `script "p" runs "migrate" before the program`,
		"r": `script "r" runs "build:css" before the program`,
		"q": `script "q" starts run-p, which starts other programs`,
		"t": "[] x.js [--port 1] []",
		"u": "[] x.js [--port 1] []",
		"v": `script "v" starts "npm run start -w api"`,
		"w": `script "w" starts "yarn workspace api start"`,
		"x": `script "x" needs a shell: "sh"`,
		"y": "[] ./server.js [--port 1] []",
		"z": "[] tsx [--env-file=.env x.ts] []",
		"A": "[] serve [-s dist] []",
		"B": "[--unhandled-rejections strict] x.js [] []",
		"C": `script "C" needs a shell: "bin/start.sh"`,
		"D": "[] x.js [] []",
		"E": `script "E" starts "pnpm --filter api start"`,
		"F": "[] serve [-l 1] []",
		"G": "[] x.js [--port 1] []",
		"H": "[] x.js [1] []", // so does npm, which takes the option for itself
		"I": "[] x.js [] []",
		"K": "[] x.js [-- --port 1] []",
		"J": "[-C production] x.js [] []",
		"s": `script "s" is run by bun, which is not used here`,
	} {
		s, err := (&reader{m: m}).follow(name, deepest)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%v %s %v %v", s.Flags, s.called(), s.Args, s.env)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestListed holds patterns of members against directories.
func TestListed(t *testing.T) {
	for _, c := range []struct {
		patterns string
		dir      string
		want     bool
	}{
		{"packages/*", "packages/a", true},
		{"packages/*", "packages/a/b", false},
		{"packages/**", "packages/a/b", true},
		{"./apps/web", "apps/web", true},
		{"{apps,libs}/*", "libs/x", true},
		{"packages/** !**/test/**", "packages/a/test/b", false},
		{"packages/*-lib", "packages/my-lib", true},
		{"[", "[", false},
	} {
		var patterns []diag.Text
		for _, p := range strings.Fields(c.patterns) {
			patterns = append(patterns, diag.Text{Value: p})
		}
		if got := listed(patterns, c.dir); got != c.want {
			t.Errorf("%s lists %s: got %v", c.patterns, c.dir, got)
		}
	}
}

func manifestText(t *testing.T, text string) *manifest {
	t.Helper()
	v, diags := parseJSON("package.json", text)
	if v == nil {
		t.Fatal(diags)
	}
	return &manifest{v, ".", "package.json"}
}

// FuzzScript reads anything as a script: nothing panics, and words are of the script.
func FuzzScript(f *testing.F) {
	f.Add(`A=1 node "x y" && b ${C:-d}`)
	f.Add("node 'a")
	f.Fuzz(func(t *testing.T, script string) {
		all, err := commands(script)
		for _, c := range all {
			if len(c.words)+len(c.env) == 0 {
				t.Errorf("%q: got an empty command (%v)", script, err)
			}
		}
	})
}

// FuzzLock reads anything as a lock of every format: nothing panics, and packages are
// on lines of the file.
func FuzzLock(f *testing.F) {
	f.Add("lockfileVersion: '9.0'\npackages:\n  'a@1.0.0':\n    cpu: [x64]\nsnapshots:\n  'a@1.0.0': {}\n")
	f.Add("__metadata:\n  version: 8\n\"a@npm:^1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  conditions: os=linux\n")
	f.Add(`{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1", "cpu": ["x64"]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range lockFiles {
			l := &lockfile{file: format.name, src: &diag.Source{Name: format.name, Data: []byte(text)}}
			diags := format.read(l)
			diags.Add(l.refused(nil), l.lacking(trialTarget, "arm64", "glibc", true))
			for _, k := range l.packages {
				if k.line < 1 || k.line > strings.Count(text, "\n")+1 {
					t.Errorf("%s is on line %d", k.name, k.line)
				}
			}
			l.platformed(true)
		}
	})
}

// BenchmarkLock reads locks of every format; the time is in proportion to the size.
func BenchmarkLock(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		texts := map[string]string{"package-lock.json": npmText(n), "pnpm-lock.yaml": pnpmText(n), "yarn.lock": yarnText(n)}
		for _, format := range lockFiles {
			text := []byte(texts[format.name])
			if len(text) == 0 {
				continue
			}
			b.Run(fmt.Sprintf("%s-%d", format.name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					l := &lockfile{file: format.name, src: &diag.Source{Name: format.name, Data: text}}
					if diags := format.read(l); diags.Failed() || len(l.packages) != n {
						b.Fatal(len(l.packages), diags)
					}
				}
			})
		}
	}
}

func npmText(n int) string {
	lines := []string{`{"lockfileVersion": 3, "packages": {"": {}`}
	for i := range n {
		lines = append(lines, fmt.Sprintf(`"node_modules/p%d": {"version": "1.0.0", "integrity": "sha512-%064d", "dependencies": {"a": "^1.0.0"}}`, i, i))
	}
	return strings.Join(lines, ",\n") + "}}"
}

func pnpmText(n int) string {
	var packages, snapshots strings.Builder
	for i := range n {
		fmt.Fprintf(&packages, "  p%d@1.0.0:\n    resolution: {integrity: sha512-%064d}\n    engines: {node: '>=18'}\n\n", i, i)
		fmt.Fprintf(&snapshots, "  p%d@1.0.0:\n    dependencies:\n      p%d: 1.0.0\n\n", i, i+1)
	}
	return "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      p0:\n        specifier: ^1\n        version: 1.0.0\n\npackages:\n\n" +
		packages.String() + "snapshots:\n\n" + snapshots.String()
}

func yarnText(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d@^1.0.0:\n  version \"1.0.0\"\n  integrity sha512-%064d\n  dependencies:\n    a \"^1.0.0\"\n\n", i, i)
	}
	return b.String()
}

// TestPnpmDev marks what only development needs, where the lock does not say.
func TestPnpmDev(t *testing.T) {
	l := &lockfile{src: &diag.Source{Data: []byte(pnpmText(3) + "  dev@1.0.0: {}\n")}}
	if diags := readPnpmLock(l); diags.Failed() {
		t.Fatal(diags)
	}
	if slices.ContainsFunc(l.packages, func(k locked) bool { return k.dev }) {
		t.Errorf("got %+v, want all of them to be needed", l.packages)
	}
}

var trialTarget = trial.ARM64

func parseJSON(name, text string) (*json.Value, diag.List) {
	return json.Parse(&diag.Source{Name: name, Data: []byte(text)})
}

// TestRegistered knows by which name registries have a release of yarn.
func TestRegistered(t *testing.T) {
	for g, want := range map[manager]string{
		{name: "pnpm", version: "10.34.9"}: "pnpm",
		{name: "yarn", version: "1.22.22"}: "yarn",
		{name: "berry", version: "2.4.2"}:  "@yarnpkg/cli-dist",
		{name: "berry", version: "2.4.3"}:  "yarn",
		{name: "berry", version: "4.18.1"}: "@yarnpkg/cli-dist",
	} {
		if got := g.registered(); got != want {
			t.Errorf("%s %s: got %q, want %q", g.name, g.version, got, want)
		}
	}
}
