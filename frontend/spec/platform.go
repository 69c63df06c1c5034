package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
)

// Platform is what an image runs on, in the registry's words and normalized as
// containerd does it: variant "v8" of arm64 and "v1" of amd64 are left out.
type Platform struct {
	OS           string
	Architecture string
	Variant      string
}

// String returns the platform as --platform takes it: "linux/arm/v7".
func (p Platform) String() string {
	if p.Variant == "" {
		return p.OS + "/" + p.Architecture
	}
	return strings.Join([]string{p.OS, p.Architecture, p.Variant}, "/")
}

var variant = regexp.MustCompile(`^v[0-9]+(\.[0-9]+)?$`)

// parsePlatform reads os/architecture[/variant]. The hint, empty when that is
// what text is, says what to write.
func parsePlatform(text string) (p Platform, hint string) {
	words := strings.Split(strings.ToLower(text), "/")
	if len(words) == 1 {
		if words = strings.FieldsFunc(words[0], func(r rune) bool { return r == '-' || r == ' ' || r == ':' }); len(words) < 2 || words[0] != "linux" {
			words = []string{"linux", strings.ToLower(text)}
		}
	}
	name := arch.Word(words[1])
	switch {
	case strings.ContainsAny(text, ", "):
		return p, "write every platform as an item of a list"
	case name == "":
		return p, "write one such as linux/amd64, linux/arm64 or linux/arm/v7"
	case words[0] == "darwin" || words[0] == "macos":
		return p, "containers on a Mac run linux/" + name
	case words[0] != "linux" && words[0] != "windows":
		return p, fmt.Sprintf("write \"linux/%s\"", name)
	}
	written := words[0] + "/" + name
	if len(words) >= 3 && variant.MatchString("v"+strings.TrimPrefix(words[2], "v")) {
		name, _, _ = strings.Cut(name, "/")
		written = words[0] + "/" + name + "/v" + strings.TrimPrefix(words[2], "v")
	}
	if written != text {
		return p, fmt.Sprintf("write %q", written)
	}
	words = append(words, "")
	p = normalized(Platform{words[0], words[1], words[2]})
	if known := arch.Variants(p.Architecture); p.Variant != "" && !slices.Contains(known, p.Variant) {
		return p, variantHint(p.Architecture, known)
	}
	return p, ""
}

func variantHint(name string, known []string) string {
	if len(known) == 0 {
		return name + " has no variants"
	}
	return "variants of " + name + " are " + diag.Few(known, 4)
}

// normalized returns p in the one way in which platforms are compared.
// https://pkg.go.dev/github.com/containerd/platforms#hdr-Normalization
func normalized(p Platform) Platform {
	switch p.Architecture + "/" + p.Variant {
	case "amd64/v1", "arm64/v8", "arm64/v8.0":
		p.Variant = ""
	case "arm64/v9.0":
		p.Variant = "v9"
	case "arm/":
		p.Variant = "v7"
	}
	return p
}
