package main

import (
	"go/ast"
	"go/token"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	widest = 100 // columns that a line has before it counts as a wide one
	tab    = 4   // columns of a tab
)

// file is what is measured of one file.
type file struct {
	Name      string
	Lines     int // all of them
	Code      int // those that are neither blank nor comment alone
	Comments  int // those that are comment alone
	Wide      int // those over widest columns
	Exported  int // names that other packages see: methods of exported types too
	Functions []function

	imports   []string
	generated bool
}

// function is a declared function or method.
type function struct {
	Name  string // "frontend/spec.Parse", "llb.Stages.Compile"
	Lines int    // from its func to its closing brace
}

// measure measures a file that was parsed.
func measure(name string, data []byte, files *token.FileSet, syntax *ast.File) *file {
	f := &file{Name: name, generated: ast.IsGenerated(syntax)}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	f.countLines(lines, commentLines(lines, files, syntax))
	for _, d := range syntax.Decls {
		f.Exported += exported(d)
		if d, ok := d.(*ast.FuncDecl); ok {
			long := files.Position(d.End()).Line - files.Position(d.Pos()).Line + 1
			f.Functions = append(f.Functions, function{path.Dir(name) + "." + nameOf(d), long})
		}
	}
	for _, i := range syntax.Imports {
		if imported, err := strconv.Unquote(i.Path.Value); err == nil {
			f.imports = append(f.imports, imported)
		}
	}
	return f
}

// countLines counts the lines of a file, of which comment holds those that are
// comment alone.
func (f *file) countLines(lines []string, comment map[int]bool) {
	f.Lines = len(lines)
	for i, text := range lines {
		if utf8.RuneCountInString(text)+(tab-1)*strings.Count(text, "\t") > widest {
			f.Wide++
		}
		switch {
		case comment[i+1]:
			f.Comments++
		case strings.TrimSpace(text) != "":
			f.Code++
		}
	}
}

// commentLines returns the numbers of the lines that are comment alone: before one
// beside code, its first line has something.
func commentLines(lines []string, files *token.FileSet, syntax *ast.File) map[int]bool {
	comment := map[int]bool{}
	for _, group := range syntax.Comments {
		for _, c := range group.List {
			from, to := files.Position(c.Pos()), files.Position(c.End())
			comment[from.Line] = strings.TrimSpace(lines[from.Line-1][:from.Column-1]) == ""
			for line := from.Line + 1; line <= to.Line; line++ {
				comment[line] = true
			}
		}
	}
	return comment
}

// exported returns how many exported names a declaration has.
func exported(d ast.Decl) int {
	n := 0
	count := func(names ...*ast.Ident) {
		for _, name := range names {
			if name.IsExported() {
				n++
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d)) {
			count(d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				count(s.Name)
			case *ast.ValueSpec:
				count(s.Names...)
			}
		}
	}
	return n
}

// nameOf returns a function's name, after its receiver's type if it has one.
func nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	return receiver(d) + "." + d.Name.Name
}

// receiver returns the name of the type that a method is of.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}
