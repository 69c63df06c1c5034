package daemon_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerui"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// modes is a gateway that keeps in which mode images were asked for.
type modes struct {
	*gateway.Gateway
	got []string
}

func (m *modes) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	m.got = append(m.got, opt.ImageOpt.ResolveMode)
	return m.Gateway.ResolveImageConfig(ctx, ref, opt)
}

// TestPull asks for images in the mode that whoever builds wants, for those of contexts too.
func TestPull(t *testing.T) {
	for flag, want := range map[string]string{"": "default", "pull": "pull", "local": "local"} {
		m := &modes{Gateway: images(t)}
		m.Opts["image-resolve-mode"] = flag
		ui, err := dockerui.NewClient(m)
		if err != nil {
			t.Fatal(err)
		}
		d := daemon.New(m, ui)
		for _, ref := range []string{"good", "given"} {
			if _, err := d.Resolve(t.Context(), ref, trial.ARM64, "a"); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(m.got, []string{want, want}) {
			t.Errorf("%q: got the modes %q, want %s", flag, m.got, want)
		}
	}
}

// TestContextOfPlatform takes the context of a platform before that of all.
func TestContextOfPlatform(t *testing.T) {
	g := images(t)
	g.Images = append(g.Images, "example.com/arm:1")
	g.Opts["context:given::linux/arm64"] = "docker-image://example.com/arm:1"
	d, _ := connected(t, g)
	for platform, want := range map[string]string{"arm64": "example.com/arm:1@", "amd64": "example.com/real:2@"} {
		p := trial.AMD64
		p.Architecture = platform
		image, err := d.Resolve(t.Context(), "given", p, "a")
		if err != nil || !strings.HasPrefix(image.Ref, want) {
			t.Errorf("%s: got %+v, %v, want %s", platform, image, err, want)
		}
	}
}
