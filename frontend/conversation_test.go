package frontend

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/languages"
)

// conversation is the build of an example.
type conversation struct {
	example string
	images  []string
	left    map[string]fstest.MapFS
	program map[string]string // for which architecture it is, by the steps that leave one
	want    string
}

// conversations are builds of examples for two platforms: what their steps leave,
// and how often the gateway is called. Every call is a round trip while nothing
// else happens, and one more a platform is what makes a build slow: a number that
// grows is to be explained, one that shrinks to be written down.
var conversations = []conversation{
	{
		example: "go-http",
		images:  []string{"docker.io/library/golang:1.26-trixie", "gcr.io/distroless/static-debian13:nonroot"},
		want:    "1 evaluate, 3 list, 12 read, 3 resolve, 8 solve, 3 stat",
	},
	{
		example: "python-flask",
		images:  []string{"docker.io/library/python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot"},
		left: map[string]fstest.MapFS{
			"[python linux/amd64] build dependencies": {"natives": {}, "bin/flask": {}, "lib/python3.13/site-packages/flask/app.py": {}},
			"[python linux/arm64] build dependencies": {"natives": {}, "bin/flask": {}, "lib/python3.13/site-packages/flask/app.py": {}},
			"[python] compile": {
				"report.json": {Data: []byte("{}")}, "app.natives": {}, "venv.natives": {}, "app/app.py": {}, "venv/lib/python3.13": {Mode: fs.ModeDir},
			},
		},
		want: "1 evaluate, 7 list, 10 read, 3 resolve, 9 solve, 8 stat",
	},
	{
		example: "java-spring",
		images:  []string{"docker.io/library/maven:3.9-eclipse-temurin-21-noble", "gcr.io/distroless/java21-debian13:nonroot"},
		left: map[string]fstest.MapFS{
			"[java] compile": {
				"report.json":              {Data: []byte(`{"arguments": ["-cp", "/app/lib/*", "demo.Main"]}`)},
				"dependencies/lib/web.jar": {}, "snapshots": {Mode: fs.ModeDir}, "application/demo/Main.class": {},
			},
		},
		want: "1 evaluate, 5 list, 6 read, 3 resolve, 9 solve, 1 stat",
	},
	{
		example: "rust-axum",
		images:  []string{"docker.io/library/rust:1.97-slim-trixie", "gcr.io/distroless/static-debian13:nonroot"},
		left: map[string]fstest.MapFS{
			"[rust linux/amd64] compile greeter": {"report.json": {Data: []byte("{}")}},
			"[rust linux/arm64] compile greeter": {"report.json": {Data: []byte("{}")}},
		},
		program: map[string]string{"[rust linux/amd64] compile greeter": "amd64", "[rust linux/arm64] compile greeter": "arm64"},
		want:    "1 evaluate, 2 list, 20 read, 3 resolve, 11 solve, 4 stat",
	},
	{
		example: "node-express-ts",
		images:  []string{"docker.io/library/node:26-trixie-slim", "gcr.io/distroless/nodejs26-debian13:nonroot"},
		left: map[string]fstest.MapFS{
			"[node] fetch dependencies": {
				"app/node_modules/express/index.js": {}, "native/x64": {Mode: fs.ModeDir}, "native/arm64": {Mode: fs.ModeDir},
				"native/x64.natives": {}, "native/arm64.natives": {},
			},
			"[node] fetch dependencies for the builder": {"app/node_modules/express/index.js": {}},
			"[node] compile": {
				"report.json": {Data: []byte(`{"arguments": ["/app/dist/server.js"]}`)}, "app.natives": {}, "app/dist/server.js": {},
			},
		},
		want: "1 evaluate, 7 list, 10 read, 3 resolve, 8 solve, 4 stat",
	},
	{
		example: "static-vite",
		images: []string{
			"docker.io/library/node:26-trixie-slim", "gcr.io/distroless/static-debian13:nonroot", "docker.io/library/caddy:2-alpine",
		},
		left: map[string]fstest.MapFS{
			"[static] fetch dependencies for the builder": {"app/node_modules/vite/index.js": {}},
			"[static] make the site": {
				"report.json": {Data: []byte(`{}`)}, "Caddyfile": {}, "site/index.html": {}, "served/index.html": {},
			},
		},
		want: "1 evaluate, 4 list, 6 read, 5 resolve, 9 solve, 2 stat",
	},
}

var stats = regexp.MustCompile(`(\d+) stat`)

// TestConversation counts the calls of the gateway that a build makes, for an example
// of every language.
func TestConversation(t *testing.T) {
	for _, l := range languages.All {
		if !slices.ContainsFunc(conversations, func(c conversation) bool { return strings.HasPrefix(c.example, l.Name+"-") }) {
			t.Errorf("conversations has no example of %s: add one, with the calls that it is then said to make", l.Name)
		}
	}
	for _, c := range conversations {
		t.Run(c.example, func(t *testing.T) {
			g := c.talk(t)
			if _, err := Build(t.Context(), g); err != nil {
				t.Fatal(err)
			}
			var got []string
			for call, n := range g.Calls {
				got = append(got, fmt.Sprintf("%d %s", n, call))
			}
			slices.SortFunc(got, func(a, b string) int { return strings.Compare(a[strings.Index(a, " "):], b[strings.Index(b, " "):]) })
			text := strings.Join(got, ", ")
			// What a listing has told is not asked again, and which comes first is by chance.
			most := stats.FindStringSubmatch(c.want)
			if n, err := strconv.Atoi(most[1]); err == nil && g.Calls["stat"] <= n {
				text = stats.ReplaceAllString(text, most[0])
			}
			if text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}
