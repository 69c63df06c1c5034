package language_test

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// TestNativeCPU reads flags in all the ways in which compilers take them.
func TestNativeCPU(t *testing.T) {
	for flags, want := range map[string]int{
		"": 0, "-O2 -march=native": 1, "-mcpu=native": 1, "-C target-cpu=native": 1, "-Ctarget-cpu=native -O": 1,
		"--cfg\x1fa\x1f-Ctarget-cpu=native": 1, "-march=x86-64-v3": 0, "-march=native-like": 0, "a -march=native b -mcpu=native": 2,
	} {
		if got := language.NativeCPU(diag.Range{}, flags); len(got) != want {
			t.Errorf("%q: got %v, want %d", flags, got, want)
		}
	}
}
