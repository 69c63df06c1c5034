package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestFrontendImage builds the frontend's own image for both platforms, of which
// the lab has but the machine's, and starts what is in them.
func TestFrontendImage(t *testing.T) {
	lab := start(t)
	ref := lab.Registry + "/e2e/frontend"
	flags := append(slices.Clone(lab.Network), "--platform", strings.Join(platforms, ","), "--provenance=false", "--push", "-t", ref)
	if printed, err := lab.Build(t, lab.Root, append(flags, ".")...); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		if got := img.Config.Config.Labels["moby.buildkit.frontend.caps"]; !strings.Contains(got, "moby.buildkit.frontend.subrequests") {
			t.Errorf("got capabilities %q, want subrequests among them", got)
		}
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range files {
			if f.Mode.IsRegular() && name != "/bin/frontend" {
				t.Errorf("the image has %s beside the frontend", name)
			}
		}
		checkStatic(t, img, "/bin/frontend")
		result, err := img.Run(t.Context(), image.RunOptions{})
		if err != nil || result.ExitCode != 1 || !strings.HasPrefix(result.Stderr, "stagefront: ") {
			t.Errorf("got %+v, %v, want its word that no BuildKit has started it", result, err)
		}
	})
}
