package golang

import (
	"cmp"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/language"
)

// purl is Go's type of package URLs.
const purl = "golang"

// contents returns the modules that a program says it was made of, and the standard
// library, which scanners know as a module too: what "go version -m" shows of it.
func contents(b *language.Built) ([]bom.Package, error) {
	info, err := buildinfo.Read(b.Executable)
	if err != nil {
		return nil, fmt.Errorf("the program does not say which modules it was made of: %w", err)
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ") // experiments
	all := []bom.Package{{Name: "stdlib", Version: version, URL: bom.URL(purl, "stdlib", version), License: "BSD-3-Clause"}}
	g, err := graphOf(b, info)
	if err != nil {
		return nil, err
	}
	if info.Main.Path != "" {
		main := packageOf(&info.Main)
		main.Purpose, main.Needs = bom.Application, g.needs(&info.Main)
		all = append(all, main)
	}
	for _, m := range info.Deps {
		p := packageOf(m)
		p.Needs = g.needs(m)
		all = append(all, p)
	}
	return all, nil
}

// packageOf returns a module as the package that it is, the one that replaces it where one
// does. What a directory of the project has is of no version.
func packageOf(m *debug.Module) bom.Package {
	out := bom.Package{Name: m.Path}
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
	out.URL = bom.URL(purl, out.Name, out.Version)
	out.Hashes = hashes(m.Sum)
	return out
}

// hashes returns a module's sum as go.sum has it: a SHA-256 over the names and hashes of
// its files, so that it is the same however they are packed.
// https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1
func hashes(sum string) []bom.Hash {
	text, ok := strings.CutPrefix(sum, "h1:")
	data, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return nil
	}
	return []bom.Hash{{Algorithm: "SHA256", Value: hex.EncodeToString(data)}}
}
