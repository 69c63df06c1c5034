package llb

import "testing"

func TestEpoch(t *testing.T) {
	for value, want := range map[string]int64{"": 0, "0": 0, "1700000000": 1700000000} {
		if got, err := Epoch(value); err != nil || got.Unix() != want {
			t.Errorf("%q: got %v, %v, want %d", value, got, err, want)
		}
	}
	if got, err := Epoch("yesterday"); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
