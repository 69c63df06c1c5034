package e2e

import (
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestCgoReads changes what C reads outside of its package's directory, which Go's own
// cache does not know: a header of the project, and the distribution's packages.
func TestCgoReads(t *testing.T) {
	lab := start(t)
	for _, c := range []struct{ header, packages, want string }{
		{"1", "[]", "1 0\n"},
		{"2", "[]", "2 0\n"},
		{"2", "[zlib1g-dev]", "2 1\n"},
	} {
		dir := project(t, strings.NewReplacer("VERSION", c.header, "PACKAGES", c.packages).Replace(cgoProject))
		ref := build(t, lab, dir, "cgo-reads")
		for _, platform := range platforms {
			result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stderr != c.want {
				t.Errorf("%s with V %s and packages %s: got %+v, %v, want %q", platform, c.header, c.packages, result, err, c.want)
			}
		}
	}
}

const cgoProject = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
build: {cgo: true, packages: PACKAGES}
-- go.mod --
module example.com/reads

go 1.26.0
-- include/v.h --
#define V VERSION
-- main.go --
package main

/*
#cgo CFLAGS: -I${SRCDIR}/include
#include "v.h"
#if defined(__has_include) && __has_include(<zlib.h>)
enum { zlib = 1 };
#else
enum { zlib = 0 };
#endif
*/
import "C"

func main() { println(int(C.V), int(C.zlib)) }
`
