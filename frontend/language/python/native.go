package python

import (
	"cmp"
	"path"
	"slices"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// compilers are packages of the distribution that compile C. Where the spec names one, as
// a Dockerfile does, the C of packages without a wheel and of the project is compiled.
var compilers = []string{"gcc", "g++", "build-essential"}

// targetDir has what C is compiled with of the target's Python, where that is another.
const targetDir = "/opt/target"

// wantsC returns where the spec names a compiler, false where it names none.
func (y *project) wantsC() (diag.Range, bool) {
	for _, p := range y.Spec.Build.Packages {
		if slices.Contains(compilers, p.Value) {
			return p.Range, true
		}
	}
	return diag.Range{}, false
}

// compiler returns what compiles C for a platform, "" where it is not compiled: nobody
// wants it, or the runtime has another C library than the toolchain compiles for.
func (y *project) compiler(target spec.Platform) string {
	if _, ok := y.wantsC(); !ok || y.runtime.libc != buildLibc {
		return ""
	}
	if target.Architecture == y.Host.Architecture {
		return "gcc"
	}
	a, _ := arch.Variant(target.Architecture, target.Variant)
	return a.Debian.Triple + "-gcc"
}

// crossCompilers returns the distribution's packages that C is compiled with beside those
// that the spec names: headers of the C library, and what compiles for another machine.
func (y *project) crossCompilers(target spec.Platform) []string {
	switch y.compiler(target) {
	case "":
		return nil
	case "gcc":
		return []string{"libc6-dev"}
	}
	a, _ := arch.Variant(target.Architecture, target.Variant)
	return append([]string{"libc6-dev"}, a.Compilers()...)
}

// compiles has a step compile C for a platform: with the packages of the recipe, and with
// the headers of the target's Python where that is not the builder's.
func (s *steps) compiles(step *language.Step, target spec.Platform) bool {
	compiler := s.compiler(target)
	if compiler == "" {
		return false
	}
	step.Args = append(step.Args, "--compiler", compiler)
	if compiler != "gcc" {
		step.Fetches = append(step.Fetches, language.Refs(s.headersFor(target))...)
	}
	return true
}

// headersFor returns the step that takes the headers of a target's Python, and what it
// says of how it was compiled, out of the official image: slim ones have both.
func (s *steps) headersFor(target spec.Platform) *language.Fetch {
	if s.headers == nil {
		a, _ := arch.Variant(target.Architecture, target.Variant)
		python := "python" + s.version.minor()
		at, _ := s.wantsC()
		s.headers = s.add(&language.Fetch{
			Step: language.Step{
				Name: "take the headers of Python", Platform: target, Dir: ".", Range: at,
				Args: []string{
					"cp", "-rL", path.Join(language.ImageDir, "usr/local/include", python),
					path.Join(language.ImageDir, "usr/local/lib", python, "_sysconfigdata__linux_"+a.Debian.Triple+".py"), targetDir,
				},
			},
			Image: imageOf(s.version.minor()), Output: targetDir, Sealed: true,
		})
	}
	return s.headers
}

// unsupported are build backends that make native code with compilers of their own, or
// for the builder alone.
var unsupported = []string{"maturin", "setuptools-rust", "scikit-build", "scikit-build-core", "meson-python", "py-build-cmake", "nanobind", "sip"}

// notBuilt reports packages of the context that only a backend builds that is not run
// here. A toolchain image of one's own may have what they want.
func (y *project) notBuilt() (diags diag.List) {
	if _, own := y.Toolchain(); own {
		return nil
	}
	for _, dir := range y.installed() {
		m, _ := manifestOf(y.Project, dir)
		if m.backend == nil {
			continue
		}
		for _, r := range m.backend.requires {
			if name := normal(requirementName.FindString(r)); slices.Contains(unsupported, name) {
				diags.Errorf(m.backend.rng, "%s is built by %s, which the toolchain has no compiler for", cmp.Or(m.name, dir), name).Hint =
					"build a wheel of it for each platform and lock that, or name an image that has the compiler by \"toolchain\" and build for the builder's platform"
			}
		}
	}
	return diags
}

// compiledDecision says that C is compiled, and by what.
func (y *project) compiledDecision(target spec.Platform) []language.Decision {
	compiler := y.compiler(target)
	if compiler == "" {
		return nil
	}
	at, _ := y.wantsC()
	return []language.Decision{{Name: "C code", Value: "compiled by " + compiler + " where there is no wheel", Why: at.FileLine()}}
}
