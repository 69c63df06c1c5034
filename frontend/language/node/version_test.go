package node

import "testing"

// TestAllows holds ranges of engines against releases, as npm reads them.
func TestAllows(t *testing.T) {
	for want, newest := range map[string]int{
		">=18": 26, "^22.18.0 || ^24": 24, "20.x || 22.x": 22, "22": 22, "v22": 22, ">=20 <23": 22, "<=24": 24, ">=20.0.0 , <25": 24,
		"22 - 24": 24, "18.0.0  -  22.x": 22, "20 - 22 || 24": 24, "~22.11.0": 0, ">=27": 0,
	} {
		got := 0
		for _, major := range distrolessMajors {
			if allows(want, major) {
				got = major
				break
			}
		}
		if got != newest {
			t.Errorf("%s: got %d, want %d", want, got, newest)
		}
	}
}

// TestWord reads what pins say.
func TestWord(t *testing.T) {
	for pin, want := range map[string]string{
		"24": "24", "v22.14.0": "22.14.0", "22.x": "22", "v22.11.*": "22.11", "22.x.x": "22", "lts/*": "26", "lts/Krypton": "24", "node": "26",
		"lts/next": "", "system": "", ">=22": "", "x": "", "": "",
	} {
		got, ok := word(pin)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v, want %q", pin, got, ok, want)
		}
	}
}
