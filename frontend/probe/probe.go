// Package probe has the program that asks a server of its own container whether it is
// well. It needs nothing of the image: no shell, no library, no interpreter.
package probe

import (
	"embed"
	"path"
	"strings"
)

// Program returns the program for an architecture of images, and whether there is one.
func Program(architecture string) (program []byte, ok bool) {
	program, err := programs.ReadFile(architecture + ext)
	return program, err == nil
}

// Architectures returns those that there is a program for, in order.
func Architectures() (names []string) {
	entries, _ := programs.ReadDir(".")
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(path.Base(e.Name()), ext))
	}
	return names
}

const ext = ".elf"

//go:embed *.elf
var programs embed.FS
