package artifact

import (
	"bytes"
	"testing"

	"github.com/stagefront/stagefront/frontend/arch"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// FuzzInspect reads any bytes as a program: nothing panics, and what it says of
// itself is no larger than it is.
func FuzzInspect(f *testing.F) {
	f.Add([]byte("#!/bin/sh\n"))
	f.Add(trial.ELF(""))
	f.Add(trial.ELF("/lib64/ld-linux-x86-64.so.2", "libc.so.6", "libstdc++.so.6"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Inspect(bytes.NewReader(data))
		if (a == nil) == (err == nil) {
			t.Fatalf("got %v and the error %v", a, err)
		}
		if err != nil {
			return
		}
		if len(a.Interp) > len(data) || len(a.Needed) > len(data) {
			t.Errorf("%d bytes name a loader of %d bytes and %d libraries", len(data), len(a.Interp), len(a.Needed))
		}
		for _, name := range arch.Names() {
			_ = a.Matches(spec.Platform{OS: "linux", Architecture: name})
		}
		Variant([]string{"static", "cc"}, []Object{{File: a}})
	})
}
