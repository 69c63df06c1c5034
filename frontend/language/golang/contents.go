package golang

import (
	"debug/buildinfo"
	"fmt"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// contents returns the modules that a program says it was made of, and the standard
// library, which scanners know as a module too: what "go version -m" shows of it.
func contents(b *language.Built) ([]bom.Package, error) {
	info, err := buildinfo.Read(b.Executable)
	if err != nil {
		return nil, fmt.Errorf("the program does not say which modules it was made of: %w", err)
	}
	g, err := graphOf(b, info)
	if err != nil {
		return nil, err
	}
	return bom.Modules(info, g.needs), nil
}
