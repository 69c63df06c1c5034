package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// checkNode checks what is true of every Node image of ours: the runtime's own
// interpreter is started with a file, and neither a manager nor what it leaves is there.
func checkNode(t *testing.T, img *image.Image) {
	t.Helper()
	checkContract(t, img)
	config := img.Config.Config
	if !slices.Contains(config.Env, "NODE_ENV=production") {
		t.Errorf("got env %q, want NODE_ENV=production in it", config.Env)
	}
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		for _, left := range []string{"/.package-lock.json", "/.modules.yaml", "/.yarn-integrity", "/.yarn-state.yml", "/bin/npm", "/bin/npx"} {
			if strings.HasSuffix(name, left) {
				t.Errorf("the image has %s", name)
			}
		}
	}
}

// nodeArchs are the platforms in Node's words.
var nodeArchs = map[string]string{"linux/amd64": "x64", "linux/arm64": "arm64"}

// TestNodeExpress builds examples/node-express-ts, asks both images over HTTP, and
// runs the project's tests.
func TestNodeExpress(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "node-express-ts")
	ref := build(t, lab, dir, "node-express-ts")
	var all [][]string
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkNode(t, img)
		n := len(img.Config.RootFS.DiffIDs)
		all = append(all, layers(img)[n-3:])
		c, url := served(t, img, image.RunOptions{ReadOnly: true})
		if got := get(t, c, url+"/healthz"); !strings.Contains(got, `"arch":"`+nodeArchs[img.Platform]+`"`) {
			t.Errorf("got %q, want it from %s", got, img.Platform)
		}
		if got := get(t, c, url+"/"); !strings.Contains(got, "<h1>Notes</h1>") {
			t.Errorf("got %q, want the page", got)
		}
		want := []string{"/nodejs/bin/node", "--enable-source-maps", "/app/dist/server.js"}
		if got := img.Config.Config.Entrypoint; !slices.Equal(got, want) {
			t.Errorf("got entrypoint %q, want %q", got, want)
		}
	})
	if len(all) == 2 && !slices.Equal(all[0], all[1]) {
		t.Errorf("nothing is for a platform, and the layers are %q and %q", all[0], all[1])
	}
	printed, err := runTests(t, lab, dir)
	if err != nil || !strings.Contains(printed, "pass 1") {
		t.Errorf("got %v, want a test to pass\n%s", err, printed)
	}
}

// TestNodeWorkspace builds examples/node-pnpm-workspace: a member with what it needs
// of others, each built before it, and nothing of the rest.
func TestNodeWorkspace(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "node-pnpm-workspace"), "node-pnpm-workspace")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkNode(t, img)
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]bool{
			"/app/packages/money/dist/index.js": true, "/app/apps/api/dist/main.js": true,
			"/app/apps/admin/package.json": false, "/app/node_modules/.pnpm/typescript@5.9.3": false,
		} {
			if _, there := files[name]; there != want {
				t.Errorf("%s: got %v, want %v", name, there, want)
			}
		}
		c, url := served(t, img, image.RunOptions{ReadOnly: true})
		if got := get(t, c, url+"/price/1234"); got != `{"price":"12.34 €"}` {
			t.Errorf("got %q, want a price", got)
		}
	})
}

// TestNodeNextServer builds examples/node-next with a server of its own in place of the
// one that Next.js would make: all packages of production go along.
func TestNodeNextServer(t *testing.T) {
	lab := start(t)
	dir := filepath.Join(lab.Root, "examples", "node-next")
	spec, err := os.ReadFile(filepath.Join(dir, "stagefront.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir = changed(t, dir, map[string]string{
		"stagefront.yaml": string(spec) + "entrypoint: server.mjs\n", // its packages are those of TestNodeNext
		"next.config.mjs": "export default {};\n",
		"server.mjs": `import { createServer } from 'node:http';
import next from 'next';
const app = next({ dev: false });
await app.prepare();
createServer(app.getRequestHandler()).listen(process.env.PORT);
`,
	})
	ref := lab.Registry + "/e2e/node-next-server"
	if printed, err := try(t, lab, dir, "--platform=linux/amd64", "--provenance=false", "--push", "-t", ref); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	c, url := served(t, open(t, ref, "linux/amd64"), image.RunOptions{})
	if page := get(t, c, url+"/"); !strings.Contains(page, "<h1>Gallery</h1>") {
		t.Errorf("got %q, want the page", page)
	}
	if got := get(t, c, url+"/api/health"); !strings.Contains(got, `"ok":true`) {
		t.Errorf("got %q, want the library's answer", got)
	}
}

var style = regexp.MustCompile(`href="(/_next/static/[^"]+\.css[^"]*)"`)

// TestNodeNext builds examples/node-next: a server that is made of traced packages, with
// its static files put in place and native code of the target.
func TestNodeNext(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "node-next"), "node-next")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkNode(t, img)
		c, url := served(t, img, image.RunOptions{})
		page := get(t, c, url+"/")
		found := style.FindStringSubmatch(page)
		if !strings.Contains(page, "<h1>Gallery</h1>") || found == nil {
			t.Fatalf("got %q, want the page with a style", page)
		}
		want := `{"ok":true,"format":"png","arch":"` + nodeArchs[img.Platform] + `"}`
		if got := get(t, c, url+"/api/health"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, path := range []string{"/dot.png", found[1], "/_next/image?url=%2Fdot.png&w=64&q=75"} {
			if got, _ := answered(t, c, url+path); got.StatusCode != 200 {
				t.Errorf("%s: got %s, want 200", path, got.Status)
			}
		}
	})
}

// TestNodePaths starts a program that finds its modules by tsconfig.json, which others
// leave to the compiler.
func TestNodePaths(t *testing.T) {
	lab := start(t)
	archive, err := os.ReadFile("testdata/node-paths.txtar")
	if err != nil {
		t.Fatal(err)
	}
	ref := build(t, lab, project(t, string(archive)), "node-paths")
	result, err := open(t, ref, platforms[0]).Run(t.Context(), image.RunOptions{})
	if err != nil || !strings.HasPrefix(result.Stdout, "found ") {
		t.Errorf("got %+v, %v", result, err)
	}
}
