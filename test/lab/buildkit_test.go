package main

import (
	"slices"
	"testing"
)

func TestReleasesSince(t *testing.T) {
	got := releasesSince("v0.9.1", []string{"v0.9.0", "v0.9.1", "v0.10.0", "v0.11.0-rc1", "v0.9.2"})
	if want := []string{"v0.10.0", "v0.9.2", "v0.9.1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
