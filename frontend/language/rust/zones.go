package rust

import (
	"bytes"
	"io"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// zoneless warns of a program that is given a time zone by TZ, looks for it, and runs
// where there is none: it says another time, without a word. The C library and crates
// have the directory of zones among their constants, and crates that bring zones along
// their names. That a program asks for zones by itself cannot be told.
func zoneless(s *spec.Spec, program io.ReaderAt) (diags diag.List) {
	zone, said := s.Zone()
	if zone == "" || s.HasZones() {
		return nil
	}
	looks, brings := false, false
	constants(program, func(some []byte) {
		looks = looks || bytes.Contains(some, []byte("/usr/share/zoneinfo"))
		brings = brings || bytes.Contains(some, []byte(zone))
	})
	if looks && !brings {
		diags.Warnf(said.Range, "the program is to use the time of %s, and scratch has no time zones", zone).Hint =
			"distroless has them: remove \"runtime: scratch\""
	}
	return diags
}
