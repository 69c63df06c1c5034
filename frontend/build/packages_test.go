package build

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestPackages puts into the image what packages have for run time and the runtime
// lacks, and tells of those that leave nothing.
func TestPackages(t *testing.T) {
	unpacked := fstest.MapFS{
		"libraries/libc6/usr/lib/x86_64-linux-gnu/libc.so.6":            {},
		"libraries/libmagic1t64/usr/lib/x86_64-linux-gnu/libmagic.so.1": {},
		"data/libmagic-mgc/usr/lib/file/magic.mgc":                      {},
	}
	const runs = "name the package of the library that the program loads: libpq5, not libpq-dev"
	static, dynamic := &fstest.MapFile{Data: trial.ELF("")}, elf("libc.so.6")
	for _, c := range []struct {
		name, packages string
		program        *fstest.MapFile
		runtime        string // what the runtime says that it has
		want           string // the copies
		warning        string
	}{
		{"none", "[]", dynamic, "var/lib/dpkg/status.d/libc6", "", ""},
		{"what distroless lacks", "[libmagic1t64]", dynamic, "var/lib/dpkg/status.d/libc6", "/data/libmagic-mgc /, /libraries/libmagic1t64 /", ""},
		{"what an image of Debian lacks", "[libmagic1t64]", dynamic, "var/lib/dpkg/status", "/data/libmagic-mgc /, /libraries/libmagic1t64 /", ""},
		{"for a program without a loader", "[libmagic-mgc]", static, "", "/data/libmagic-mgc /", ""},
		{"to compile with", "[libpq-dev]", dynamic, "var/lib/dpkg/status.d/libc6", "",
			"package libpq-dev leaves nothing in the image, and nothing is compiled with it; " + runs},
		{"a library for a program without a loader", "[libmagic1t64]", static, "", "/data/libmagic-mgc /",
			"package libmagic1t64 leaves nothing in the image, and nothing is compiled with it; " + runs},
	} {
		g := gateway.New(t, text)
		g.Images = append([]string{"example.com/tool:latest"}, distroless...)
		base := fstest.MapFS{c.runtime: file(installedRuntime)}
		for name, f := range loader {
			base[name] = f
		}
		g.Contents = map[string]fstest.MapFS{"gcr.io/distroless/base": base}
		g.Left = map[string]fstest.MapFS{"[made] make": {"app": c.program}, "[made linux/amd64] unpack": unpacked}
		p := planned(t, "language: made\nbuild:\n  packages: "+c.packages+"\n", linked(nil))
		p.Runtime.Variants = []string{"static", "base"}
		made, err := builderOf(t, g).Image(t.Context(), p)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := copies(t, made, "packages"); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
		if len(g.Warnings) > 0 != (c.warning != "") || c.warning != "" && !strings.HasPrefix(g.Warnings[0].Text, c.warning) {
			t.Errorf("%s: got warnings %+v, want %s", c.name, g.Warnings, c.warning)
		}
	}
}

// installedRuntime is dpkg's database of a runtime, which had a package that was removed.
const installedRuntime = `Package: libc6
Status: install ok installed

Package: libmagic1t64
Status: deinstall ok config-files
`
