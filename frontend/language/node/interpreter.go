package node

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// interpreter is what runs the program.
type interpreter struct {
	path string // in the image
	libc string // that it is linked to, in npm's words: "glibc", "musl"
}

var interpreterDirs = []string{"usr/local/bin", "usr/bin", "nodejs/bin", "opt/nodejs/bin", "bin"}

var majorDefine = regexp.MustCompile(`(?m)^#define NODE_MAJOR_VERSION (\d+)`)

// interpreterOf returns the interpreter of a custom runtime and its major version,
// "" where its headers are not there to say one. The error names the places that
// were looked at.
func interpreterOf(p *language.Project) (r interpreter, major string, diags diag.List) {
	for _, dir := range interpreterDirs {
		if !language.IsFile(p.Runtime, dir+"/node") {
			continue
		}
		r = interpreter{"/" + dir + "/node", "glibc"}
		if musl, _ := fs.Glob(p.Runtime, "lib/ld-musl-*"); len(musl) > 0 {
			r.libc = "musl"
		}
		header, _ := fs.ReadFile(p.Runtime, path.Join(path.Dir(dir), "include/node/node_version.h"))
		if m := majorDefine.FindSubmatch(header); m != nil {
			major = string(m[1])
		}
		return r, major, nil
	}
	diags.Errorf(p.Spec.Runtime.Range, "the runtime has no node in /%s", strings.Join(interpreterDirs, ", /"))
	return interpreter{}, "", diags
}
