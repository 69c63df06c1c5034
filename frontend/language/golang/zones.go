package golang

import (
	"bytes"
	"debug/elf"
	"io"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// zoneless warns of a program that loads time zones by name, where the image has none.
// The names of its functions say whether it does: a module that it requires may do so.
func zoneless(s *spec.Spec, names func() []byte) (diags diag.List) {
	if s.OnScratch() && !bringsZones(s) && loadsZones(names()) {
		diags.Warnf(s.Runtime.Range, "the program loads time zones by name, and scratch has none").Hint =
			"compile them in: \"build: {tags: [timetzdata]}\""
	}
	return diags
}

// bringsZones reports whether the spec lays time zones into the image.
func bringsZones(s *spec.Spec) bool {
	for _, f := range s.Files {
		if to, _ := f.Destination(s.WorkingDir()); strings.Contains(to, "zoneinfo") {
			return true
		}
	}
	return false
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

// loadsZones reports whether functions among names load time zones, and none has them.
func loadsZones(names []byte) bool {
	return bytes.Contains(names, []byte("\x00time.LoadLocation\x00")) && !bytes.Contains(names, []byte("\x00time/tzdata."))
}
