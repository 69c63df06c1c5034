package spec

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

func (s *Spec) checkFiles(diags *diag.List) {
	seen := map[string]diag.Range{}
	for _, f := range s.Files {
		switch {
		case !f.From.IsSet() && !f.To.IsSet():
			diags.Errorf(f.Range, "got a file without \"from\" and \"to\"")
			continue
		case !f.From.IsSet() && f.Source.IsSet():
			diags.Errorf(f.Source.Range, "got \"source\" without \"from\"").Hint = "name the path in it to copy"
			continue
		case !f.From.IsSet() && !path.IsAbs(f.To.Value):
			diags.Errorf(f.To.Range, "got %q, want an absolute path in the image", f.To.Value).Hint = absolute(f.To.Value)
			continue
		case !f.From.IsSet() && path.Clean(f.To.Value) == "/":
			diags.Errorf(f.To.Range, "the root directory is there, and belongs to root").Hint = "name a directory"
			continue
		}
		if !f.checkFrom(diags) {
			continue
		}
		if f.To.IsSet() && !path.IsAbs(f.To.Value) {
			diags.Errorf(f.To.Range, "got %q, want an absolute path in the image", f.To.Value).Hint = "leave it out for a place in the working directory"
			continue
		}
		checkMounted(f.To, diags)
		// Many files may go into the same directory.
		to, into := f.Destination(s.WorkingDir())
		if first, twice := seen[to]; !into && twice {
			diags.Errorf(cmpRange(f.To, f.Range), "%q is written twice", to).Hint = alreadyIn(first)
		} else if !into {
			seen[to] = cmpRange(f.To, f.Range)
		}
	}
}

// cmpRange returns the range of a key, or of its block where it is not set.
func cmpRange(t Text, block diag.Range) diag.Range {
	if t.IsSet() {
		return t.Range
	}
	return block
}

// checkFrom reports whether what is to be copied can be; an entry without it is
// an empty directory.
func (f *File) checkFrom(diags *diag.List) bool {
	from := f.From
	if !from.IsSet() {
		return true
	}
	_, patternErr := path.Match(from.Value, "")
	before := len(*diags)
	switch {
	case strings.Contains(from.Value, "://"):
		diags.Errorf(from.Range, "got a URL, want a path in the build context").Hint = "build.script can download with \"network: default\"; an image's file needs its \"source\""
	case strings.HasPrefix(from.Value, "~"):
		diags.Errorf(from.Range, "%q is outside of the build context", from.Value).Hint = "copy it into the context, or name a \"source\" for it"
	case strings.Contains(from.Value, "\\"):
		diags.Errorf(from.Range, "got %q, want \"/\" between directories", from.Value)
	case strings.Contains(from.Value, " /"):
		src, dest, _ := strings.Cut(from.Value, " /")
		diags.Errorf(from.Range, "no destination in %q", from.Value).Hint = fmt.Sprintf("write %q", strings.TrimSpace(src)+":/"+dest)
	case patternErr != nil:
		diags.Errorf(from.Range, "got the broken pattern %q", from.Value).Hint = "close the \"[\""
	case !f.Source.IsSet() && !local(strings.TrimPrefix(from.Value, "/")):
		diags.Errorf(from.Range, "%q is outside of the build context", from.Value).Hint = "build from a directory that holds it, with \"project\" for this one, or name a \"source\""
	case isPattern(from.Value) && f.To.IsSet() && !strings.HasSuffix(f.To.Value, "/"):
		diags.Errorf(f.To.Range, "%q may be several files, want a directory to copy them into", from.Value).Hint = fmt.Sprintf("write %q", f.To.Value+"/")
	}
	return len(*diags) == before
}

func (s *Spec) checkBuildFiles(diags *diag.List) {
	for _, f := range s.Build.Files {
		switch {
		case !f.From.IsSet():
			diags.Errorf(f.Range, "got no \"from\"").Hint = "an empty directory belongs to \"files\""
		case !f.checkFrom(diags):
		case f.To.IsSet() && !local(f.To.Value):
			diags.Errorf(f.To.Range, "got %q, want a path relative to the build context", f.To.Value).Hint = "what goes into the image belongs to \"files\""
		case !f.Source.IsSet() && !f.To.IsSet():
			diags.Errorf(f.Range, "%q is in the source already", f.From.Value).Hint = "name another \"source\", or where it goes"
		}
		if !f.Owner.Range.IsZero() {
			diags.Errorf(f.Owner.Range, "owners mean nothing in the source").Hint = "remove \"owner\""
		}
	}
}
