package e2e

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// inside are examples of other languages, each with the type of its packages and with
// what shows which ones there are.
var inside = map[string]struct {
	kind  string
	shown func(t *testing.T, lab *labenv.Lab, dir string, img *image.Image) []string
}{
	"python-flask":     {"pypi", distributions},
	"node-express-ts":  {"npm", locked},
	"java-multimodule": {"maven", artifacts},
	"rust-axum":        {"cargo", linked},
	"static-vite":      {"golang", serving},
}

// interpreters are those of runtimes that no package of Debian brought, up to their releases.
var interpreters = map[string]string{"node-express-ts": "pkg:generic/node@26.", "java-multimodule": "pkg:generic/openjdk@21."}

// TestBills has examples of other languages told of.
func TestBills(t *testing.T) {
	lab := start(t)
	for name, c := range inside {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := example(t, lab, name)
			ref := build(t, lab, dir, "bill-"+name, "--sbom=true")
			validate(t, lab, ref, open(t, ref, "linux/arm64"))
			for _, platform := range platforms {
				img := open(t, ref, platform)
				doc := bill(t, ref, img)
				same(t, platform, listed(doc, c.kind), c.shown(t, lab, dir, img))
				same(t, platform, listed(doc, "deb"), installed(t, img))
				if got, want := listed(doc, "generic"), interpreters[name]; len(got) != strings.Count(want, "@") || !strings.HasPrefix(strings.Join(got, ""), want) {
					t.Errorf("%s: got interpreters %q, want %q", platform, got, want)
				}
			}
		})
	}
}

// TestPackagesBill has a project told of that takes packages of the distribution along,
// for one platform.
func TestPackagesBill(t *testing.T) {
	lab := start(t)
	a, err := txtar.ParseFile("testdata/projects/python-named-library.txtar")
	if err != nil {
		t.Fatal(err)
	}
	ref := lab.Registry + "/e2e/bill-packages"
	flags := []string{"--platform=linux/amd64", "--sbom=true", "--provenance=false", "--push", "-t", ref}
	if printed, err := try(t, lab, project(t, string(txtar.Format(a))), flags...); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	got := strings.Join(listed(bill(t, ref, open(t, ref, "linux/amd64")), "deb"), "\n")
	for _, want := range []string{"pkg:deb/debian/libmagic1t64@", "pkg:deb/debian/libmagic-mgc@"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// distributions returns what Python itself says is installed, as "pip list" does.
func distributions(t *testing.T, _ *labenv.Lab, _ string, img *image.Image) []string {
	t.Helper()
	const script = "import importlib.metadata as m, re\nfor d in m.distributions(): print('pkg:pypi/%s@%s' % (re.sub('[-_.]+', '-', d.metadata['Name']).lower(), d.version))"
	result, err := img.Run(t.Context(), image.RunOptions{Entrypoint: []string{"/opt/venv/bin/python", "-c", script}})
	if err != nil || result.ExitCode != 0 {
		t.Fatalf("got %+v, %v", result, err)
	}
	return strings.Fields(result.Stdout)
}

// locked returns what an example's lock has for production.
func locked(t *testing.T, _ *labenv.Lab, dir string, _ *image.Image) (urls []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct {
			Version string
			Dev     bool
		}
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	for at, p := range lock.Packages {
		const modules = "node_modules/"
		if i := strings.LastIndex(at, modules); i >= 0 && !p.Dev {
			urls = append(urls, "pkg:npm/"+strings.Replace(at[i+len(modules):], "@", "%40", 1)+"@"+p.Version)
		}
	}
	return urls
}

// linked returns what cargo itself says that the program is made of.
func linked(t *testing.T, lab *labenv.Lab, dir string, img *image.Image) (urls []string) {
	t.Helper()
	triple := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[img.Config.Architecture] + "-unknown-linux-gnu"
	spec, err := os.ReadFile(filepath.Join(dir, "stagefront.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ask := fmt.Sprintf("test: [cargo, tree, --offline, --target, %s, --edges, 'normal,no-proc-macro', --prefix, none]\n", triple)
	asking := changed(t, dir, map[string]string{"stagefront.yaml": string(spec) + ask})
	printed, err := runTests(t, lab, asking, "--output=type=cacheonly")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	for _, m := range regexp.MustCompile(`(?m)^#\d+ [0-9.]+ ([a-z0-9_-]+) v([0-9][^ \n]*)`).FindAllStringSubmatch(printed, -1) {
		if url := "pkg:cargo/" + m[1] + "@" + m[2]; !slices.Contains(urls, url) {
			urls = append(urls, url)
		}
	}
	return urls
}

// serving returns the modules of the server of a site, as it says itself.
func serving(t *testing.T, _ *labenv.Lab, _ string, img *image.Image) (urls []string) {
	t.Helper()
	data, err := img.ReadFile("/usr/local/bin/caddy")
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	urls = append(urls, "pkg:golang/stdlib@"+strings.TrimPrefix(info.GoVersion, "go"))
	for _, m := range append(info.Deps, &info.Main) {
		url := "pkg:golang/" + strings.ToLower(m.Path)
		if m.Version != "(devel)" {
			url += "@" + strings.ReplaceAll(m.Version, "+", "%2B")
		}
		urls = append(urls, url)
	}
	return urls
}

// artifacts returns the artifacts that jars of an image have the properties of.
func artifacts(t *testing.T, _ *labenv.Lab, _ string, img *image.Image) (urls []string) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if path.Ext(name) != ".jar" || !strings.HasPrefix(name, "/app/") {
			continue
		}
		data, err := img.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range z.File {
			// META-INF/maven/GROUP/ARTIFACT/pom.properties
			if parts := strings.Split(entry.Name, "/"); len(parts) == 5 && parts[4] == "pom.properties" {
				urls = append(urls, "pkg:maven/"+parts[2]+"/"+parts[3]+"@"+versionIn(t, entry))
			}
		}
	}
	return urls
}

// versionIn returns the version of properties of Maven.
func versionIn(t *testing.T, entry *zip.File) string {
	t.Helper()
	r, err := entry.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "version=")
	return strings.Fields(rest)[0]
}
