// Command lint holds the project's Go against what no test sees: its format, what
// its modules require, the checkers' findings, and known vulnerabilities. The
// checkers are pinned in this module, whose dependencies are nobody else's.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// modules are the project's, by their directories.
var modules = []string{".", "test", "test/lint"}

// pins is a module of tools alone: what it requires is all that there is to check.
const pins = "test/engines"

// A check is one command in one module. It finds nothing when it ends well and
// prints nothing, or when judge says so.
type check struct {
	name  string
	args  []string
	judge func(out string, err error) verdict
}

// A verdict is what is to be thought of a command's end.
type verdict struct {
	text  string
	wrong bool
}

var tidy = check{name: "go mod tidy", args: []string{"go", "mod", "tidy", "-diff"}}

var checks = []check{
	tidy,
	{name: "go vet", args: []string{"go", "vet", "./..."}},
	{name: "staticcheck", args: []string{"staticcheck", "./..."}},
	{name: "govulncheck", args: []string{"govulncheck", "./..."}, judge: judgeVulnerabilities},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "lint: error:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	bin, err := buildCheckers(filepath.Join(root, "test", "lint"))
	if err != nil {
		return err
	}
	defer os.RemoveAll(bin)
	wrong := 0
	tell := func(where, name string, v verdict) {
		switch {
		case v.wrong:
			wrong++
			fmt.Printf("%s in %s:\n%s\n", name, where, v.text)
		case v.text != "":
			fmt.Printf("%s in %s: %s\n", name, where, v.text)
		default:
			fmt.Printf("%s in %s: nothing\n", name, where)
		}
	}
	unformatted, err := findUnformatted(root)
	if err != nil {
		return err
	}
	tell(".", "gofmt", verdict{text: unformatted, wrong: unformatted != ""})
	for _, module := range modules {
		for _, c := range checks {
			tell(module, c.name, c.run(filepath.Join(root, module), bin))
		}
	}
	tell(pins, tidy.name, tidy.run(filepath.Join(root, pins), bin))
	if wrong > 0 {
		return fmt.Errorf("%d of the checks found something", wrong)
	}
	return nil
}

// findRoot returns the checkout that the program runs in.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "test", "lint", "go.mod")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("not in a checkout")
}

// buildCheckers builds this module's tools and returns the directory they are in.
func buildCheckers(module string) (string, error) {
	bin, err := os.MkdirTemp("", "stagefront-lint-")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "tool")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("building the checkers: %w\n%s", err, out), os.RemoveAll(bin))
	}
	return bin, nil
}

// run runs c in dir; a program of bin comes before one of the machine.
func (c check) run(dir, bin string) verdict {
	program := c.args[0]
	if own := filepath.Join(bin, program); isFile(own) {
		program = own
	}
	cmd := exec.Command(program, c.args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if c.judge != nil {
		return c.judge(text, err)
	}
	return verdict{text: text, wrong: err != nil}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// findUnformatted returns the files below root that gofmt would change, one a
// line. Test data may be what nobody formats.
func findUnformatted(root string) (string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root):
			return fs.SkipDir
		case filepath.Ext(path) == ".go":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("listing the project's files: %w", err)
	}
	out, err := exec.Command("gofmt", append([]string{"-l"}, files...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("running gofmt: %w\n%s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
