package diag

import "bytes"

// Conflict returns the problem of a file in which a merge of git left its marks, at the
// first one; false where there is none. Readers tell it of a broken file in the place of
// what they stumble over:
//
//	go.mod:4:1: got the mark of a merge conflict; resolve the conflict
func (s *Source) Conflict() (Diagnostic, bool) {
	line := 0
	for text := range bytes.Lines(s.Data) {
		line++
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) || bytes.HasPrefix(text, []byte(">>>>>>> ")) {
			return Diagnostic{Range: s.Line(line), Message: "got the mark of a merge conflict", Hint: "resolve the conflict"}, true
		}
	}
	return Diagnostic{}, false
}
