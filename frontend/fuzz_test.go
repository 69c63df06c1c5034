package frontend

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/errdefs"
	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// FuzzInspect reads any bytes as a program: nothing panics, and what it says of
// itself is no larger than it is.
func FuzzInspect(f *testing.F) {
	f.Add([]byte("#!/bin/sh\n"))
	f.Add(elfFile("", nil))
	f.Add(elfFile("/lib64/ld-linux-x86-64.so.2", []string{"libc.so.6", "libstdc++.so.6"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := inspect(bytes.NewReader(data))
		if (a == nil) == (err == nil) {
			t.Fatalf("got %v and the error %v", a, err)
		}
		if err != nil {
			return
		}
		if len(a.interp) > len(data) || len(a.needed) > len(data) {
			t.Errorf("%d bytes name a loader of %d bytes and %d libraries", len(data), len(a.interp), len(a.needed))
		}
		for arch := range machines {
			_ = a.matches(spec.Platform{OS: "linux", Architecture: arch})
		}
		a.variant()
	})
}

// FuzzProblems shows what is wrong with any bytes as clients do: every excerpt
// prints, and has the line that it is about.
func FuzzProblems(f *testing.F) {
	archives, _ := filepath.Glob("spec/testdata/bad/*.txtar")
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if filepath.Ext(file.Name) != ".want" {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := &diag.Source{Name: "stagefront.yaml", Data: data, Language: "YAML"}
		b := &build{file: src, source: &dockerui.Source{SourceMap: &llb.SourceMap{}}}
		doc, diags := spec.Parse(src)
		if doc != nil {
			_, diags = doc.Spec(spec.Request{Platform: spec.Platform{OS: "linux", Architecture: "arm64"}})
		}
		err := b.problems(diags)
		sources := errdefs.Sources(err)
		if want := min(len(diags.Errors()), maxExcerpts); len(sources) != want {
			t.Fatalf("got %d excerpts, want %d: %v", len(sources), want, err)
		}
		for _, s := range sources {
			var printed bytes.Buffer
			if err := s.Print(&printed); err != nil || !strings.Contains(printed.String(), ">>>") {
				t.Errorf("got %v, want an excerpt with its line: %s", err, printed.String())
			}
		}
	})
}

// FuzzHidingLine reads any bytes as an ignore file: the line that is blamed for a
// path is one of the file with a pattern in it.
func FuzzHidingLine(f *testing.F) {
	for _, ignore := range []string{"*\n!app\n", "# all\n\n*\n!go.*\ngo.mod\n", "**/*.html\r\n!web", "[\n", "!\n", "\ufeffcmd\n", "a\\\n/./..//b\n"} {
		f.Add([]byte(ignore), "go.mod")
		f.Add([]byte(ignore), "web/index.html")
	}
	f.Fuzz(func(t *testing.T, ignore []byte, name string) {
		n := hidingLine(ignore, name)
		src := &diag.Source{Name: ".dockerignore", Data: ignore}
		if n < 0 || n > 0 && src.Text(n) == "" {
			t.Errorf("%q is hidden by line %d, which has no pattern", name, n)
		}
	})
}

// elfFile returns a program for linux/amd64 of headers alone.
func elfFile(interp string, needed []string) []byte {
	if interp == "" {
		return written(elf.Header64{Ident: ident, Type: 2, Machine: 62, Version: 1, Ehsize: 64})
	}
	const headers = 64 + 56 // of the file, and of its only segment
	names := "\x00.dynamic\x00.dynstr\x00"
	strings, dynamic := "\x00", []any{}
	for _, lib := range needed {
		dynamic = append(dynamic, elf.Dyn64{Tag: int64(elf.DT_NEEDED), Val: uint64(len(strings))})
		strings += lib + "\x00"
	}
	dyn := written(append(dynamic, elf.Dyn64{})...)
	at := func(parts ...string) (offset uint64) {
		offset = headers
		for _, p := range parts {
			offset += uint64(len(p))
		}
		return offset
	}
	body := interp + "\x00" + names + strings + string(dyn)
	return written(
		elf.Header64{Ident: ident, Type: 2, Machine: 62, Version: 1, Ehsize: 64, Phoff: 64, Phentsize: 56, Phnum: 1,
			Shoff: at(body), Shentsize: 64, Shnum: 4, Shstrndx: 1},
		elf.Prog64{Type: uint32(elf.PT_INTERP), Off: at(), Filesz: uint64(len(interp) + 1)},
		[]byte(body),
		elf.Section64{},
		elf.Section64{Type: uint32(elf.SHT_STRTAB), Off: at(interp, "\x00"), Size: uint64(len(names))},
		elf.Section64{Name: 1, Type: uint32(elf.SHT_DYNAMIC), Off: at(interp, "\x00", names, strings), Size: uint64(len(dyn)), Link: 3},
		elf.Section64{Name: 10, Type: uint32(elf.SHT_STRTAB), Off: at(interp, "\x00", names), Size: uint64(len(strings))},
	)
}

var ident = [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)}

func written(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		binary.Write(&b, binary.LittleEndian, p)
	}
	return b.Bytes()
}
