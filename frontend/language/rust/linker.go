package rust

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// linker returns the linker that the configuration names for a target, nil for none.
func (c *config) linker(target platform) *toml.Value {
	for _, table := range c.tables(target) {
		if v := table.Get("linker"); v != nil {
			return v
		}
	}
	return nil
}

// tables returns what the configuration says of a target: by its triple, else by a
// condition that holds for it.
func (c *config) tables(target platform) (tables []*toml.Value) {
	for _, f := range c.files {
		if v := f.root.Get("target", target.triple); v != nil {
			tables = append(tables, v)
		}
	}
	for _, f := range c.files {
		for _, condition := range f.root.Get("target").Names() {
			if strings.HasPrefix(condition, "cfg(") && target.matches(condition) {
				tables = append(tables, f.root.Get("target", condition))
			}
		}
	}
	return tables
}

// fused are the linkers that the C compiler is told to run by flags of the
// configuration, each with its place:
//
//	rustflags = ["-C", "link-arg=-fuse-ld=mold"]
func (c *config) fused(target platform) (linkers []diag.Text) {
	for _, word := range c.rustflags(target) {
		if _, name, ok := strings.Cut(word.Value, "-fuse-ld="); ok {
			linkers = append(linkers, diag.Text{Value: name, Range: word.Range})
		}
	}
	return linkers
}

// providers are packages of the distribution, by the linkers that they have.
var providers = map[string]string{"clang": "clang", "ld.lld": "lld", "lld": "lld", "mold": "mold"}

// linkerMissing reports linkers of the configuration that the toolchain does not have.
// Whoever names an image of their own knows what is in there.
func (c *config) linkerMissing(p *language.Project, target platform) (diags diag.List) {
	if p.Spec.Toolchain.IsSet() {
		return nil
	}
	triple := target.debian.Triple
	if v := c.linker(target); v != nil {
		has := []string{"cc", "gcc", "ld", "rust-lld", "self-contained", triple + "-gcc", triple + "-ld"}
		diags.Add(lacksLinker(p, diag.Text{Value: v.Text(), Range: v.Range}, has))
	}
	has := []string{"bfd", "gold"} // until trixie
	if target.triple == "x86_64-unknown-linux-gnu" {
		has = append(has, "lld") // rustc brings it along
	}
	for _, l := range c.fused(target) {
		diags.Add(lacksLinker(p, l, has))
	}
	return diags
}

// lacksLinker reports a linker that is neither one of those that are there nor in a
// package of the spec. Whoever names packages knows what is in those that we do not know.
func lacksLinker(p *language.Project, linker diag.Text, has []string) (diags diag.List) {
	name := linker.Value
	wanted := providers[strings.TrimRight(name, "-0123456789")]
	asked := func(k string) bool { return strings.HasPrefix(k, wanted) } // any, where none is known
	if strings.Contains(name, "/") || slices.Contains(has, name) || slices.ContainsFunc(p.Spec.Build.Packages.Values(), asked) {
		return nil
	}
	d := diags.Errorf(linker.Range, "the toolchain has no linker %q", name)
	d.Hint = "remove it to link with what the recipe brings, or add the package that has it to build.packages"
	if wanted != "" {
		d.Hint = fmt.Sprintf("write \"build: {packages: [%s]}\", or remove it to link with what the recipe brings", wanted)
	}
	return diags
}
