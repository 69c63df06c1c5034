package rust

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// elfOf returns a program of headers whose constants are a text.
func elfOf(t *testing.T, text []byte) *bytes.Reader {
	t.Helper()
	const names = "\x00.rodata\x00.shstrtab\x00"
	var out bytes.Buffer
	ident := [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1}
	at := uint64(64 + len(text))
	for _, part := range []any{
		elf.Header64{Ident: ident, Type: 2, Machine: 62, Version: 1, Ehsize: 64, Shoff: at + uint64(len(names)), Shentsize: 64, Shnum: 3, Shstrndx: 2},
		text, []byte(names),
		elf.Section64{},
		elf.Section64{Name: 1, Type: uint32(elf.SHT_PROGBITS), Off: 64, Size: uint64(len(text))},
		elf.Section64{Name: 9, Type: uint32(elf.SHT_STRTAB), Off: at, Size: uint64(len(names))},
	} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return bytes.NewReader(out.Bytes())
}

// TestComposed compares what programs have among their constants with a lock.
func TestComposed(t *testing.T) {
	project := &language.Project{
		FS: fstest.MapFS{
			"Cargo.toml": {Data: []byte("[package]\nname = \"shop\"\n")},
			"Cargo.lock": {Data: []byte("[[package]]\nname = \"shop\"\n[[package]]\nname = \"http-body\"\nversion = \"1.0.1+a.2\"\n")},
		},
		Spec: trial.Spec(t, "language: rust\n", spec.Request{Platform: trial.AMD64}), Host: trial.AMD64,
	}
	long := bytes.Repeat([]byte("x"), piece-20)
	for text, want := range map[string]string{
		"":                               "",
		"src/main.rs crates/a/b-1.0.0/c": "",
		"crates/r.io-0123456789abcdef/http-body-1.0.1+a.2/src/lib.rs": "",
		"crates/r.io-0123456789abcdef/http-body-1.0.2/src/lib.rs":     "Cargo.lock:1:1: the program has code of http-body 1.0.2, and Cargo.lock does not have it",
		string(long) + "crates/r.io-0123456789abcdef/evil-2.0.0/e.rs": "Cargo.lock:1:1: the program has code of evil 2.0.0, and Cargo.lock does not have it",
	} {
		got := ""
		if err := composed(project, trial.AMD64, elfOf(t, []byte(text))).Err(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.80q: got %q, want %q", text, got, want)
		}
	}
	if found := traces(bytes.NewReader([]byte("no program"))); found != nil {
		t.Errorf("got %v of no program", found)
	}
}
