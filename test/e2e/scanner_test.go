package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// scanner is a project that makes a scanner: it follows BuildKit's protocol and names
// the files that it was given.
const scanner = `
-- stagefront.yaml --
# syntax=org/stagefront
user: root
runtime: scratch
certificates: false
-- go.mod --
module example.com/scanner

go 1.26.0
-- main.go --
package main

import (
	"encoding/json"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	targets := []string{os.Getenv("BUILDKIT_SCAN_SOURCE")}
	extras := os.Getenv("BUILDKIT_SCAN_SOURCE_EXTRAS")
	entries, _ := os.ReadDir(extras)
	for _, e := range entries {
		targets = append(targets, filepath.Join(extras, e.Name()))
	}
	for _, target := range targets {
		write(filepath.Base(target), scan(target))
	}
}

// scan returns a package for each file.
func scan(target string) []any {
	packages := []any{map[string]any{"name": os.Getenv("BUILDKIT_SCAN_WORD"), "SPDXID": "SPDXRef-Word", "versionInfo": runtime.GOARCH, "downloadLocation": "NONE"}}
	err := fs.WalkDir(os.DirFS(target), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			id := "SPDXRef-" + strings.NewReplacer("/", "-", "_", "-").Replace(name)
			packages = append(packages, map[string]any{"name": name, "SPDXID": id, "downloadLocation": "NONE"})
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	return packages
}

func write(name string, packages []any) {
	data, err := json.Marshal(map[string]any{
		"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document", "subject": []any{},
		"predicate": map[string]any{
			"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": name, "dataLicense": "CC0-1.0",
			"documentNamespace": "https://example.com/" + name, "packages": packages,
			"creationInfo": map[string]any{"created": "1970-01-01T00:00:00Z", "creators": []string{"Tool: scanner"}},
		},
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Getenv("BUILDKIT_SCAN_DESTINATION"), name+".spdx.json"), data, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}
`

// TestScanner has images looked at by a scanner that whoever builds names, which is
// itself built by us, and is given what is asked for beside the image.
func TestScanner(t *testing.T) {
	lab := start(t)
	name := lab.Registry + "/e2e/scanner"
	if printed, err := try(t, lab, project(t, scanner), "--platform=linux/amd64", "--provenance=false", "--push", "-t", name); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	dir := example(t, lab, "go-calculator")
	ref := build(t, lab, dir, "scanned", "--attest=type=sbom,generator="+name+",WORD=given",
		"--build-arg=BUILDKIT_SBOM_SCAN_CONTEXT=true", "--build-arg=BUILDKIT_SBOM_SCAN_STAGE=compile")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		want := map[string]string{"sbom": "usr/local/bin/calculator", "sbom-context": "go.mod", "sbom-compile": "calculator"}
		for _, text := range attested(t, ref, img, spdxDocument) {
			doc := document(t, text)
			var names []string
			for _, p := range doc.Packages {
				names = append(names, p.PackageName)
			}
			if file := want[doc.DocumentName]; file == "" || !slices.Contains(names, file) {
				t.Errorf("%s: got %q, want %q among them", doc.DocumentName, names, file)
			}
			if first := doc.Packages[0]; first.PackageName != "given" || first.PackageVersion != "amd64" {
				t.Errorf("got %+v, want the parameter, and a scanner for the builder", first)
			}
			delete(want, doc.DocumentName)
		}
		if len(want) > 0 {
			t.Errorf("no documents %v", want)
		}
	})
	for flag, want := range map[string]string{
		"--build-arg=BUILDKIT_SBOM_SCAN_STAGE=compil": `BUILDKIT_SBOM_SCAN_STAGE names "compil", which is no stage`,
		"--build-arg=BUILDKIT_SBOM_SCAN_CONTEXT=yes":  `got BUILDKIT_SBOM_SCAN_CONTEXT "yes", want true or false`,
	} {
		if printed, err := try(t, lab, dir, "--attest=type=sbom,generator="+name, flag); err == nil || !strings.Contains(printed, want) {
			t.Errorf("%s: got %v, want %q:\n%s", flag, err, want, printed)
		}
	}
}
