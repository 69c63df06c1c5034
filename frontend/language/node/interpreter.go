package node

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
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

// released is what an executable of node has in it of its release.
var released = regexp.MustCompile(`node\.js/v(\d+\.\d+\.\d+)`)

// interpreters returns the node of a runtime that nothing of a distribution's brought.
func interpreters(runtime fs.FS) ([]bom.Package, error) {
	for _, dir := range interpreterDirs {
		if dir == "usr/bin" || dir == "bin" {
			continue // of a distribution
		}
		f, err := runtime.Open(dir + "/node")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		version, err := releaseIn(f)
		if version == "" || err != nil {
			return nil, err
		}
		return []bom.Package{{Name: "node", Version: version, URL: bom.URL("generic", "node", version), CPE: "nodejs:node.js"}}, nil
	}
	return nil, nil
}

// releaseIn returns the release that an executable says it is of, "" where it says none.
// The whole is a hundred megabytes, of which a part is held at a time.
func releaseIn(f fs.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		return "", errors.New("it cannot be read in pieces")
	}
	const part, longest = 4 << 20, 64
	buf := make([]byte, part)
	for off := int64(0); off < info.Size(); off += part - longest {
		n, err := at.ReadAt(buf, off)
		if err != nil && err != io.EOF {
			return "", err
		}
		if m := released.FindSubmatch(buf[:n]); m != nil {
			return string(m[1]), nil
		}
	}
	return "", nil
}
