package python

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// interpreter is what runs the program.
type interpreter struct {
	path string // its path in the image
	libc string // as uv names it for wheels: "manylinux_2_40", "musl"
}

// interpreterOf returns the interpreter of a custom runtime and its minor version.
// The error names the places that were looked at.
func interpreterOf(p *language.Project, wanted string) (r interpreter, minor string, diags diag.List) {
	var found []string
	for _, dir := range []string{"usr/local/bin", "usr/bin", "opt/python/bin", "bin"} {
		entries, _ := fs.ReadDir(p.Runtime, dir)
		for _, e := range entries {
			if v, ok := strings.CutPrefix(e.Name(), "python"); ok && exactVersion.MatchString(v) && strings.Count(v, ".") == 1 {
				found = append(found, dir+"/"+e.Name())
			}
		}
	}
	// The newest first: 3.13 comes before 3.7.
	slices.SortStableFunc(found, func(a, b string) int { return minorOf(b) - minorOf(a) })
	i := slices.IndexFunc(found, func(f string) bool { return wanted == "" || strings.HasSuffix(f, "python"+wanted) })
	if i < 0 {
		d := diags.Errorf(p.Spec.Runtime.Range, "the runtime has no python%s in /usr/local/bin, /usr/bin, /opt/python/bin or /bin", wanted)
		if len(found) > 0 {
			d.Hint = "it has /" + strings.Join(found, ", /")
		}
		return interpreter{}, "", diags
	}
	_, minor, _ = strings.Cut(path.Base(found[i]), "python")
	return interpreter{"/" + found[i], libcOf(p.Runtime)}, minor, nil
}

// minorOf returns the minor version of an interpreter's path: 13 of "usr/bin/python3.13".
func minorOf(file string) int {
	return number(file[strings.LastIndex(file, ".")+1:])
}

// loads returns the C library that native code is loaded with.
func (i interpreter) loads() string {
	if i.libc == "musl" {
		return "musl"
	}
	return "glibc"
}

var patchLevel = regexp.MustCompile(`(?m)^#define PY_VERSION\s+"([^"]+)"`)

// interpreters returns those of a runtime that nothing of a distribution's brought, by
// their own headers.
func interpreters(runtime fs.FS) (all []bom.Package, err error) {
	for _, dir := range []string{"usr/local", "opt/python"} {
		headers, _ := fs.Glob(runtime, dir+"/include/python3.*/patchlevel.h")
		for _, name := range headers {
			data, err := fs.ReadFile(runtime, name)
			if err != nil {
				return nil, err
			}
			if m := patchLevel.FindSubmatch(data); m != nil {
				version := string(m[1])
				all = append(all, bom.Package{Name: "python", Version: version, URL: bom.URL("generic", "python", version), CPE: "python:python"})
			}
		}
	}
	return all, nil
}
