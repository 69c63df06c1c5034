package golang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// platform is one platform as Go and Debian name it.
type platform struct {
	architecture string    // of the image
	env          spec.Vars // by which Go takes the image's variant
	debian       string    // Debian's architecture, "" where it is not built for it
	triple       string    // GNU's name of the machine, as cross compilers are prefixed
}

// platformOf returns what Go calls p, or an error that says what it knows.
// Go builds for every architecture on Linux that images are made for.
func platformOf(p spec.Platform) (platform, error) {
	a, ok := arch.Variant(p.Architecture, p.Variant)
	if p.OS != "linux" || !ok {
		var known []string
		for _, name := range arch.Names() {
			known = append(known, "linux/"+name)
		}
		return platform{}, fmt.Errorf("go cannot build images for %s; want %s", p, strings.Join(known, ", "))
	}
	g := platform{architecture: a.Name, debian: a.Debian.Name, triple: a.Debian.Triple}
	variant := p.Variant
	if variant == "" && a.Name == "arm" {
		variant = a.Variants[0] // Go's own default is an older one
	}
	if variant != "" && !slices.Contains(a.Variants, variant) {
		return platform{}, fmt.Errorf("go cannot build images for %s; it has no variant %q", p, variant)
	}
	if variant != "" && a.Variable != "" {
		g.env = spec.Vars{{Name: a.Variable, Value: a.Setting(variant)}}
	}
	return g, nil
}

// withoutDebian reports what the spec asks of the toolchain's distribution for a
// platform that it is not built for. Go itself needs nothing of it.
func withoutDebian(p *language.Project, g platform) (diags diag.List) {
	if g.debian != "" {
		return nil
	}
	b := p.Spec.Build
	if b.Cgo.Or(false) {
		diags.Errorf(b.Cgo.Range, "there is no C compiler for linux/%s in Debian", g.architecture).Hint =
			"build without cgo, or leave the platform out"
	}
	if len(b.Packages) > 0 {
		diags.Errorf(b.Packages[0].Range, "there are no packages for linux/%s in Debian", g.architecture).Hint =
			"build without packages, or leave the platform out"
	}
	return diags
}
