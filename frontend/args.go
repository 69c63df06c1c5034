package frontend

import (
	"maps"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/languages"
)

// unknownArgs warns of build args that nothing in the spec or the product reads.
func (r *request) unknownArgs() (diags diag.List) {
	// Those of all targets: a file is often built by one command for all of them.
	known := slices.Concat(r.doc.ArgNames(), proxies, predeclared)
	for _, l := range languages.All {
		known = append(known, l.Mirrors...)
	}
	var names []string
	for name := range r.UI.BuildArgs {
		// Of proxies both spellings count, of others the one that is declared.
		if !slices.Contains(known, name) && !slices.Contains(proxies, strings.ToUpper(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		d := diags.Warnf(diag.Range{}, "build arg %q is not declared", name)
		d.Rule = "UndeclaredArg"
		if d.Hint = diag.DidYouMean(name, known); d.Hint == "" {
			d.Hint = "declare it under build.args"
		}
	}
	return diags
}

// proxies are the build args that name proxies, and what is asked without one.
var proxies = []string{"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"}

// apartArg is the build arg by which whoever builds has dependencies compiled in a step of
// their own, as a build has them that imports a cache: the first one that exports one.
const apartArg = "STAGEFRONT_COMPILE_APART"

// predeclared are the other build args that mean something everywhere.
var predeclared = []string{
	"SOURCE_DATE_EPOCH", daemon.TraceArg, apartArg,
	"BUILDKIT_ATTEST_PROVENANCE", "BUILDKIT_ATTEST_SBOM",
	"BUILDKIT_BUILD_NAME", "BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
	"BUILDKIT_DOCKERFILE_CHECK", "BUILDKIT_GIT_ADVICE", "BUILDKIT_INLINE_CACHE",
	"BUILDKIT_MULTI_PLATFORM", "BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_SBOM_SCAN_CONTEXT",
	"BUILDKIT_SBOM_SCAN_STAGE", "BUILDKIT_SYNTAX",
}

// proxyPasswords warns of proxies with a password in them. BuildKit keeps proxies out of
// cache keys and images, and lists all build args in full provenance.
func (r *request) proxyPasswords() (diags diag.List) {
	for _, name := range slices.Sorted(maps.Keys(r.UI.BuildArgs)) {
		if !strings.HasSuffix(strings.ToUpper(name), "_PROXY") || !strings.Contains(r.UI.BuildArgs[name], "@") {
			continue
		}
		diags.Warnf(diag.Range{}, "build arg %s has a password in it, which full provenance of the image shows", name).Hint =
			"take a proxy that asks for none, or push with --provenance=mode=min"
	}
	return diags
}
