package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
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

// architectures are those that images are made for, with the words that people
// know for them from elsewhere.
var architectures = []struct {
	name  string
	words []string
}{
	{"amd64", []string{"x86_64", "x86-64", "x64"}},
	{"arm64", []string{"aarch64", "arm64v8", "armv8"}},
	{"arm/v7", []string{"armhf", "armv7", "armv7l", "armv7hf", "arm32v7"}},
	{"arm/v6", []string{"armel", "armv6", "armv6l", "armv6hf", "arm32v6"}},
	{"arm", nil},
	{"386", []string{"i386", "i686", "x86"}},
	{"ppc64le", []string{"ppc64el", "powerpc64le"}},
	{"s390x", nil},
	{"riscv64", []string{"riscv"}},
	{"loong64", []string{"loongarch64"}},
	{"mips64le", nil}, {"mips64", nil}, {"mipsle", nil}, {"mips", nil}, {"ppc64", nil},
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
	arch := architecture(words[1])
	switch {
	case strings.ContainsAny(text, ", "):
		return p, "write every platform as an item of a list"
	case arch == "":
		return p, "write one such as linux/amd64, linux/arm64 or linux/arm/v7"
	case words[0] == "darwin" || words[0] == "macos":
		return p, "containers on a Mac run linux/" + arch
	case words[0] != "linux" && words[0] != "windows":
		return p, fmt.Sprintf("write \"linux/%s\"", arch)
	}
	written := words[0] + "/" + arch
	if len(words) >= 3 && variant.MatchString("v"+strings.TrimPrefix(words[2], "v")) {
		written = words[0] + "/" + strings.TrimSuffix(strings.TrimSuffix(arch, "/v6"), "/v7") + "/v" + strings.TrimPrefix(words[2], "v")
	}
	if written != text {
		return p, fmt.Sprintf("write %q", written)
	}
	words = append(words, "")
	return normalized(Platform{words[0], words[1], words[2]}), ""
}

// architecture returns the registry's word for an architecture, "" when there is none.
func architecture(word string) string {
	for _, a := range architectures {
		if a.name == word || slices.Contains(a.words, word) {
			return a.name
		}
	}
	return ""
}

// normalized returns p in the one way in which platforms are compared.
// https://pkg.go.dev/github.com/containerd/platforms#hdr-Normalization
func normalized(p Platform) Platform {
	switch p.Architecture + "/" + p.Variant {
	case "amd64/v1", "arm64/v8":
		p.Variant = ""
	case "arm/":
		p.Variant = "v7"
	}
	return p
}
