package frontend

import (
	"maps"
	"slices"
	"strings"
	"testing"

	gwpb "github.com/moby/buildkit/frontend/gateway/pb"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestInventory asks for a bill of materials without naming a scanner.
func TestInventory(t *testing.T) {
	g := gateway.New(t, "language: go\n")
	g.Opts["attest:sbom"] = "type=sbom,color=blue"
	g.Opts["build-arg:"+scanContext] = "true"
	out, err := Build(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(out.Attestations)); !slices.Equal(got, []string{"linux/amd64", "linux/arm64"}) {
		t.Errorf("got attestations for %q, want one for each platform", got)
	}
	for platform, all := range out.Attestations {
		if len(all) != 1 || all[0].Kind != gwpb.AttestationKind_InToto || all[0].Path != "/sbom.spdx.json" || all[0].InToto.PredicateType != "https://spdx.dev/Document" {
			t.Errorf("%s: got %+v", platform, all)
		}
	}
	var texts []string
	for _, w := range g.Warnings {
		texts = append(texts, w.Text)
	}
	const hint = " is for a scanner, and none is named; name one: --attest type=sbom,generator=…"
	want := []string{"build arg " + scanContext + hint, `parameter "color"` + hint}
	if !slices.Equal(texts, want) {
		t.Errorf("got warnings %q, want %q", texts, want)
	}
}

// TestInventoryOfTargets asks for the bill of what is no image to run: where there is none,
// BuildKit lets its own scanner make one. And it asks for nothing.
func TestInventoryOfTargets(t *testing.T) {
	for target, asked := range map[string]bool{"": false, "test": true, "binary": true} {
		g := gateway.New(t, "language: go\n")
		if g.Opts["target"] = target; asked {
			g.Opts["attest:sbom"] = ""
		}
		out, err := Build(t.Context(), g)
		if err != nil || (len(out.Attestations) == 2) != asked {
			t.Errorf("target %q: got %v and %v, want attestations for both platforms: %v", target, err, out, asked)
		}
	}
}

// TestScanned reads what a scanner is to look at.
func TestScanned(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "false": "", "true": "toolchain fetch compile", "compile,fetch": "compile fetch",
	} {
		_, stages, diags := scanned(map[string]string{scanStage: value})
		if got := strings.Join(stages, " "); got != want || len(diags) > 0 {
			t.Errorf("%q: got %s and %v, want %s", value, got, diags, want)
		}
	}
	for arg, want := range map[string]string{
		scanStage + "=compile,compil": scanStage + ` names "compil", which is no stage`,
		scanContext + "=maybe":        "got " + scanContext + ` "maybe", want true or false`,
	} {
		name, value, _ := strings.Cut(arg, "=")
		if _, _, diags := scanned(map[string]string{name: value}); len(diags) != 1 || diags[0].Message != want {
			t.Errorf("%s: got %v, want %s", arg, diags, want)
		}
	}
}

// TestNamesScanner tells a scanner that is named from BuildKit's default.
func TestNamesScanner(t *testing.T) {
	for asked, want := range map[string]bool{
		"": false, "word=generator=no": false, "generator=docker/buildkit-syft-scanner:stable-1": true, `a=b,"generator=x"`: true,
	} {
		g := gateway.New(t, "")
		g.Opts["attest:sbom"] = asked
		if got := namesScanner(g.Opts); got != want {
			t.Errorf("%q: got %t", asked, got)
		}
	}
	if !namesScanner(map[string]string{"build-arg:BUILDKIT_ATTEST_SBOM": "generator=x"}) {
		t.Error("the build arg is not read")
	}
}
