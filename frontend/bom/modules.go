package bom

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"runtime/debug"
	"strings"
)

// golang is the type of package URLs of Go's modules.
const golang = "golang"

// Modules returns the modules that a program of Go says it was made of, and the standard
// library, which scanners know as a module too: what "go version -m" shows of it. needs
// returns the package URLs of what a module requires; it may be nil.
func Modules(info *debug.BuildInfo, needs func(*debug.Module) []string) []Package {
	version, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ") // experiments
	all := []Package{{Name: "stdlib", Version: version, URL: URL(golang, "stdlib", version), License: "BSD-3-Clause"}}
	add := func(m *debug.Module, purpose Purpose) {
		p := Module(m)
		p.Purpose = purpose
		if needs != nil {
			p.Needs = needs(m)
		}
		all = append(all, p)
	}
	if info.Main.Path != "" {
		add(&info.Main, Application)
	}
	for _, m := range info.Deps {
		add(m, Library)
	}
	return all
}

// Module returns a module as the package that it is, the one that replaces it where one
// does. What a directory of the project has is of no version.
func Module(m *debug.Module) Package {
	out := Package{Name: m.Path}
	if m.Replace != nil {
		out.Note = strings.TrimSpace("in the place of " + m.Path + " " + m.Version)
		m = &debug.Module{Path: cmp.Or(m.Replace.Path, m.Path), Version: m.Replace.Version, Sum: m.Replace.Sum}
		if strings.HasPrefix(m.Path, ".") || strings.HasPrefix(m.Path, "/") {
			out.Note = "from the directory " + m.Path
			m.Path = out.Name
		}
		out.Name = m.Path
	}
	if m.Version != "(devel)" {
		out.Version = m.Version
	}
	out.URL = URL(golang, out.Name, out.Version)
	out.Hashes = sumOf(m.Sum)
	return out
}

// sumOf returns a module's sum as go.sum has it: a SHA-256 over the names and hashes of
// its files, so that it is the same however they are packed.
// https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1
func sumOf(sum string) []Hash {
	text, ok := strings.CutPrefix(sum, "h1:")
	data, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return nil
	}
	return []Hash{{Algorithm: "SHA256", Value: hex.EncodeToString(data)}}
}
