package python

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/trial"
)

func TestFits(t *testing.T) {
	for _, c := range []struct {
		libc, file string
		want       bool
	}{
		{"manylinux_2_40", "a-1-py3-none-any.whl", true},
		{"manylinux_2_40", "a-1-py2.py3-none-any.whl", true},
		{"manylinux_2_40", "a-1-py2-none-any.whl", false},
		{"manylinux_2_40", "a-1-py314-none-any.whl", false},
		{"manylinux_2_40", "a-1-cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", true},
		{"manylinux_2_40", "a-1-1build-cp313-cp313-manylinux_2_28_aarch64.whl", true},
		{"manylinux_2_40", "a-1-cp313-cp313t-manylinux_2_28_aarch64.whl", false},
		{"manylinux_2_40", "a-1-cp312-cp312-manylinux_2_28_aarch64.whl", false},
		{"manylinux_2_40", "a-1-cp39-abi3-manylinux_2_28_aarch64.whl", true},
		{"manylinux_2_40", "a-1-cp314-abi3-manylinux_2_28_aarch64.whl", false},
		{"manylinux_2_40", "a-1-py3-none-manylinux_2_41_aarch64.whl", false},
		{"manylinux_2_40", "a-1-py3-none-manylinux2014_x86_64.whl", false},
		{"manylinux_2_40", "a-1-py3-none-musllinux_1_2_aarch64.whl", false},
		{"manylinux_2_40", "a-1-py3-none-macosx_11_0_arm64.whl", false},
		{"manylinux_2_40", "a-1-py3-none-linux_aarch64.whl", true},
		{"manylinux_2_40", "a-1.tar.gz", false},
		{"musl", "a-1-py3-none-musllinux_1_2_aarch64.whl", true},
		{"musl", "a-1-py3-none-manylinux_2_17_aarch64.whl", false},
	} {
		on, ok := wheelsFor(trial.ARM64, c.libc)
		if got := on.fits(c.file, "3.13"); !ok || got != c.want {
			t.Errorf("%s on %s: got %t, want %t", c.file, on.name, got, c.want)
		}
	}
}

// TestNeedsSource builds nothing where every package has a wheel or no source.
func TestNeedsSource(t *testing.T) {
	on, _ := wheelsFor(trial.ARM64, "manylinux_2_40")
	for want, packages := range map[bool][][]string{
		false: {{}, {"a-1-py3-none-any.whl", "a-1.tar.gz"}, {"b-1-py3-none-win_amd64.whl"}},
		true:  {{"a-1-py3-none-any.whl"}, {"b-1-py3-none-win_amd64.whl", "b-1.tar.gz"}},
	} {
		l := &lockfile{}
		for _, files := range packages {
			l.packages = append(l.packages, locked{"p", files})
		}
		if got := l.needsSource(on, "3.13"); got != want {
			t.Errorf("%v: got %t", packages, got)
		}
	}
	if !(&lockfile{open: true}).needsSource(on, "3.13") {
		t.Errorf("nothing is built where the files are not known")
	}
}
