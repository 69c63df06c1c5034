package e2e

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdxlib"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

const spdxDocument = "https://spdx.dev/Document"

// attested returns the predicates of a type that are attested of an image.
func attested(t *testing.T, ref string, img *image.Image, kind string) (predicates []string) {
	t.Helper()
	statements, err := image.Statements(t.Context(), ref, img)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if s.PredicateType != kind {
			continue
		}
		if len(s.Subject) == 0 || "sha256:"+s.Subject[0].Digest["sha256"] != img.Digest {
			t.Errorf("got a statement about %v, want one about %s", s.Subject, img.Digest)
		}
		predicates = append(predicates, string(s.Predicate))
	}
	return predicates
}

// document returns a document of SPDX after it was validated by the library.
func document(t *testing.T, text string) *spdx.Document {
	t.Helper()
	doc, err := spdxjson.Read(strings.NewReader(text))
	if err == nil {
		err = spdxlib.ValidateDocument(doc)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc
}

// bill returns the only document about an image.
func bill(t *testing.T, ref string, img *image.Image) *spdx.Document {
	t.Helper()
	texts := attested(t, ref, img, spdxDocument)
	if len(texts) != 1 {
		t.Fatalf("got %d documents, want 1", len(texts))
	}
	return document(t, texts[0])
}

// validator is SPDX's own, which knows rules that the library does not.
const validator = "spdx-tools==0.8.5"

var validating sync.Mutex

// validate holds the document about an image against the validator, which the lab keeps.
func validate(t *testing.T, lab *labenv.Lab, ref string, img *image.Image) {
	t.Helper()
	dir := filepath.Join(lab.Root, ".lab", validator)
	validating.Lock()
	if _, err := os.Stat(dir); err != nil {
		lab.Install(t, "pip3")
		made := dir + ".new"
		if printed, err := lab.Run(t, lab.Root, "pip3", "install", "--quiet", "--target", made, validator); err != nil {
			t.Errorf("%v\n%s", err, printed)
		} else if err := os.Rename(made, dir); err != nil {
			t.Error(err)
		}
	}
	validating.Unlock()
	file := filepath.Join(t.TempDir(), "bill.spdx.json")
	if err := os.WriteFile(file, []byte(strings.Join(attested(t, ref, img, spdxDocument), "")), 0o644); err != nil {
		t.Fatal(err)
	}
	printed, err := lab.Run(t, dir, "python3", "-m", "spdx_tools.spdx.clitools.pyspdxtools", "-i", file)
	if err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}

// listed returns the package URLs of a document up to their qualifiers, those of a type.
func listed(doc *spdx.Document, kind string) (urls []string) {
	for _, p := range doc.Packages {
		for _, r := range p.PackageExternalReferences {
			if url, _, _ := strings.Cut(r.Locator, "?"); strings.HasPrefix(url, "pkg:"+kind+"/") {
				urls = append(urls, url)
			}
		}
	}
	slices.Sort(urls)
	return urls
}

// same reports what is in one of two lists alone.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// TestGoBill has an example of Go told of, and holds that against what the go command
// shows of the program, and against what the runtime says it has. The same build says
// the same, and a build that is not asked says nothing.
func TestGoBill(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-http")
	const version = "--build-arg=VERSION=1.2.3" // as TestHTTP
	ref := build(t, lab, dir, "bill-go", version, "--sbom=true")
	again := build(t, lab, dir, "bill-go-again", version, "--sbom=true", anew())
	validate(t, lab, ref, open(t, ref, "linux/arm64"))
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		doc := bill(t, ref, img)
		program, err := img.ReadFile("/usr/local/bin/server")
		if err != nil {
			t.Fatal(err)
		}
		info, err := buildinfo.Read(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"pkg:golang/" + info.Main.Path, "pkg:golang/stdlib@" + strings.TrimPrefix(info.GoVersion, "go")}
		for _, d := range info.Deps {
			want = append(want, "pkg:golang/"+d.Path+"@"+d.Version)
		}
		same(t, "modules", listed(doc, "golang"), want)
		same(t, "packages of the distribution", listed(doc, "deb"), installed(t, img))
		checkImages(t, doc)
		if got := needs(doc, info.Main.Path); !slices.Equal(got, []string{"github.com/go-chi/chi/v5", "go.yaml.in/yaml/v4"}) {
			t.Errorf("got %q for what the main module needs, want what its go.mod requires and the program has", got)
		}
		if len(doc.Files) != 1 || doc.Files[0].FileName != "./usr/local/bin/server" || !strings.HasPrefix(doc.Files[0].FileComment, "layerID: sha256:") {
			t.Errorf("got files %+v, want the program with its layer", doc.Files)
		}
		if second := open(t, again, img.Platform); !slices.Equal(attested(t, again, second, spdxDocument), attested(t, ref, img, spdxDocument)) {
			t.Error("the same build says something else")
		}
	})
}

// needs returns the names of the packages that one of a document depends on.
func needs(doc *spdx.Document, name string) (names []string) {
	called := map[string]string{}
	for _, p := range doc.Packages {
		called[string(p.PackageSPDXIdentifier)] = p.PackageName
	}
	for _, r := range doc.Relationships {
		if r.Relationship == "DEPENDS_ON" && called[string(r.RefA.ElementRefID)] == name {
			names = append(names, called[string(r.RefB.ElementRefID)])
		}
	}
	slices.Sort(names)
	return names
}

// installed returns the package URLs of what the runtime of an image says it has.
func installed(t *testing.T, img *image.Image) (urls []string) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Dir(name) != "/var/lib/dpkg/status.d" || path.Ext(name) == ".md5sums" {
			continue
		}
		data, err := img.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		field := map[string]string{}
		for line := range strings.Lines(string(data)) {
			key, value, _ := strings.Cut(line, ": ")
			field[key] = strings.TrimSpace(value)
		}
		urls = append(urls, strings.ReplaceAll(fmt.Sprintf("pkg:deb/debian/%s@%s", field["Package"], field["Version"]), "+", "%2B"))
	}
	return urls
}

// checkImages checks that a document names runtime and toolchain by digest.
func checkImages(t *testing.T, doc *spdx.Document) {
	t.Helper()
	how := map[string]string{}
	for _, r := range doc.Relationships {
		how[string(r.RefA.ElementRefID)] += " " + r.Relationship
		how[string(r.RefB.ElementRefID)] += " of " + r.Relationship
	}
	for name, want := range map[string]string{
		"gcr.io/distroless/static-debian13": "of DESCENDANT_OF", "golang": "BUILD_TOOL_OF",
	} {
		i := slices.IndexFunc(doc.Packages, func(p *spdx.Package) bool { return p.PackageName == name })
		if i < 0 {
			t.Errorf("no %s in the document", name)
			continue
		}
		p := doc.Packages[i]
		if !strings.HasPrefix(p.PackageVersion, "sha256:") || !strings.Contains(how[string(p.PackageSPDXIdentifier)], want) {
			t.Errorf("%s: got version %s and relations%s, want a digest and %s", name, p.PackageVersion, how[string(p.PackageSPDXIdentifier)], want)
		}
	}
}
