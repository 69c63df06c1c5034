package bom

import (
	"runtime/debug"
	"testing"
)

// TestModule names modules as the go command shows them, by what replaces them.
func TestModule(t *testing.T) {
	const sum = "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	for _, c := range []struct {
		module debug.Module
		want   Package
	}{
		{debug.Module{Path: "golang.org/x/text", Version: "v0.3.0", Sum: sum}, Package{
			Name: "golang.org/x/text", Version: "v0.3.0", URL: "pkg:golang/golang.org/x/text@v0.3.0",
			Hashes: []Hash{{Algorithm: "SHA256", Value: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}},
		}},
		{debug.Module{Path: "example.com/app", Version: "(devel)"}, Package{Name: "example.com/app", URL: "pkg:golang/example.com/app"}},
		{debug.Module{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.1.0", Sum: "h1:bad"}},
			Package{Name: "example.com/fork", Version: "v1.1.0", URL: "pkg:golang/example.com/fork@v1.1.0", Note: "in the place of example.com/old v1.0.0"}},
		{debug.Module{Path: "example.com/local", Version: "v0.0.0", Replace: &debug.Module{Path: "./local", Version: "(devel)"}},
			Package{Name: "example.com/local", URL: "pkg:golang/example.com/local", Note: "from the directory ./local"}},
	} {
		got := Module(&c.module)
		if got.Name != c.want.Name || got.Version != c.want.Version || got.URL != c.want.URL || got.Note != c.want.Note ||
			len(got.Hashes) != len(c.want.Hashes) || len(got.Hashes) > 0 && got.Hashes[0] != c.want.Hashes[0] {
			t.Errorf("%+v: got %+v, want %+v", c.module, got, c.want)
		}
	}
}
