package build

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestUntold asks for the bill of a program that does not say what it is made of.
func TestUntold(t *testing.T) {
	g := gateway.New(t, text)
	g.Images = append([]string{"example.com/tool:latest"}, distroless...)
	g.Left = map[string]fstest.MapFS{"[made] make": {"app": {Data: trial.ELF("")}}}
	p := planned(t, text, linked(nil))
	p.Runtime.Variants = []string{"static"}
	p.Language.Contents = func(*language.Built) ([]bom.Package, error) { return nil, errors.New("silent") }
	b := builderOf(t, g)
	b.Bills = true
	_, err := b.Image(t.Context(), p)
	want := "2:13: cannot say what the image is made of: silent; leave out --sbom, or name a scanner: --attest type=sbom,generator=…"
	if got := lines(err); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
