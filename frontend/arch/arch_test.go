package arch

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// withoutDebian are the architectures that Debian 13 has no compilers for.
var withoutDebian = []string{"loong64", "mips64", "mipsle", "mips", "ppc64"}

func TestComplete(t *testing.T) {
	for _, a := range all {
		if a.Name == "" || a.Kernel == "" || a.ELF.Machine == 0 || a.ELF.Class == 0 || a.ELF.Order == 0 {
			t.Errorf("%s: a name is missing in %+v", a.Name, a)
		}
		if got, want := a.Debian == (Debian{}), slices.Contains(withoutDebian, a.Name); got != want {
			t.Errorf("%s: it has no distribution: %t, want %t", a, got, want)
		}
		if a.Debian != (Debian{}) && (a.Debian.Name == "" || a.Debian.Triple == "") {
			t.Errorf("%s: half of Debian's words are missing in %+v", a, a.Debian)
		}
		if a.Variable != "" && len(a.Variants) == 0 {
			t.Errorf("%s: %s has no values", a, a.Variable)
		}
		if len(kinds(a.Name)) > 1 && len(a.Variants) == 0 {
			t.Errorf("%s: nothing tells its kinds apart", a.Name)
		}
	}
}

// TestUnique holds that a word stands for one architecture, whoever's it is.
func TestUnique(t *testing.T) {
	seen := map[string]string{}
	once := func(kind, word, of string) {
		if other, ok := seen[kind+word]; ok && word != "" {
			t.Errorf("%s %q stands for %s and %s", kind, word, other, of)
		}
		seen[kind+word] = of
	}
	for i, a := range all {
		if slices.ContainsFunc(all[:i], func(b Arch) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%s is there twice", a)
		}
		once("platform", a.String(), a.String())
		for _, w := range a.Words {
			once("word", w, a.String())
			if _, ok := Of(w); ok || w != strings.ToLower(w) {
				t.Errorf("%q is the registry's word, or is not compared in lower case", w)
			}
		}
		once("Debian's", a.Debian.Name, a.String())
		once("triple", a.Debian.Triple, a.String())
		once("triple", a.Debian.Libraries, a.String())
		for _, v := range a.Variants {
			once("variant", a.Name+"/"+v, a.String())
		}
	}
}

func TestVariant(t *testing.T) {
	for _, c := range []struct{ name, variant, platform, debian string }{
		{"amd64", "", "amd64", "amd64"},
		{"amd64", "v3", "amd64", "amd64"},
		{"arm64", "v9", "arm64", "arm64"},
		{"arm", "", "arm/v7", "armhf"},
		{"arm", "v7", "arm/v7", "armhf"},
		{"arm", "v6", "arm/v6", "armel"},
		{"arm", "v5", "arm/v6", "armel"},
		{"ppc64le", "", "ppc64le", "ppc64el"},
		{"loong64", "", "loong64", ""},
	} {
		if a, ok := Variant(c.name, c.variant); !ok || a.String() != c.platform || a.Debian.Name != c.debian {
			t.Errorf("%s %s: got %s, %q of Debian, %t", c.name, c.variant, a, a.Debian.Name, ok)
		}
	}
	if a, ok := Of("x86_64"); ok {
		t.Errorf("got %s for a word that is not the registry's", a)
	}
}

func TestWord(t *testing.T) {
	for word, want := range map[string]string{
		"arm64": "arm64", "aarch64": "arm64", "armhf": "arm/v7", "armel": "arm/v6", "arm": "arm", "x86": "386", "vax": "", "": "",
	} {
		if got := Word(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestTriples(t *testing.T) {
	for name, want := range map[string]string{
		"arm64": "aarch64-linux-gnu", "386": "i386-linux-gnu i686-linux-gnu", "arm": "arm-linux-gnueabihf arm-linux-gnueabi", "mips": "",
	} {
		if got := strings.Join(Triples(name), " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	names := Names()
	if len(names) != len(all)-1 || names[0] != "amd64" || slices.Index(names, "arm") != 2 {
		t.Errorf("got %v", names)
	}
}
