package main

import (
	"slices"
	"strings"
	"testing"
)

// TestSonames proves the order that the loader's search relies on: numbers by
// their value, and a number after any other character.
func TestSonames(t *testing.T) {
	names := strings.Fields("libz.so.1 libfoo.so.10 libfoo.so.9 libfoo-x.so.1 libfoo2.so.1 libfoo.so libc.so.6 libdb-5.3.so libc.so.06")
	slices.SortFunc(names, compareSonames)
	const want = "libc.so.6 libc.so.06 libdb-5.3.so libfoo-x.so.1 libfoo.so libfoo.so.9 libfoo.so.10 libfoo2.so.1 libz.so.1"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestLdCacheText proves that a cache leaves out what is no library.
func TestLdCacheText(t *testing.T) {
	tr := newTree()
	tr.file("usr/lib/x86_64-linux-gnu/libc.so", 0o644, []byte("/* GNU ld script */\n"))
	got, err := ldCache(tr, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if want := "glibc-ld.so.cache1.1" + strings.Repeat("\x00", 8) + "\x02" + strings.Repeat("\x00", 19); string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
