package trial

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// ELF returns a program for linux/amd64 of headers alone, with the loader that it
// is started by and the libraries that it needs; without a loader it is static.
func ELF(interp string, needed ...string) []byte {
	if interp == "" {
		return written(elf.Header64{Ident: ident, Type: 2, Machine: 62, Version: 1, Ehsize: 64})
	}
	return object(elf.PT_INTERP, interp, needed)
}

// Library returns a library for linux/amd64 of headers alone, as ELF does.
func Library(needed ...string) []byte { return object(elf.PT_NOTE, "", needed) }

func object(segment elf.ProgType, interp string, needed []string) []byte {
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
		elf.Prog64{Type: uint32(segment), Off: at(), Filesz: uint64(len(interp) + 1)},
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
