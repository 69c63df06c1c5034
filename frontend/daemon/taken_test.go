package daemon_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/llb"
)

// TestUntaken tells contexts that an image was asked for by from the others.
func TestUntaken(t *testing.T) {
	g := images(t)
	g.Opts["context:good::linux/arm64"], g.Opts["context:docker.io/library/other:latest"] = "docker-image://example.com/real:2", "docker-image://example.com/real:2"
	g.Opts["context:org/stagefront"], g.Opts["source"] = "docker-image://example.com/real:2", "docker.io/org/stagefront:latest"
	d, _ := connected(t, g)
	for _, ref := range []string{"given", "good", "other:latest"} {
		d.Resolve(t.Context(), ref, trial.ARM64, "a")
	}
	given, asked := d.Untaken()
	if !slices.Equal(given, []string{"docker.io/library/other:latest", "lost"}) || !slices.Equal(asked, []string{"given", "good", "other"}) {
		t.Errorf("got %q, asked %q", given, asked)
	}
}

// TestContextSchemes gives an image of every kind that a client can name.
func TestContextSchemes(t *testing.T) {
	for input, want := range map[string]string{
		"docker-image://example.com/real:2":                    "docker-image://example.com/real:2@sha256:",
		"docker-image://scratch":                               "",
		"local:given":                                          "local://given",
		"https://git.example.com/a.git#main:sub":               "git://git.example.com/a.git#main:sub",
		"git@git.example.com:a/b.git":                          "git://git.example.com/a/b.git",
		"https://example.com/a.tar.gz":                         "https://example.com/a.tar.gz",
		"oci-layout://store@sha256:" + strings.Repeat("a", 64): "oci-layout://docker.io/library/given@sha256:",
	} {
		g := images(t)
		g.Images = append(g.Images, "docker.io/library/given@sha256:"+strings.Repeat("a", 64))
		g.Opts["context:given"] = input
		d, _ := connected(t, g)
		image, err := d.Resolve(t.Context(), "given", trial.ARM64, "runtime")
		if err != nil {
			t.Errorf("%s: %v", input, err)
			continue
		}
		def, err := llb.Marshal(t.Context(), image.State, g.BuildOpts().LLBCaps, trial.AMD64)
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, data := range def.Def {
			all += string(data)
		}
		if !strings.Contains(all, want) || !image.Given {
			t.Errorf("%s: got %q, want %s", input, all, want)
		}
	}
}
