package daemon_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// images returns a gateway with images of every kind.
func images(t *testing.T) *gateway.Gateway {
	g := gateway.New(t, spec)
	g.Images = []string{
		"docker.io/library/good:latest", "docker.io/library/other:latest", "docker.io/library/broken:1", "docker.io/library/plain:latest",
		"example.com/real:2",
	}
	g.Configs = map[string]string{
		"docker.io/library/other:latest": `{"os": "linux", "architecture": "s390x"}`,
		"docker.io/library/broken:1":     `{`,
		"docker.io/library/plain:latest": `{}`,
	}
	g.Failing = map[string]error{
		"docker.io/library/amd:latest":     errors.New("docker.io/library/amd:latest: no match for platform in manifest: not found"),
		"docker.io/library/private:latest": errors.New("pull access denied"),
		"docker.io/library/leased:latest":  errors.New("lease does not exist: not found"),
		"docker.io/library/ended:latest":   context.Canceled,
	}
	g.Opts["context:given"] = "docker-image://example.com/real:2"
	g.Opts["context:lost"] = "docker-image://example.com/none:2"
	return g
}

// TestResolveVariant takes an image for an older variant of the architecture, and none
// for another architecture that its machines run too.
func TestResolveVariant(t *testing.T) {
	for _, c := range []struct {
		have, want string
		ok         bool
	}{
		{`"amd64"`, "amd64/v3", true},
		{`"amd64", "variant": "v2"`, "amd64/v3", true},
		{`"amd64", "variant": "v4"`, "amd64/v3", false},
		{`"386"`, "amd64/v3", false},
		{`"arm64", "variant": "v8"`, "arm64/v8.2", true},
		{`"arm", "variant": "v7"`, "arm64/v8.2", false},
		{`"arm", "variant": "v5"`, "arm/v6", true},
		{`"arm", "variant": "v7"`, "arm/v6", false},
	} {
		g := images(t)
		g.Configs["docker.io/library/good:latest"] = `{"os": "linux", "architecture": ` + c.have + `}`
		d, _ := connected(t, g)
		want := trial.AMD64
		want.Architecture, want.Variant, _ = strings.Cut(c.want, "/")
		_, err := d.Resolve(t.Context(), "good", want, "runtime")
		if (err == nil) != c.ok {
			t.Errorf("%s for %s: got %v", c.have, c.want, err)
		}
	}
}

// TestResolve says in a line why an image cannot be had.
func TestResolve(t *testing.T) {
	for ref, want := range map[string]string{
		"good":            "",
		"plain":           "", // says of itself nothing, as images that were made by hand do
		"given":           "",
		"none":            "none does not exist",
		"amd":             "amd is not for linux/arm64",
		"private":         "cannot resolve private: pull access denied",
		"leased":          "cannot resolve leased: lease does not exist: not found",
		"other":           "other is an image for linux/s390x, want one for linux/arm64",
		"broken:1":        "reading the image's config: ",
		"case/Upper":      `"case/Upper" is no image reference: `,
		"ended":           "context canceled",
		"example.com/a:1": "example.com/a:1 does not exist",
	} {
		d, _ := connected(t, images(t))
		image, err := d.Resolve(t.Context(), ref, trial.ARM64, "runtime")
		switch {
		case want == "" && (err != nil || image.Config == nil):
			t.Errorf("%s: got %+v, %v", ref, image, err)
		case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%s: got %v, want %s", ref, err, want)
		}
		if got := errors.Is(err, daemon.ErrNoImage); got != strings.HasSuffix(want, "does not exist") {
			t.Errorf("%s: it does not exist: %v", ref, got)
		}
		if daemon.Canceled(err) != (ref == "ended") {
			t.Errorf("%s: got %v", ref, err)
		}
	}
}

// TestResolveSilent ends when a registry does not answer, and not when whoever builds
// has ended the build before.
func TestResolveSilent(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		ctx      context.Context
		patience time.Duration
		want     string
	}{
		{t.Context(), time.Millisecond, "the registry of silent has not answered for 1ms"},
		{ended, 0, "context canceled"},
	} {
		g := images(t)
		g.Failing["docker.io/library/silent:latest"] = gateway.ErrSilent
		d, _ := connected(t, g)
		d.Patience = c.patience
		_, err := d.Resolve(c.ctx, "silent", trial.ARM64, "runtime")
		if err == nil || !strings.Contains(err.Error(), c.want) || daemon.Canceled(err) != (c.ctx == ended) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestResolveByDigest holds that a state is of a digest and a platform, that of a named
// context too.
func TestResolveByDigest(t *testing.T) {
	d, _ := connected(t, images(t))
	for ref, want := range map[string]string{
		"good":  "docker-image://docker.io/library/good:latest@sha256:",
		"given": "docker-image://example.com/real:2@sha256:",
	} {
		image, err := d.Resolve(t.Context(), ref, trial.ARM64, "runtime")
		if err != nil {
			t.Fatal(err)
		}
		def, err := llb.Marshal(t.Context(), image.State, gateway.New(t, spec).BuildOpts().LLBCaps, trial.AMD64)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(def.Def[0]); !strings.Contains(got, want) || !strings.Contains(got, "arm64") {
			t.Errorf("%s: got %q, want %s for arm64", ref, got, want)
		}
	}
	if _, err := d.Resolve(t.Context(), "lost", trial.ARM64, "runtime"); err == nil {
		t.Error("a context that does not exist is resolved")
	}
}

// TestResolveOnce asks for an image twice, and for another platform of it.
func TestResolveOnce(t *testing.T) {
	g := images(t)
	d, _ := connected(t, g)
	for range 2 {
		for _, ref := range []string{"good", "none"} {
			d.Resolve(t.Context(), ref, trial.ARM64, "a")
			d.Resolve(t.Context(), ref, trial.ARM64, "b")
		}
	}
	d.Resolve(t.Context(), "good", trial.AMD64, "a")
	if got := g.Calls["resolve"]; got != 3 {
		t.Errorf("images were asked for %d times, want 3", got)
	}
}
