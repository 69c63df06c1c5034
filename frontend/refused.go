package frontend

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/llb"
)

// keepGitDir is the build arg by which .git is in the build context of a repository.
const keepGitDir = "BUILDKIT_CONTEXT_KEEP_GIT_DIR"

// refused reports what whoever builds asked for and would not get.
func (r *request) refused() (diags diag.List) {
	diags.Add(r.noSuchStages(), r.moreSyntax())
	if value := r.UI.BuildArgs[keepGitDir]; value != "" {
		if _, err := strconv.ParseBool(value); err != nil {
			diags.Errorf(diag.Range{}, "got %s %q, want true or false", keepGitDir, value)
		}
	}
	return diags
}

// noSuchStages reports names of --no-cache-filter that no stage has: whoever wants
// something built anew would take the cache for it.
func (r *request) noSuchStages() (diags diag.List) {
	for name := range strings.SplitSeq(r.Gateway.BuildOpts().Opts["no-cache"], ",") {
		known := func(stage string) bool { return strings.EqualFold(stage, name) }
		if name == "" || slices.ContainsFunc(llb.AnewStages, known) {
			continue
		}
		d := diags.Errorf(diag.Range{}, "--no-cache-filter names %q, which is no stage", name)
		if d.Hint = diag.DidYouMean(name, llb.AnewStages); d.Hint == "" {
			d.Hint = "there are " + diag.Quoted(llb.AnewStages)
		}
	}
	return diags
}

// moreSyntax reports words after the image that the syntax line names, or the build arg in
// its place: clients hand them on, and they mean nothing here.
func (r *request) moreSyntax() (diags diag.List) {
	_, words, _ := strings.Cut(strings.TrimSpace(r.Gateway.BuildOpts().Opts["cmdline"]), " ")
	if words != "" {
		diags.Errorf(r.doc.Syntax().Range, "the frontend takes no arguments, got %q", words).Hint =
			"end the syntax line after the image; everything else is a key of the spec"
	}
	return diags
}

// lacking warns of what this build, unlike others, does not have: limits that the daemon does
// not know, and the time of a build context that has none.
func (r *request) lacking() (diags diag.List) {
	for _, flag := range llb.Unlimited(r.Gateway.BuildOpts().LLBCaps, r.limits()) {
		diags.Warnf(diag.Range{}, "this BuildKit does not know %s, so no step has that limit", flag).Hint =
			"take a newer one, or limit the builder itself"
	}
	if r.UI.BuildArgs["SOURCE_DATE_EPOCH"] == "context" && !r.source.dated {
		diags.Warnf(diag.Range{}, "the build context has no time for SOURCE_DATE_EPOCH, so files are of 1970").Hint =
			"a repository and an archive of a server have one; else give seconds since 1970"
	}
	return diags
}

// saysName reports whether a spec has a name, and not only longer ones that it is a part of:
// "debian" is another name than "debian:trixie".
func saysName(spec []byte, name string) bool {
	const other = `[^\w./:@-]`
	return regexp.MustCompile(`(^|` + other + `)` + regexp.QuoteMeta(name) + `:?($|` + other + `)`).Match(spec)
}

// untaken warns of contexts that whoever builds gave and that nothing was replaced by. One
// whose name is in the spec is for another target.
func (r *request) untaken() (diags diag.List) {
	given, asked := r.Untaken()
	for _, name := range given {
		if saysName(r.File.Data, name) {
			continue
		}
		d := diags.Warnf(diag.Range{}, "the context %q is given, and nothing in this build has that name", name)
		if d.Hint = diag.DidYouMean(name, asked); d.Hint == "" && len(asked) > 0 {
			d.Hint = "there are " + diag.Few(asked, 5)
		}
	}
	return diags
}
