package spec

import (
	"cmp"
	"fmt"
	"path"
	"strings"
)

// File is something that goes into the image beside the program. The short
// form is SRC or SRC:DEST.
type File struct {
	// Where `from` is looked up: a named context of whoever builds (`--build-context`),
	// else a target of this file, else an image.
	// Default: the build context.
	Source Text `spec:"source" said:"context,image,stage"`
	// Path in the source, relative to its root; a pattern may match several. A link that
	// is named is followed, those in a directory stay links. Without it, `to` is an empty
	// directory that belongs to the user.
	From Text `spec:"from" said:"src,path"`
	// Where it goes: an absolute path in the image; in `build.files` a path relative to
	// the build context. One that ends in a slash is a directory to copy into.
	// Default: `from`, below the working directory.
	To Text `spec:"to" said:"dst,dest,destination,target"`
	// Permissions in octal, quoted or not.
	// Default: `0755` where the source is executable, else `0644`; `0775` for an empty
	// directory.
	Mode Mode `spec:"mode" said:"chmod,permissions"`
	// Owner in the image: a name that the runtime knows, or a uid with or without a gid.
	// Default: `root`; the user for an empty directory.
	Owner User `spec:"owner" said:"chown,user,uid"`

	Range Range
}

// Files is a list of files.
type Files []File

// decode reads a map of a file's keys, or SRC[:DEST].
func (f *File) decode(d *decoder, n *node) {
	f.Range = n.rng
	if n.kind == mapNode {
		d.fields(n, f)
		return
	}
	t, ok := d.text(n)
	if !ok {
		return
	}
	from, to, has := strings.Cut(t.Value, ":")
	if strings.Contains(t.Value, "://") {
		from, to, has = t.Value, "", false // the check of paths says what is wrong with a URL
	}
	dest, _, more := strings.Cut(to, ":")
	switch {
	case from == "" || has && dest == "":
		d.diags.Errorf(n.rng, "got %q, want SRC or SRC:DEST", t.Value).Hint = "an empty directory is {to: DEST}"
	case more:
		d.diags.Errorf(n.rng, "got %q, want SRC:DEST", t.Value).Hint = fmt.Sprintf("write %q; other keys need the long form {from: …, to: …, mode: …}", from+":"+dest)
	default:
		f.From = Text{Value: from, Range: n.rng}
		if has {
			f.To = Text{Value: to, Range: n.rng}
		}
	}
}

func (f *Files) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := "write \"- SRC:DEST\" for each"
		if n.kind == scalarNode {
			hint = "write [" + quoteWords(n.text) + "]"
		}
		d.mismatch(n, "list").Hint = hint
		return
	}
	for _, item := range n.items {
		if item.kind != scalarNode && item.kind != mapNode {
			d.mismatch(item, "SRC[:DEST] or map").Hint = "write \"SRC:DEST\", or {from: SRC, to: DEST}"
			continue
		}
		x, before := File{}, len(d.diags)
		x.decode(d, item)
		if len(d.diags) == before { // else the checks would complain of what is missing
			*f = append(*f, x)
		}
	}
}

// Destination returns where an entry of `files` goes in an image whose working
// directory is given: an absolute, clean path. One to copy into, under the names
// that things have in their source, ends in a slash, and into is set; of an entry
// without `from` it is the directory that is made.
//
//	config/server.yaml         /app/config/server.yaml
//	config/*.yaml              /app/config/
//	migrations:/srv/sql        /srv/sql
//	migrations/*.sql:/srv/     /srv/
//	{to: /var/lib/shop/}       /var/lib/shop
func (f File) Destination(workdir string) (to string, into bool) {
	if !f.To.IsSet() {
		return f.named(workdir)
	}
	return directory(path.Clean(f.To.Value), f.From.IsSet() && strings.HasSuffix(f.To.Value, "/"))
}

// Path returns what is copied: a path, or a pattern of some, from the root of the build
// context or of the source, as fs.FS wants it.
func (f File) Path() string {
	return cmp.Or(strings.TrimPrefix(path.Clean("/"+f.From.Value), "/"), ".")
}

// Place returns where an entry of `build.files` goes in the source, as a path
// from the root of the build context; of one to copy into it is as Destination's.
//
//	{source: web, from: /dist}                  /dist
//	{source: web, from: /dist/*.js}             /dist/
//	{source: web, from: /dist, to: web/dist}    /web/dist
//	{source: web, from: /a.js, to: web/}        /web/
func (f File) Place() (to string, into bool) {
	if !f.To.IsSet() {
		return f.named("/")
	}
	return directory(path.Join("/", f.To.Value), strings.HasSuffix(f.To.Value, "/"))
}

// named returns where a file goes that keeps its name, below a directory.
func (f File) named(dir string) (to string, into bool) {
	from := path.Clean("/" + f.From.Value)
	if isPattern(from) {
		return directory(path.Join(dir, path.Dir(from)), true)
	}
	return path.Join(dir, from), false
}

// directory returns a clean path with a slash at its end where into is set.
func directory(p string, into bool) (string, bool) {
	if into && p != "/" {
		p += "/"
	}
	return p, into
}

// Overlap reports whether two absolute paths are the same or one is below the other, so
// that what is copied to one may be in the place of what is at the other.
func Overlap(a, b string) bool {
	a, b = path.Clean(a), path.Clean(b)
	return a == b || isBelow(a, b) || isBelow(b, a)
}

// isBelow reports whether a clean path is below a directory.
func isBelow(p, dir string) bool { return strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") }

// FileOver returns the first entry of `files` that copies something to a place in the
// image which overlaps one of the program's. A working directory that the runtime alone
// knows is taken for the usual one.
func (s *Spec) FileOver(place string) (File, bool) {
	for _, f := range s.Files {
		if to, _ := f.Destination(s.WorkingDir()); f.From.IsSet() && Overlap(to, place) {
			return f, true
		}
	}
	return File{}, false
}

// isPattern reports whether a path may be several.
func isPattern(p string) bool { return strings.ContainsAny(p, "*?[") }
