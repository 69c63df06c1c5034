package spec

import (
	"path"
	"strings"
)

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

// isPattern reports whether a path may be several.
func isPattern(p string) bool { return strings.ContainsAny(p, "*?[") }
