package artifact

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

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
	if err := a.Matches(trial.ARM64); err != nil {
		t.Error(err)
	}
	err = a.Matches(trial.AMD64)
	if err == nil || !strings.Contains(err.Error(), "EM_AARCH64") {
		t.Errorf("got %v, want an error that names the machine", err)
	}
	for script, want := range map[string]string{
		"#!/bin/sh\n": `it is no ELF file, but one that begins with "#!/b"`,
		"x":           `it is no ELF file, but one that begins with "x"`,
		"":            `it is no ELF file, but one that begins with ""`,
	} {
		if _, err := Inspect(strings.NewReader(script)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", script, err, want)
		}
	}
}

// linking is what programs for linux/arm64 are linked with.
type linking struct {
	name    string
	program *File
	runtime fs.FS
	want    string // the libraries that are copied, and the errors
}

func dynamic(needed ...string) *File {
	return &File{Interp: "/lib/ld-linux-aarch64.so.1", Needed: needed}
}

func TestLink(t *testing.T) {
	library, foreign := &fstest.MapFile{Data: trial.Program(t, "arm64")}, &fstest.MapFile{Data: trial.Program(t, "amd64")}
	runtime := fstest.MapFS{
		"lib/ld-linux-aarch64.so.1":           {Mode: 0o755},
		"usr/lib/aarch64-linux-gnu/libc.so.6": {Mode: 0o755},
	}
	root := fstest.MapFS{"usr/lib/aarch64-linux-gnu/libroot.so.1": library, "usr/local/lib/libboth.so.1": foreign}
	toolchain := fstest.MapFS{
		"usr/lib/aarch64-linux-gnu/libsqlite3.so.0": library,
		"usr/aarch64-linux-gnu/lib/libcross.so.1":   library,
		"usr/aarch64-linux-gnu/lib/libboth.so.1":    library,
		"usr/lib/aarch64-linux-gnu/libroot.so.1":    library,
		"usr/local/lib/libours.so.1":                foreign,
		"usr/local/lib/libtext.so.1":                {Data: []byte("INPUT(-lc -lgcc_s)\n")},
		"usr/lib/aarch64-linux-gnu/libdir.so.1/a":   library,
	}
	to := func(from string) string { return from + " to /usr/lib/aarch64-linux-gnu/" + path.Base(from) }
	sqlite, cross := to("1 usr/lib/aarch64-linux-gnu/libsqlite3.so.0"), to("1 usr/aarch64-linux-gnu/lib/libcross.so.1")
	none := func(name string) string {
		return "the program needs " + name + ", and neither the runtime nor the toolchain has it"
	}
	for _, c := range []linking{
		{"static", &File{}, nil, ""},
		{"libc alone", dynamic("libc.so.6"), runtime, ""},
		{"a package's library", dynamic("libc.so.6", "libsqlite3.so.0"), runtime, sqlite},
		{"a cross compiler's library", dynamic("libcross.so.1"), runtime, cross},
		{"the root's before the toolchain's", dynamic("libroot.so.1"), runtime, to("0 usr/lib/aarch64-linux-gnu/libroot.so.1")},
		{"another machine's before it", dynamic("libboth.so.1"), runtime, to("1 usr/aarch64-linux-gnu/lib/libboth.so.1")},
		{"a library of nobody", dynamic("libnone.so.1"), runtime, none("libnone.so.1")},
		{"a directory of its name", dynamic("libdir.so.1"), runtime, none("libdir.so.1")},
		{"libraries after one of nobody", dynamic("libnone.so.1", "libsqlite3.so.0", "libmore.so.1", "libcross.so.1"), runtime,
			sqlite + "\n" + cross + "\n" + none("libnone.so.1") + "\n" + none("libmore.so.1")},
		{"the builder's library", dynamic("libours.so.1"), runtime,
			"the program needs libours.so.1, and usr/local/lib/libours.so.1 of the toolchain is not for it: got a program for EM_X86_64 (ELFCLASS64), want one for linux/arm64"},
		{"a linker's script", dynamic("libtext.so.1"), runtime,
			"the program needs libtext.so.1, and usr/local/lib/libtext.so.1 of the toolchain is not for it: it is no ELF file, but one that begins with \"INPU\""},
		{"the host's drivers", dynamic("libcuda.so.1", "libnvidia-ml.so.1"), runtime, ""},
		{"scratch", dynamic("libc.so.6", "libnone.so.1"), nil, "the program is dynamically linked (it needs libc.so.6, libnone.so.1) and scratch has no libraries"},
		{"another libc", dynamic("libc.so.6"), fstest.MapFS{}, "the runtime has no /lib/ld-linux-aarch64.so.1, the loader that the program was linked for"},
	} {
		l := &Linker{Platform: trial.ARM64, Runtime: c.runtime, Roots: []fs.FS{root, toolchain}}
		if got := linked(l, Object{c.program, "the program", "server", true}); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// lister is a runtime that notes which of its directories are listed.
type lister struct {
	fs.FS
	mu     sync.Mutex
	listed []string
}

func (l *lister) ReadDir(name string) ([]fs.DirEntry, error) {
	l.mu.Lock()
	l.listed = append(l.listed, name)
	l.mu.Unlock()
	return fs.ReadDir(l.FS, name)
}

// TestLinkLists lists each directory with libraries of the runtime, and what those are in,
// once, whatever is looked for.
func TestLinkLists(t *testing.T) {
	runtime := &lister{FS: fstest.MapFS{"lib/ld-linux-aarch64.so.1": {Mode: 0o755}}}
	l := &Linker{Platform: trial.ARM64, Runtime: runtime}
	program := Object{dynamic("libone.so.1"), "the program", "server", true}
	l.Link([]Object{program, {dynamic("libtwo.so.1"), "a part", "part", false}})
	slices.Sort(runtime.listed)
	want := ". lib lib/aarch64-linux-gnu lib64 usr usr/lib usr/lib/aarch64-linux-gnu usr/lib64 usr/local usr/local/lib"
	if got := strings.Join(runtime.listed, " "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// linked returns what linking objects comes to.
func linked(l *Linker, objects ...Object) string {
	found, diags := l.Link(objects)
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d %s to %s", f.Root, f.From, f.To))
	}
	for _, d := range diags {
		if d.Rule != "" {
			d.Message = d.Rule + ": " + d.Message
		}
		got = append(got, d.Message)
	}
	return strings.Join(got, "\n")
}

// TestLinkParts links what a program may load: it warns, brings libraries of libraries
// along, and knows what parts bring themselves.
func TestLinkParts(t *testing.T) {
	runtime := fstest.MapFS{"lib/x86_64-linux-gnu/libc.so.6": {}}
	toolchain := fstest.MapFS{
		"lib64/libone.so.1":     {Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", "libtwo.so.1", "libc.so.6")},
		"usr/lib/libtwo.so.1":   {Data: trial.ELF("/lib64/ld-linux-x86-64.so.2", "libone.so.1", "libthree.so.1")},
		"usr/lib/libbrings.so.": {},
	}
	part := func(base string, needed ...string) Object {
		return Object{&File{Interp: "/lib64/ld-linux-x86-64.so.2", Needed: needed}, base + " of a package", base, false}
	}
	l := &Linker{Platform: trial.AMD64, Runtime: runtime, Roots: []fs.FS{toolchain}}
	got := linked(l, part("a.so", "libone.so.1", "libbrings.so.1"), part("libbrings.so.1", "ld-linux-x86-64.so.2", "libnone.so.1"), part("b.so", "libnone.so.1"))
	want := "0 lib64/libone.so.1 to /lib/x86_64-linux-gnu/libone.so.1\n" +
		"0 usr/lib/libtwo.so.1 to /lib/x86_64-linux-gnu/libtwo.so.1\n" +
		"MissingLibrary: libtwo.so.1 needs libthree.so.1, and neither the runtime nor the toolchain has it\n" +
		"MissingLibrary: libbrings.so.1 of a package needs libnone.so.1, and neither the runtime nor the toolchain has it"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	l = &Linker{Platform: trial.AMD64, Roots: []fs.FS{toolchain}}
	if got := linked(l, part("a.so", "libtwo.so.1")); !strings.HasPrefix(got, "0 usr/lib/libtwo.so.1 to /usr/lib/x86_64-linux-gnu/libtwo.so.1\n") {
		t.Errorf("on scratch: got %s", got)
	}
}

// TestVariant takes the first listed variant that has what all native code needs.
func TestVariant(t *testing.T) {
	static := Object{File: &File{}}
	dynamic := func(needed ...string) Object { return Object{File: &File{Interp: "/lib/ld.so", Needed: needed}} }
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

// TestVersions links a program with libraries of the runtime that are older than what it
// was linked with, as old, and without versions.
func TestVersions(t *testing.T) {
	l := &Linker{Platform: trial.AMD64, Runtime: fstest.MapFS{"usr/lib/x86_64-linux-gnu/libc.so.6": {}, "usr/lib/x86_64-linux-gnu/libz.so.1": {}},
		has: map[string]versions{"usr/lib/x86_64-linux-gnu/libc.so.6": {"GLIBC_2.2.5", "GLIBC_2.36", "GLIBC_PRIVATE"}}}
	program := &File{Interp: "/lib64/ld-linux-x86-64.so.2", Wants: []Want{
		{"libc.so.6", "GLIBC_2.2.5", "puts"}, {"libc.so.6", "GLIBC_2.39", "pidfd_spawnp"}, {"libc.so.6", "OTHER_1", ""},
		{"libz.so.1", "ZLIB_1", "inflate"}, {"libnone.so.1", "NONE_1", "none"},
	}}
	var got []string
	for _, o := range []Object{{program, "the program", "server", true}, {program, "a part", "a.so", false}} {
		for _, d := range l.tooNew(o) {
			got = append(got, fmt.Sprint(d.Severity, " ", d.Message))
			if d.Hint != "compile with a toolchain of the runtime's release or an older one, or take a newer runtime" {
				t.Errorf("%s: got the hint %q", d.Message, d.Hint)
			}
		}
	}
	want := []string{
		"0 the program needs pidfd_spawnp of GLIBC_2.39, and libc.so.6 of the runtime has none after GLIBC_2.36",
		"0 the program needs OTHER_1, and libc.so.6 of the runtime has none after its beginning",
		"1 a part needs pidfd_spawnp of GLIBC_2.39, and libc.so.6 of the runtime has none after GLIBC_2.36",
		"1 a part needs OTHER_1, and libc.so.6 of the runtime has none after its beginning",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestOwnVersions reads the versions of a program and a library of this machine. One of
// another kind has neither.
func TestOwnVersions(t *testing.T) {
	const program, library = "bin/ls", "lib/x86_64-linux-gnu/libc.so.6"
	root := os.DirFS("/")
	if _, err := fs.Stat(root, library); err != nil {
		t.Skip(err)
	}
	a, err := Open(root, program)
	if err != nil || len(a.Wants) == 0 {
		t.Fatalf("got %v, %v of %s", a, err, program)
	}
	has := versionsIn(root, library)
	if !slices.Contains(has, "GLIBC_2.2.5") || has.newest("GLIBC_1") == "its beginning" {
		t.Errorf("got %v of %s", has, library)
	}
	l := &Linker{Platform: trial.AMD64, Runtime: root}
	if diags := l.tooNew(Object{File: a, Name: program}); len(diags) > 0 {
		t.Error(diags)
	}
	for _, w := range a.Wants {
		if w.Symbol == "" {
			t.Errorf("no symbol is of %s of %s", w.Version, w.Library)
		}
	}
}

// TestManyLibraries refuses a file that needs more than any does.
func TestManyLibraries(t *testing.T) {
	needed := make([]string, mostLibraries+1)
	for i := range needed {
		needed[i] = fmt.Sprintf("lib%d.so", i)
	}
	file := func(n int) error {
		_, err := Inspect(bytes.NewReader(trial.ELF("/lib64/ld-linux-x86-64.so.2", needed[:n]...)))
		return err
	}
	if err := file(mostLibraries); err != nil {
		t.Error(err)
	}
	if err := file(mostLibraries + 1); err == nil || err.Error() != "it needs 1001 libraries, and at most 1000 are looked for" {
		t.Errorf("got %v", err)
	}
}
