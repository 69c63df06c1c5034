package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// answered is what a server answers to a request with headers, once it is up.
func answered(t *testing.T, c *image.Container, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	get(t, c, url)
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// TestStaticVite builds examples/static-vite and asks both images as browsers do.
func TestStaticVite(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "static-vite")
	ref := build(t, lab, dir, "static-vite")
	var all [][]string
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		n := len(img.Config.RootFS.DiffIDs)
		all = append(all, layers(img)[n-2:])
		c, url := served(t, img, image.RunOptions{ReadOnly: true})
		checkSite(t, c, url)
	})
	if len(all) == 2 && !slices.Equal(all[0], all[1]) {
		t.Errorf("a site is for no platform, and the layers are %q and %q", all[0], all[1])
	}
	printed, err := runTests(t, lab, dir)
	if err != nil || !strings.Contains(printed, "pass 1") {
		t.Errorf("got %v, want a test to pass\n%s", err, printed)
	}
}

var script = regexp.MustCompile(`src="(/assets/[^"]+\.js)"`)

// checkSite asks for all that a front end of one page is served with.
func checkSite(t *testing.T, c *image.Container, url string) {
	t.Helper()
	page, body := answered(t, c, url+"/")
	if page.Header.Get("Cache-Control") != "no-cache" || page.Header.Get("Last-Modified") != "" || page.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got headers %v of the page", page.Header)
	}
	found := script.FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("got %q, want a page with a script", body)
	}
	for _, q := range []struct {
		path    string
		headers []string
		status  int
		want    map[string]string
	}{
		{"/", []string{"If-None-Match", page.Header.Get("Etag")}, 304, nil},
		{"/", []string{"If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"}, 200, nil},
		{found[1], nil, 200, map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": ""}},
		{found[1], []string{"Accept-Encoding", "gzip"}, 200, map[string]string{"Content-Encoding": "gzip"}},
		{found[1], []string{"Accept-Encoding", "gzip, br"}, 200, map[string]string{"Content-Encoding": "br"}},
		{"/about/us", nil, 200, map[string]string{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}},
		{"/assets/none.js", nil, 404, map[string]string{"Cache-Control": "no-cache"}},
		{"/index.html.etag", nil, 404, nil},
		{"/healthz", nil, 200, nil},
		{"/dot.svg", nil, 200, map[string]string{"Content-Type": "image/svg+xml", "Cache-Control": "no-cache"}},
	} {
		got, _ := answered(t, c, url+q.path, q.headers...)
		if got.StatusCode != q.status {
			t.Errorf("%s %q: got %s, want %d", q.path, q.headers, got.Status, q.status)
		}
		for name, want := range q.want {
			if got.Header.Get(name) != want {
				t.Errorf("%s %q: got %s %q, want %q", q.path, q.headers, name, got.Header.Get(name), want)
			}
		}
	}
}

// TestStaticValidators builds a plain site twice, with one time of all files and
// pages of one size: a browser that has yesterday's must be given today's.
func TestStaticValidators(t *testing.T) {
	lab := start(t)
	var tags []string
	for _, text := range []string{"yesterday", "todaytoda"} {
		dir := project(t, "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: static\n-- index.html --\n<p>"+text+"</p>\n-- 404.html --\n<p>lost</p>\n-- notes.html --\n<p>notes</p>\n"+
			"-- keys/id_rsa --\n-----BEGIN OPENSSH PRIVATE KEY-----\n")
		for name, to := range map[string]string{"passwd": "/etc/passwd", "nothing": "gone"} { // of the builder, and of nobody
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		ref, printed, err := tryBuild(t, lab, dir, "static-plain", "--platform", "linux/amd64", "--build-arg", "SOURCE_DATE_EPOCH=1700000000")
		const lost = "nothing, passwd are links to what the build context does not have; commit a file in its place, or leave it out by an ignore file"
		if err != nil || !strings.Contains(printed, lost) {
			t.Fatalf("got %v, want %q\n%s", err, lost, printed)
		}
		img := open(t, ref, "linux/amd64")
		c, url := served(t, img, image.RunOptions{ReadOnly: true})
		page, body := answered(t, c, url+"/", "If-None-Match", strings.Join(tags, ","))
		if page.StatusCode != 200 || !strings.Contains(body, text) || page.Header.Get("Last-Modified") != "" {
			t.Errorf("got %s with %v and %q, want %q", page.Status, page.Header, body, text)
		}
		tags = append(tags, page.Header.Get("Etag"))
		for _, name := range []string{"/none", "/keys/id_rsa", "/passwd", "/nothing"} {
			if lost, body := answered(t, c, url+name); lost.StatusCode != 404 || !strings.Contains(body, "lost") {
				t.Errorf("%s: got %s and %q, want the site's own page", name, lost.Status, body)
			}
		}
		if notes, body := answered(t, c, url+"/notes"); notes.StatusCode != 200 || !strings.Contains(body, "notes") {
			t.Errorf("got %s and %q, want the page without its extension", notes.Status, body)
		}
	}
}

// TestGoEmbedVite builds examples/go-embed-vite: a Go program with a front end of the
// same file inside.
func TestGoEmbedVite(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "go-embed-vite"), "go-embed-vite")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		c, url := served(t, img, image.RunOptions{ReadOnly: true})
		if got := get(t, c, url+"/api/greeting?name=you"); !strings.Contains(got, "Hello, you!") {
			t.Errorf("got %q, want a greeting", got)
		}
		page := get(t, c, url+"/")
		found := script.FindStringSubmatch(page)
		if found == nil || !strings.Contains(get(t, c, url+found[1]), "greeting") {
			t.Errorf("got %q, want a page whose script is there", page)
		}
	})
}

// siteOfNames is a site whose build makes files with names of all kinds. One target has
// a directive beside ours, another has a server configuration of its own.
const siteOfNames = `
-- stagefront.yaml --
# syntax=org/stagefront
language: static
build: {output: dist}
files:
  - {from: strict.caddy, to: /etc/caddy/site.caddy}
targets:
  site: {}
  own:
    files:
      - {from: Caddyfile, to: /etc/caddy/Caddyfile}
-- package.json --
{"name": "names", "scripts": {"build": "node build.js"}}
-- strict.caddy --
header Content-Security-Policy "default-src 'self'"
header /sitemap-* X-Robots-Tag noindex
-- Caddyfile --
{
	admin off
}
:{$PORT} {
	root * /srv
	header X-Server own
	file_server
}
-- DataGrid.txt --
-- build.js --
const fs = require("node:fs");

const names = [
  "assets/index-B7x2kQ9f.js", "assets/index-B7x2kQ9f.css.map", "assets/inter-BxKqWzTf.woff2", "assets/app-DdqcnWhv.js", // Vite
  "js/main.5f3a9c01.js", "js/main.5f3a9c01.js.LICENSE.txt", // webpack, Parcel
  "main-5G7HQ2ZB.js", // esbuild
  "index.md.DJ0M9rpU.lean.js", // VitePress
  "sitemap-section1.xml", "feed-B7x2kQ9f.xml", "page-B7x2kQ9f.html", "data-5f3a9c01.json", "robots.txt",
  "img/photo-1200x800.jpg", "img/icon-section1.png", "img/logo-MyWidget.svg", "js/part-v2-final.js", "js/Chapter-Vol2Part.js",
  "js/report-20240101.js", "js/facade01.js", "js/face2face.js", "js/pdf.worker-v4_10_38.mjs", "assets/part-DataGrid.js",
];
for (const name of ["index.html", ...names]) {
  fs.mkdirSync("dist/" + name.slice(0, name.lastIndexOf("/") + 1), { recursive: true });
  fs.writeFileSync("dist/" + name, "of " + name);
}
`

// TestStaticNames keeps in browsers what bundlers name by its content and nothing that only
// looks like it, adds headers of the project to ours, and has its own configuration win.
func TestStaticNames(t *testing.T) {
	lab := start(t)
	dir := project(t, siteOfNames)
	img := open(t, build(t, lab, dir, "static-names", "--target=site"), "linux/amd64")
	c, url := served(t, img, image.RunOptions{ReadOnly: true})
	const kept, fresh = "public, max-age=31536000, immutable", "no-cache"
	names := siteOfNames[strings.Index(siteOfNames, "const names"):]
	for i, line := range strings.Split(names[:strings.Index(names, "]")], "\n")[1:] {
		for _, name := range regexp.MustCompile(`"[^"]+"`).FindAllString(line, -1) {
			name = "/" + strings.Trim(name, `"`)
			want := map[bool]string{true: kept, false: fresh}[i < 4]
			got, _ := answered(t, c, url+name)
			if cache := got.Header.Get("Cache-Control"); got.StatusCode != 200 || cache != want {
				t.Errorf("%s: got %s and %q, want %q", name, got.Status, cache, want)
			}
			if got.Header.Get("Content-Security-Policy") != "default-src 'self'" || (got.Header.Get("X-Robots-Tag") != "") != strings.HasPrefix(name, "/sitemap") {
				t.Errorf("%s: got %v, want the project's headers too", name, got.Header)
			}
		}
	}
	img = open(t, build(t, lab, dir, "static-own", "--target=own"), "linux/amd64")
	c, url = served(t, img, image.RunOptions{ReadOnly: true})
	page, body := answered(t, c, url+"/")
	if page.Header.Get("X-Server") != "own" || page.Header.Get("Cache-Control") != "" || body != "of index.html" {
		t.Errorf("got %q with %v, want what the project's own configuration says", body, page.Header)
	}
}
