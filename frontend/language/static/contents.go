package static

import (
	"debug/buildinfo"
	"fmt"
	"io"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// contents returns the modules of the server, which is a program of Go. Of the site it
// returns nothing: what a tool has put into its files those do not say.
func contents(b *language.Built) ([]bom.Package, error) {
	for _, c := range b.Image.Copies() {
		if c.Path != serverFile {
			continue
		}
		fetched, err := b.Open(c.From)
		if err != nil {
			return nil, err
		}
		program, err := fetched.Open(c.Path)
		if err != nil {
			return nil, err
		}
		defer program.Close()
		info, err := buildinfo.Read(program.(io.ReaderAt))
		if err != nil {
			return nil, fmt.Errorf("the server does not say which modules it was made of: %w", err)
		}
		return bom.Modules(info, nil), nil
	}
	return nil, nil // the runtime has the server
}
