package artifact

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

func TestInspect(t *testing.T) {
	a, err := Inspect(bytes.NewReader(trial.Program(t, "arm64")))
	if err != nil {
		t.Fatal(err)
	}
	if !a.Static() {
		t.Errorf("got %+v, want a static program", a)
	}
	if err := a.Matches(spec.Platform{OS: "linux", Architecture: "arm64"}); err != nil {
		t.Error(err)
	}
	err = a.Matches(spec.Platform{OS: "linux", Architecture: "amd64"})
	if err == nil || !strings.Contains(err.Error(), "EM_AARCH64") {
		t.Errorf("got %v, want an error that names the machine", err)
	}
	if _, err := Inspect(strings.NewReader("#!/bin/sh\n")); err == nil {
		t.Error("a script is taken for a program")
	}
}

func TestLink(t *testing.T) {
	platform := spec.Platform{OS: "linux", Architecture: "arm64"}
	library := &fstest.MapFile{Data: trial.Program(t, "arm64"), Mode: 0o644}
	runtime := fstest.MapFS{
		"lib/ld-linux-aarch64.so.1":           {Mode: 0o755},
		"usr/lib/aarch64-linux-gnu/libc.so.6": {Mode: 0o755},
	}
	toolchain := fstest.MapFS{
		"usr/lib/aarch64-linux-gnu/libsqlite3.so.0": library,
		"usr/aarch64-linux-gnu/lib/libcross.so.1":   library,
		"usr/local/lib/libbuilder.so.1":             {Data: trial.ELF(""), Mode: 0o644},
		"usr/local/lib/libsqlite3.so.0":             {Data: trial.ELF(""), Mode: 0o644},
		"usr/local/lib/libboth.so.1":                {Data: trial.ELF(""), Mode: 0o644},
		"usr/aarch64-linux-gnu/lib/libboth.so.1":    library,
	}
	dynamic := func(needed ...string) *File {
		return &File{interp: "/lib/ld-linux-aarch64.so.1", needed: needed}
	}
	for _, c := range []struct {
		name    string
		program *File
		runtime fs.FS
		want    string // the libraries that are copied, or the error
	}{
		{"static", &File{}, nil, ""},
		{"libc alone", dynamic("libc.so.6"), runtime, ""},
		{"a package's library", dynamic("libc.so.6", "libsqlite3.so.0"), runtime, "usr/lib/aarch64-linux-gnu/libsqlite3.so.0 to /usr/lib/aarch64-linux-gnu/libsqlite3.so.0"},
		{"a cross compiler's library", dynamic("libcross.so.1"), runtime, "usr/aarch64-linux-gnu/lib/libcross.so.1 to /usr/lib/aarch64-linux-gnu/libcross.so.1"},
		{"a library of nobody", dynamic("libnone.so.1"), runtime, "the program needs libnone.so.1, and neither the runtime nor the toolchain has it"},
		{"one more after a library of nobody", dynamic("libnone.so.1", "libother.so.1", "libcross.so.1"), runtime,
			"usr/aarch64-linux-gnu/lib/libcross.so.1 to /usr/lib/aarch64-linux-gnu/libcross.so.1\n" +
				"the program needs libnone.so.1, and neither the runtime nor the toolchain has it\n" +
				"the program needs libother.so.1, and neither the runtime nor the toolchain has it"},
		{"a library for the builder alone", dynamic("libbuilder.so.1"), runtime,
			"the program needs libbuilder.so.1, and neither the runtime nor the toolchain has it;" +
				" /usr/local/lib/libbuilder.so.1 is no library for linux/arm64"},
		{"a library for both", dynamic("libboth.so.1"), runtime, "usr/aarch64-linux-gnu/lib/libboth.so.1 to /usr/lib/aarch64-linux-gnu/libboth.so.1"},
		{"a shared library", &File{needed: []string{"libc.so.6"}}, runtime, "what was compiled is a shared library, and a container starts a program"},
		{"scratch", dynamic("libc.so.6"), nil, "the program is dynamically linked (it needs libc.so.6) and scratch has no libraries"},
		{"another libc", dynamic("libc.so.6"), fstest.MapFS{}, "the runtime has no /lib/ld-linux-aarch64.so.1, the loader that the program was linked for"},
	} {
		l := &Linker{Platform: platform, Runtime: c.runtime, Roots: []fs.FS{toolchain}}
		found, diags := l.Link([]Object{{c.program, "the program", "server", true}})
		var got []string
		for _, f := range found {
			got = append(got, f.From+" to "+f.To)
		}
		for _, d := range diags {
			got = append(got, d.Message)
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestVariant takes the first listed variant that has what all native code needs.
func TestVariant(t *testing.T) {
	static := Object{File: &File{}}
	dynamic := func(needed ...string) Object { return Object{File: &File{interp: "/lib/ld.so", needed: needed}} }
	compiled := []string{"static", "base", "cc"}
	for _, c := range []struct {
		variants []string
		objects  []Object
		want     string
	}{
		{compiled, []Object{static}, "static"},
		{compiled, nil, "static"},
		{compiled, []Object{dynamic("libc.so.6", "libssl.so.3")}, "base"},
		{compiled, []Object{dynamic("libc.so.6", "libstdc++.so.6")}, "cc"},
		{compiled, []Object{static, dynamic("libc.so.6"), dynamic("libgomp.so.1")}, "cc"},
		{[]string{"base-nossl", "cc"}, []Object{static}, "base-nossl"},
		{[]string{"static", "base"}, []Object{dynamic("libgcc_s.so.1")}, "base"},
		{[]string{"python3"}, []Object{dynamic("libstdc++.so.6")}, "python3"},
		{[]string{"nodejs22", "nodejs24"}, nil, "nodejs22"},
	} {
		if got := Variant(c.variants, c.objects); got != c.want {
			t.Errorf("of %v for %d objects: got %s, want %s", c.variants, len(c.objects), got, c.want)
		}
	}
}
