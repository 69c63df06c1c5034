package main

import (
	"bytes"
	"cmp"
	"context"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// triplets are Debian's names for architectures in paths and in compilers.
var triplets = map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}

// ldCacheLayer is /etc/ld.so.cache for the libraries of packages, which lie in
// lower layers. The loader finds them without it; what looks for a library by a
// part of its name, such as Python's ctypes.util.find_library, does not.
func ldCacheLayer(arch string, packages []string) layerRecipe {
	return layerRecipe{
		name: "ld.so.cache for " + arch,
		key:  append([]string{"ldcache", "1", arch}, packages...),
		write: func(ctx context.Context, w, log io.Writer) error {
			libraries, t := newTree(), newTree()
			libraries.merge("bin", "lib", "lib64", "sbin")
			if err := unpackAll(ctx, libraries, "trixie", arch, packages, log); err != nil {
				return err
			}
			cache, err := ldCache(libraries, arch)
			if err != nil {
				return err
			}
			t.file("etc/ld.so.cache", 0o644, cache)
			return t.write(w)
		},
	}
}

// A library is one entry of the loader's cache.
type library struct{ soname, path string }

// ldCache returns the loader's cache of the libraries in t, as ldconfig for arch
// would write it; ldconfig itself reads only its own architecture's libraries.
// https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h
func ldCache(t *tree, arch string) ([]byte, error) {
	libraries, err := findLibraries(t, "usr/lib/"+triplets[arch])
	if err != nil {
		return nil, err
	}
	const headerSize, entrySize, littleEndian = 48, 24, 2
	var entries, names bytes.Buffer
	text := func(s string) uint32 {
		offset := headerSize + entrySize*len(libraries) + names.Len()
		names.WriteString(s + "\x00")
		return uint32(offset)
	}
	kinds := map[string]uint32{"amd64": 0x0303, "arm64": 0x0a03}
	for _, l := range libraries {
		entry := []uint32{kinds[arch], text(l.soname), text(l.path), 0, 0, 0}
		binary.Write(&entries, binary.LittleEndian, entry)
	}
	out := bytes.NewBufferString("glibc-ld.so.cache1.1")
	binary.Write(out, binary.LittleEndian, []uint32{uint32(len(libraries)), uint32(names.Len()), littleEndian, 0, 0, 0, 0})
	return slices.Concat(out.Bytes(), entries.Bytes(), names.Bytes()), nil
}

// findLibraries returns the libraries in dir by the names that programs need
// them by, in the order in which the loader searches.
func findLibraries(t *tree, dir string) ([]library, error) {
	var found []library
	for _, name := range t.under(dir) {
		if path.Dir(name) != dir || !strings.Contains(path.Base(name), ".so") {
			continue
		}
		file, err := elf.NewFile(bytes.NewReader(t.files[name].data))
		if err != nil {
			continue // a linker script
		}
		soname, err := file.DynString(elf.DT_SONAME)
		if err != nil {
			return nil, fmt.Errorf("reading the name of %s: %w", name, err)
		}
		if len(soname) == 1 {
			found = append(found, library{soname[0], "/" + path.Join(dir, soname[0])})
		}
	}
	slices.SortFunc(found, func(a, b library) int { return compareSonames(b.soname, a.soname) })
	return found, nil
}

// compareSonames orders names as the loader's binary search needs them: runs of
// digits by their value, and after everything else.
func compareSonames(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		switch {
		case na > 0 && nb > 0:
			if c := compareNumbers(a[:na], b[:nb]); c != 0 {
				return c
			}
			a, b = a[na:], b[nb:]
		case na > 0 || nb > 0:
			return cmp.Compare(na, nb)
		case a[0] != b[0]:
			return cmp.Compare(a[0], b[0])
		default:
			a, b = a[1:], b[1:]
		}
	}
	return cmp.Compare(len(a), len(b))
}

// digits returns how many digits s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
