package json

import (
	"bytes"
	"errors"
	"io"

	"github.com/stagefront/stagefront/frontend/diag"
)

// broken returns the place that an error is at.
func (r *reader) broken(err error) diag.Range {
	at := r.end(err)
	if at >= len(r.src.Data) || r.src.Data[at] == '\n' {
		return r.src.LineAt(max(at-1, 0))
	}
	return r.src.Range(at, at+1)
}

// reason returns an error without what the decoder says of itself.
func reason(err error) string {
	if isCut(err) {
		return "it ends too early"
	}
	return err.Error()
}

// end returns where a file stops to be JSON.
func (r *reader) end(err error) int {
	if isCut(err) {
		return len(r.src.Data)
	}
	return min(r.begin(int(r.dec.InputOffset())), len(r.data)) + r.shift
}

func isCut(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// remedy says how a file becomes JSON again, as far as what stands where it stops to be
// shows it.
func (r *reader) remedy(err error) string {
	at := r.end(err)
	before, after := bytes.TrimRight(r.src.Data[:at], " \t\r\n"), r.src.Data[at:]
	starts := func(with string) bool { return bytes.HasPrefix(after, []byte(with)) }
	follows := func(what string) bool {
		return len(before) > 0 && bytes.IndexByte([]byte(what), before[len(before)-1]) >= 0
	}
	switch {
	case isCut(err):
		return "it is not whole: close what is open in it"
	case errors.Is(err, errTooDeep):
		return ""
	case bytes.HasPrefix(r.src.Data, []byte("\xff\xfe")), bytes.HasPrefix(r.src.Data, []byte("\xfe\xff")):
		return "it is in UTF-16, as PowerShell writes it: save it as UTF-8"
	case errors.Is(err, errMore):
		return "remove what follows its value"
	case starts("<<<<<<<"), starts("======="), starts(">>>>>>>"):
		return "resolve the conflict"
	case starts("/"), starts("#"):
		return "remove the comment: JSON has none"
	case follows(",") && (starts("}") || starts("]")):
		return "remove the comma before it"
	case starts("\"") && !follows(",:{["):
		return "write a comma before it"
	}
	return "texts and names are in double quotes; other values are numbers, true, false and null"
}
