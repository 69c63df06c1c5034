package golang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/spec"
)

// platform is one platform as Go and Debian name it.
type platform struct {
	architecture string // of the image
	env          spec.Vars
	variant      string // variable that takes the image's variant: GOAMD64
	variants     []string
	debian       string // Debian's architecture, "" where it has no cross compiler for it
	triple       string // GNU's name of the machine, as cross compilers are prefixed
}

// platforms are the linux platforms of `go tool dist list`, each with the
// variants that an image of it may name.
var platforms = []platform{
	{architecture: "amd64", variant: "GOAMD64", variants: []string{"v1", "v2", "v3", "v4"}, debian: "amd64", triple: "x86_64-linux-gnu"},
	{architecture: "arm64", debian: "arm64", triple: "aarch64-linux-gnu"},
	{architecture: "arm", variant: "GOARM", variants: []string{"v5", "v6", "v7"}, debian: "armhf", triple: "arm-linux-gnueabihf"},
	{architecture: "386", debian: "i386", triple: "i686-linux-gnu"},
	{architecture: "ppc64le", debian: "ppc64el", triple: "powerpc64le-linux-gnu"},
	{architecture: "s390x", debian: "s390x", triple: "s390x-linux-gnu"},
	{architecture: "riscv64", debian: "riscv64", triple: "riscv64-linux-gnu"},
	{architecture: "loong64"},
	{architecture: "mips64le", debian: "mips64el", triple: "mips64el-linux-gnuabi64"},
	{architecture: "mips64"},
	{architecture: "mipsle"},
	{architecture: "mips"},
	{architecture: "ppc64"},
}

// platformOf returns what Go calls p, or an error that says what it knows.
func platformOf(p spec.Platform) (platform, error) {
	i := slices.IndexFunc(platforms, func(g platform) bool { return g.architecture == p.Architecture })
	if p.OS != "linux" || i < 0 {
		var known []string
		for _, g := range platforms {
			known = append(known, "linux/"+g.architecture)
		}
		return platform{}, fmt.Errorf("go cannot build images for %s; want %s", p, strings.Join(known, ", "))
	}
	g := platforms[i]
	variant := p.Variant
	switch {
	case variant == "" && g.architecture == "arm":
		variant = "v7" // what containerd takes linux/arm for
	case variant == "":
		return g, nil
	}
	if g.architecture == "arm64" && variant == "v8" {
		return g, nil
	}
	if !slices.Contains(g.variants, variant) {
		return platform{}, fmt.Errorf("go cannot build images for %s; it has no variant %q", p, variant)
	}
	value := variant
	if g.variant == "GOARM" {
		value = variant[1:]
		if variant != "v7" {
			g.debian, g.triple = "armel", "arm-linux-gnueabi"
		}
	}
	g.env = spec.Vars{{Name: g.variant, Value: value}}
	return g, nil
}
