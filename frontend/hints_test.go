package frontend

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/golden"
)

// TestAllHints lists every hint that the code can give in testdata/hints.txt, and all that
// programs of steps tell, with a test that expects it. Those tests compare all that is told of an input, so what must not get
// a hint are the inputs beside the one that earns it; lint/hints_test.go and
// languages/hints_test.go have one that is near for each. Run with -update after a change.
func TestAllHints(t *testing.T) {
	tests, listed := testTexts(t), listedHints()
	var list strings.Builder
	all := slices.Concat(allHints(t), programTexts(t))
	slices.Sort(all)
	for _, hint := range slices.Compact(all) {
		expects := func(f testText) bool { return strings.Contains(f.text, plain.Replace(fragment(hint))) }
		i := slices.IndexFunc(tests, func(f testText) bool { return f.name == listed[hint] && expects(f) })
		if i < 0 {
			i = slices.IndexFunc(tests, expects)
		}
		if i < 0 {
			t.Errorf("no test expects the hint %q", hint)
			continue
		}
		fmt.Fprintf(&list, "%s\n\t%s\n", hint, tests[i].name)
	}
	golden.File(t, "testdata/hints.txt", []byte(list.String()))
}

// listedHints returns the tests of the list by their hints. A test stays there as long as
// it expects the hint, whatever others do.
func listedHints() map[string]string {
	listed := map[string]string{}
	data, _ := os.ReadFile("testdata/hints.txt")
	hint := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if test, ok := strings.CutPrefix(line, "\t"); ok {
			listed[hint] = test
		} else {
			hint = line
		}
	}
	return listed
}

// plain takes away what quoting in Go and JSON adds to a text.
var plain = strings.NewReplacer(`\"`, `"`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// testText is a file of tests, without what quoting adds to it.
type testText struct{ name, text string }

// testTexts returns the files that say what tests expect, those of testdata first.
func testTexts(t *testing.T) (all []testText) {
	t.Helper()
	var sources []testText
	for _, root := range []string{".", "../llb", "../test"} {
		walk(t, root, func(name string) {
			isData := strings.Contains(name, "testdata/")
			if name == "testdata/hints.txt" || !isData && !strings.HasSuffix(name, "_test.go") {
				return
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f := testText{name, plain.Replace(string(data))}
			if isData {
				all = append(all, f)
			} else {
				sources = append(sources, f)
			}
		})
	}
	return append(all, sources...)
}

func walk(t *testing.T, root string, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			visit(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var verb = regexp.MustCompile(`%\[?\d?\]?[a-z]|\n`)

// fragment returns the longest part of a hint that is the same for all inputs.
func fragment(hint string) string {
	return slices.MaxFunc(verb.Split(hint, -1), func(a, b string) int { return len(a) - len(b) })
}

// allHints returns the texts of hints in the code, sorted: those that are written where
// one is given, and those of constants and functions that are named there.
func allHints(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, files := range packages(t) {
		named := map[string][]ast.Node{}
		for _, f := range files {
			declared(f, named)
		}
		for _, f := range files {
			for _, given := range hintsIn(f) {
				collect(given, named, found)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// packages returns the parsed files of the module by their directories, without tests
// and what helps them.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	for _, root := range []string{".", "../llb"} {
		walk(t, root, func(name string) {
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "trial/") {
				return
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Dir(name)] = append(all[filepath.Dir(name)], f)
		})
	}
	return all
}

// declared notes the constants of a file, and what its functions return, by their names;
// methods have a dot before theirs.
func declared(f *ast.File, named map[string][]ast.Node) {
	for _, d := range f.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			name := f.Name.Name
			if f.Recv != nil {
				name = "." + name
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok {
					for _, e := range r.Results {
						named[name] = append(named[name], e)
					}
				}
				return true
			})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			switch v.Values[0].(type) {
			case *ast.BasicLit, *ast.BinaryExpr:
				named[v.Names[0].Name] = []ast.Node{v.Values[0]}
			}
		}
		return true
	})
}

// hintsIn returns what is given as a hint in a file.
func hintsIn(f *ast.File) (given []ast.Expr) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if field, ok := to.(*ast.SelectorExpr); ok && field.Sel.Name == "Hint" && i < len(n.Rhs) {
					given = append(given, n.Rhs[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Hint" || key.Name == "remedy") {
				given = append(given, n.Value)
			}
		}
		return true
	})
	return given
}

// collect adds the texts of an expression, and those of what it names in its package.
func collect(given ast.Node, named map[string][]ast.Node, found map[string]bool) {
	ast.Inspect(given, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
			if text := written(n.(ast.Expr)); isHint(text) {
				found[text] = true
				return false
			}
		case *ast.Ident:
			for _, node := range named[n.Name] {
				collect(node, nil, found)
			}
		case *ast.CallExpr:
			if method, ok := n.Fun.(*ast.SelectorExpr); ok {
				for _, node := range named["."+method.Sel.Name] {
					collect(node, nil, found)
				}
			}
		case *ast.SelectorExpr: // a field is called like many things
			collect(n.X, named, found)
			return false
		}
		return true
	})
}

// written returns a text as the code has it, with %s for what is put into it.
func written(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return written(e.X) + written(e.Y)
		}
	}
	return "%s"
}

// isHint reports whether a text is one, and no word between others.
func isHint(text string) bool {
	return strings.Contains(text, " ") && len(strings.TrimSpace(fragment(text))) >= 8
}
