package frontend

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCompatibility holds docs/compatibility.md: every row of a convention has a test, the
// tests exist, none says that something is ignored, and BuildKit's files of tests are all
// spoken of.
func TestCompatibility(t *testing.T) {
	conventions, files := compatibility(t)
	exist := testNames(t)
	for _, row := range slices.Concat(conventions, files) {
		text := strings.Join(row, " | ")
		if strings.Contains(strings.ToLower(text), "ignored") {
			t.Errorf("something is ignored: %s", text)
		}
		tests := named.FindAllString(row[len(row)-1], -1)
		for _, name := range tests {
			if !exist[strings.Trim(name, "`")] {
				t.Errorf("no test %s, which proves: %s", name, text)
			}
		}
		if len(tests) == 0 && (len(row) == 4 || row[1] == "covered") {
			t.Errorf("no test proves: %s", text)
		}
	}
	var spoken []string
	for _, row := range files {
		spoken = append(spoken, strings.Trim(row[0], "`"))
		if !slices.Contains([]string{"covered", "not applicable", "missing"}, row[1]) {
			t.Errorf("%s is %q", row[0], row[1])
		}
	}
	if there := buildkitTests(t); !slices.Equal(spoken, there) {
		t.Errorf("got the files %q, want %q", spoken, there)
	}
}

var named = regexp.MustCompile("`Test[A-Za-z]+`")

// compatibility returns the rows of the tables, by their cells: of conventions and engines
// four, of files three.
func compatibility(t *testing.T) (conventions, files [][]string) {
	t.Helper()
	data, err := os.ReadFile("../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		switch {
		case !strings.HasPrefix(line, "| ") || slices.Contains([]string{"convention", "engine", "file"}, cells[0]):
		case len(cells) == 4:
			conventions = append(conventions, cells)
		case len(cells) == 3:
			files = append(files, cells)
		default:
			t.Errorf("a row of %d cells: %s", len(cells), line)
		}
	}
	if len(conventions) == 0 || len(files) == 0 {
		t.Fatalf("got %d and %d rows", len(conventions), len(files))
	}
	return conventions, files
}

// testNames returns the tests of the repository, by their names.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	definition := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	for _, root := range []string{".", "../llb", "../test"} {
		err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			data, err := os.ReadFile(name)
			for _, m := range definition.FindAllStringSubmatch(string(data), -1) {
				names[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// buildkitTests returns the names of the files that test docker/dockerfile.
func buildkitTests(t *testing.T) (names []string) {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/buildkit").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "frontend/dockerfile/*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files: %v", len(files), err)
	}
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	return names
}
