package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// provenance is what we read of a statement of provenance.
type provenance struct {
	BuildDefinition struct {
		ResolvedDependencies []struct {
			URI    string            `json:"uri"`
			Digest map[string]string `json:"digest"`
		} `json:"resolvedDependencies"`
	} `json:"buildDefinition"`
	RunDetails struct {
		Metadata struct {
			Metadata struct {
				Source struct {
					Locations map[string]json.RawMessage `json:"locations"`
					Infos     []struct {
						Filename string `json:"filename"`
					} `json:"infos"`
				} `json:"source"`
			} `json:"buildkit_metadata"`
		} `json:"metadata"`
	} `json:"runDetails"`
}

// TestProvenance builds with every kind of provenance: it names every image by digest,
// the fullest has the places of the steps in the spec, and none has a secret.
func TestProvenance(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-http")
	const version = "--build-arg=VERSION=1.2.3" // as TestHTTP
	for mode, max := range map[string]bool{"mode=max": true, "mode=min": false} {
		t.Run(mode, func(t *testing.T) {
			ref := lab.Registry + "/e2e/provenance"
			flags := []string{"--platform=linux/amd64", "--provenance=" + mode, secret(t, "token", "token-"+password), version, "--push", "-t", ref}
			if printed, err := try(t, lab, dir, flags...); err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			texts := provenances(t, ref, open(t, ref, "linux/amd64"))
			if len(texts) != 1 {
				t.Fatalf("got %d statements, want 1", len(texts))
			}
			checkProvenance(t, texts[0], max)
		})
	}
	ref := build(t, lab, dir, "no-provenance", version) // with --provenance=false
	if got := provenances(t, ref, open(t, ref, "linux/amd64")); len(got) > 0 {
		t.Errorf("got %q, want nothing said", got)
	}
}

func provenances(t *testing.T, ref string, img *image.Image) []string {
	t.Helper()
	return attested(t, ref, img, "https://slsa.dev/provenance/v1")
}

func checkProvenance(t *testing.T, text string, max bool) {
	t.Helper()
	var p provenance
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, d := range p.BuildDefinition.ResolvedDependencies {
		if d.Digest["sha256"] == "" {
			t.Errorf("%s has no digest", d.URI)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(d.URI, "pkg:docker/"), "@")
		named[name] = true
	}
	for _, want := range []string{"golang", "gcr.io/distroless/static-debian13", "org/stagefront"} {
		if !named[want] {
			t.Errorf("got images %v, want %s", named, want)
		}
	}
	source := p.RunDetails.Metadata.Metadata.Source
	if has := len(source.Locations) > 0; has != max {
		t.Errorf("places of steps are there: %t, want %t", has, max)
	}
	if max && !slices.ContainsFunc(source.Infos, func(i struct {
		Filename string `json:"filename"`
	}) bool {
		return i.Filename == "stagefront.yaml"
	}) {
		t.Errorf("got files %+v, want the spec", source.Infos)
	}
	if strings.Contains(text, password) {
		t.Error("it has a secret")
	}
	if has := strings.Contains(text, "1.2.3"); has != max {
		t.Errorf("it has the build arg: %t, want %t", has, max)
	}
}
