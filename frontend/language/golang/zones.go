package golang

import (
	"bytes"
	"debug/elf"
	"io"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// zoneless warns of a program that loads time zones by name, or is given one by TZ, where
// the image has none: the first fails, the second says another time without a word. The
// names of its functions say whether it does: a module that it requires may do so.
func zoneless(s *spec.Spec, names func() []byte) (diags diag.List) {
	if s.HasZones() {
		return nil
	}
	const hint = "compile them in: \"build: {tags: [timetzdata]}\""
	linked := names()
	zone, said := s.Zone()
	switch {
	case bytes.Contains(linked, []byte("\x00time/tzdata.")):
	case bytes.Contains(linked, []byte("\x00time.LoadLocation\x00")):
		diags.Warnf(s.Runtime.Range, "the program loads time zones by name, and scratch has none").Hint = hint
	case zone != "":
		diags.Warnf(said.Range, "the program is to use the time of %s, and scratch has no time zones", zone).Hint = hint
	}
	return diags
}

// functionNames returns the table that has the names of a program's functions, those
// that are linked alone. Stripped programs have it too.
func functionNames(program io.ReaderAt) []byte {
	f, err := elf.NewFile(program)
	if err != nil {
		return nil
	}
	for _, s := range f.Sections {
		if strings.HasSuffix(s.Name, ".gopclntab") {
			data, _ := s.Data()
			return data
		}
	}
	return nil
}
