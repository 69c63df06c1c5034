package frontend

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/attestations/sbom"
	"github.com/tonistiigi/go-csvvalue"

	"github.com/stagefront/stagefront/frontend/build"
	"github.com/stagefront/stagefront/frontend/diag"
)

// Build args by which a scanner is given more than the image.
const (
	scanContext = "BUILDKIT_SBOM_SCAN_CONTEXT"
	scanStage   = "BUILDKIT_SBOM_SCAN_STAGE"
)

// inventory is how it is written down what images are made of.
type inventory struct {
	own     bool         // by us, of what was built
	scanner sbom.Scanner // by a scanner of whoever builds; nil for none
	context bool         // whether the scanner looks at the build context too
	stages  []string     // whose results the scanner looks at too
}

// inventoryOf returns what whoever builds asked for: the documents of a scanner where
// one is named, else ours.
func (r *request) inventoryOf(ctx context.Context) (inventory, error) {
	if r.UI.SBOM == nil {
		return inventory{}, nil
	}
	out := inventory{own: !namesScanner(r.Gateway.BuildOpts().Opts)}
	var diags diag.List
	out.context, out.stages, diags = scanned(r.UI.BuildArgs)
	if out.own {
		diags.Add(r.unscanned())
	}
	if diags.Err() != nil || out.own {
		r.Warn(ctx, diags)
		return out, diags.Err()
	}
	platform := r.UI.BuildPlatforms[0]
	var err error
	out.scanner, err = sbom.CreateSBOMScanner(ctx, r.Gateway, r.UI.SBOM.Generator, platform, sourceresolver.Opt{
		LogName: "[sbom] resolve " + r.UI.SBOM.Generator,
		ImageOpt: &sourceresolver.ResolveImageOpt{
			Platform: &platform, ResolveMode: r.UI.ImageResolveMode.String(),
		},
	}, r.UI.SBOM.Parameters)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Range{}, "no scanner: %v", err)
		return out, diags
	}
	return out, nil
}

// namesScanner reports whether whoever builds names a scanner. BuildKit has a default,
// so what it hands on does not tell.
func namesScanner(opts map[string]string) bool {
	for key, value := range opts {
		if !strings.EqualFold(key, "attest:sbom") && !strings.EqualFold(key, "build-arg:BUILDKIT_ATTEST_SBOM") {
			continue
		}
		fields, _ := csvvalue.Fields(value, nil)
		if slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "generator=") }) {
			return true
		}
	}
	return false
}

// unscanned warns of what only a scanner could do.
func (r *request) unscanned() (diags diag.List) {
	var asked []string
	for _, name := range []string{scanContext, scanStage} {
		if _, given := r.UI.BuildArgs[name]; given {
			asked = append(asked, "build arg "+name)
		}
	}
	for name := range r.UI.SBOM.Parameters {
		if name != "type" { // as buildx writes --sbom=true
			asked = append(asked, "parameter "+strconv.Quote(name))
		}
	}
	slices.Sort(asked)
	for _, what := range asked {
		diags.Warnf(diag.Range{}, "%s is for a scanner, and none is named", what).Hint =
			"name one: --attest type=sbom,generator=…"
	}
	return diags
}

// scanned returns what a scanner looks at beside the image.
func scanned(args map[string]string) (context bool, stages []string, diags diag.List) {
	value := args[scanContext]
	context, err := strconv.ParseBool(value)
	if value != "" && err != nil {
		diags.Errorf(diag.Range{}, "got %s %q, want true or false", scanContext, value)
	}
	value = args[scanStage]
	if every, err := strconv.ParseBool(value); value == "" || err == nil {
		if every {
			stages = build.StageNames
		}
		return context, stages, diags
	}
	stages = strings.Split(value, ",")
	for _, name := range stages {
		if !slices.Contains(build.StageNames, name) {
			d := diags.Errorf(diag.Range{}, "%s names %q, which is no stage", scanStage, name)
			if d.Hint = diag.DidYouMean(name, build.StageNames); d.Hint == "" {
				d.Hint = "there are " + strings.Join(build.StageNames, ", ")
			}
		}
	}
	return context, stages, diags
}
