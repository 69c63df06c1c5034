package rust

import (
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/trial"
)

// TestSatisfies holds requirements against versions that they allow, and that they do
// not: "allowed | refused".
func TestSatisfies(t *testing.T) {
	for requirement, versions := range map[string]string{
		"1.2.3":        "1.2.3 1.9.0 1.2.4+build | 1.2.2 2.0.0 2.0.0-alpha",
		"^0.2.3":       "0.2.3 0.2.9 | 0.3.0 0.2.2",
		"0.0.3":        "0.0.3 | 0.0.4",
		"0":            "0.0.1 0.9.9 | 1.0.0",
		"1":            "1.0.0 1.99.0 | 2.0.0",
		"~1.2":         "1.2.0 1.2.9 | 1.3.0",
		"~1":           "1.0.0 1.9.9 | 2.0.0",
		"=1.2":         "1.2.0 1.2.5 | 1.3.0",
		"= 1.2.3":      "1.2.3 | 1.2.4",
		"1.*":          "1.0.0 1.5.0 | 2.0.0",
		"*":            "0.0.1 9.9.9 |",
		">=1.2, <1.5":  "1.2.0 1.4.9 | 1.1.9 1.5.0",
		">1.2":         "1.3.0 | 1.2.5 1.2.0",
		"<=1.2":        "1.2.9 1.0.0 | 1.3.0",
		"1.0.0-beta.2": "1.0.0-beta.2 1.0.0 | 1.0.0-beta.1",
		"what, ever":   "1.0.0 |",
		"":             "1.0.0 |",
	} {
		allowed, refused, _ := strings.Cut(versions, "|")
		for _, v := range strings.Fields(allowed) {
			if !satisfies(v, requirement) {
				t.Errorf("%q refuses %s", requirement, v)
			}
		}
		for _, v := range strings.Fields(refused) {
			if satisfies(v, requirement) {
				t.Errorf("%q allows %s", requirement, v)
			}
		}
	}
}

// TestMatches holds conditions of the configuration against a platform.
func TestMatches(t *testing.T) {
	p, err := platformOf(trial.ARM64, true)
	if err != nil {
		t.Fatal(err)
	}
	for condition, want := range map[string]bool{
		`cfg(unix)`:                        true,
		`cfg(windows)`:                     false,
		`cfg(target_os = "linux")`:         true,
		`cfg(target_env = "gnu")`:          false,
		`cfg(not(target_env="gnu"))`:       true,
		`cfg(target_pointer_width = "64")`: true,
		`cfg(target_endian = "big")`:       false,
		`cfg(all(target_os = "linux", any(target_arch = "arm", target_arch = "aarch64")))`: true,
		`cfg(all(unix, target_arch = "x86_64"))`:                                           false,
		`cfg(any())`:                                                                       false,
		`cfg(all())`:                                                                       true,
		`cfg(all(unix`:                                                                     true,
		`cfg(feature = "open`:                                                              false,
		strings.Repeat("all(", 99):                                                         false,
		`cfg(`:                                                                             true,
	} {
		if got := p.matches(condition); got != want {
			t.Errorf("%s: got %v, want %v", condition, got, want)
		}
	}
}

// FuzzConditions reads any requirement and condition: nothing panics, and it ends.
func FuzzConditions(f *testing.F) {
	f.Add(">=1.2, <1.5", "1.4.0", `cfg(all(unix, not(target_env = "musl")))`)
	f.Add("~0.*.1-x", "v", `cfg(a = ")", any(,)`)
	p, err := platformOf(trial.ARM64, false)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, requirement, have, condition string) {
		satisfies(have, requirement)
		p.matches(condition)
		if s := tomlString(condition); strings.ContainsAny(s, "\n\x00") {
			t.Errorf("%q has a control character", s)
		}
	})
}
