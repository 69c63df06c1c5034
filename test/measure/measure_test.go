package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden in testdata")

// TestMeasure measures a small module whose numbers can be counted by eye, with a
// file beside that is long because of its blank lines.
func TestMeasure(t *testing.T) {
	const golden = "testdata/module.txtar"
	a, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	last := len(a.Files) - 1
	long := txtar.File{Name: "cart/price/long.go", Data: []byte("package price\n" + strings.Repeat("\n", 300))}
	dir := unpacked(t, append(a.Files[:last:last], long))
	var got strings.Builder
	if err := run([]string{dir}, &got); err != nil {
		t.Fatal(err)
	}
	if *update {
		a.Files[last].Data = []byte(got.String())
		if err := os.WriteFile(golden, txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(a.Files[last].Data); got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
	again := strings.Builder{}
	if err := run([]string{dir}, &again); err != nil || again.String() != got.String() {
		t.Errorf("another run says something else (%v):\n%s", err, again.String())
	}
}

// unpacked returns a directory that has files.
func unpacked(t *testing.T, files []txtar.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestMeasureThis measures this checkout, where no argument is given.
func TestMeasureThis(t *testing.T) {
	t.Chdir("..")
	var got strings.Builder
	if err := run(nil, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"frontend", "llb", "cmd/frontend", "total"} {
		if !strings.Contains(got.String(), "\n"+name+" ") {
			t.Errorf("%s has no line in\n%s", name, got.String())
		}
	}
}

func TestRefused(t *testing.T) {
	empty := unpacked(t, []txtar.File{{Name: "go.mod", Data: []byte("module m\n")}})
	nameless := unpacked(t, []txtar.File{{Name: "go.mod", Data: []byte("go 1.26\n")}})
	broken := unpacked(t, []txtar.File{
		{Name: "go.mod", Data: []byte("module m\n")}, {Name: "a/b.go", Data: []byte("package b\nfunc\n")},
	})
	for want, args := range map[string][]string{
		"usage: measure [DIR]": {"a", "b"},
		"no such file":         {filepath.Join(empty, "none")},
		"has no Go code":       {empty},
		"names no module":      {nameless},
		"a/b.go:":              {broken},
	} {
		err := run(args, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", args, err, want)
		}
	}
}

func TestRank(t *testing.T) {
	var ten []function
	for n := range 10 {
		ten = append(ten, function{Lines: n + 1})
	}
	for percent, want := range map[int]int{1: 1, 50: 5, 90: 9, 91: 10, 100: 10} {
		if got := rank(ten, percent); got != want {
			t.Errorf("%d %%: got %d, want %d", percent, got, want)
		}
	}
	if got := rank(ten[:1], 50); got != 1 {
		t.Errorf("of one: got %d", got)
	}
}
