// Package schema holds the JSON Schema of a spec against every spec in the
// repository: it must accept those that build, and refuse those whose shapes,
// keys or values are wrong.
package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/txtar"
)

const root = "../.."

// compiled returns the schema. Compiling it checks it against its own schema.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4) // what $schema says must win
	s, err := c.Compile(filepath.Join(root, "docs/stagefront.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 2020 {
		t.Fatalf("got draft %d, want 2020-12", s.DraftVersion)
	}
	return s
}

// TestGood validates specs that build, those of the manual, and those of the
// parser's tests that it accepts.
func TestGood(t *testing.T) {
	s := compiled(t)
	specs := map[string]string{}
	for _, file := range glob(t, "examples/*/*.yaml") {
		if text := read(t, file); strings.HasPrefix(text, "# syntax=org/stagefront") {
			specs[file] = text
		}
	}
	for i, block := range strings.Split(read(t, filepath.Join(root, "docs/spec.md")), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```\n")
		specs[fmt.Sprintf("docs/spec.md, spec %d", i+1)] = text
	}
	for _, file := range glob(t, "test/e2e/testdata/projects/*.txtar") {
		for _, f := range archive(t, file) {
			if strings.HasSuffix(f.Name, "stagefront.yaml") {
				specs[file+"/"+f.Name] = string(f.Data)
			}
		}
	}
	for _, file := range append(glob(t, "frontend/spec/testdata/good/*.txtar"), glob(t, "frontend/spec/testdata/targets/*.txtar")...) {
		for _, f := range archive(t, file) {
			if !strings.HasSuffix(f.Name, ".want") && !anyLanguage.MatchString(string(f.Data)) {
				specs[file+"/"+f.Name] = string(f.Data)
			}
		}
	}
	for name, text := range specs {
		v, err := value(text)
		if err == nil {
			err = s.Validate(v)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	t.Logf("%d good specs", len(specs))
}

// anyLanguage matches specs of the parser's tests in languages that the schema
// does not know: the parser takes any.
var anyLanguage = regexp.MustCompile(`language: (node|rust|python)`)

// visible are the messages on what a schema can see: keys, shapes and values
// by themselves.
var visible = regexp.MustCompile(`: (` + strings.Join([]string{
	`unknown key `,
	`got (nothing|string|list|map|an empty)\b`,
	`got .*, want `,
	`port \d+ is out of range`,
	`unknown protocol `,
	`unknown language `,
	`target "(test|binary)" is built in`,
	`"(targets|checks)" belongs to the top level`,
}, "|") + `)`)

// unseen are specs with such messages that the schema accepts nevertheless, and why.
var unseen = map[string]string{
	"files/mode-decimal":              asWritten,
	"files/mode-hex":                  asWritten,
	"ports/hex":                       asWritten,
	"shapes/build-cgo-capital":        asWritten,
	"shapes/args-nothing":             "the word null, which is a text, has the same value as nothing",
	"syntax/two-documents":            oneByOne,
	"syntax/two-documents-empty":      oneByOne,
	"syntax/document-end":             oneByOne,
	"healthcheck/too-small":           "units add up",
	"values/user-uid-float":           asWritten,
	"values/platform-no-such-variant": "variants are those of their architecture",
	"variables/expanded-wrong":        unexpanded,
	"variables/expanded-mode":         unexpanded,
	"variables/expanded-runtime":      unexpanded,
}

const (
	asWritten  = "a schema sees what a scalar stands for, not its text"
	oneByOne   = "the documents of a file are validated one by one"
	unexpanded = "variables are not expanded"
)

// TestBad validates the bad specs of the parser's tests. Of what they are
// about, a schema cannot see rules between values, variables, duplicates that
// are written in two ways, and YAML's own rules.
func TestBad(t *testing.T) {
	s := compiled(t)
	seen := map[string]bool{}
	refused, broken := 0, 0
	var accepted []string
	for _, file := range glob(t, "frontend/spec/testdata/bad/*.txtar") {
		files := archive(t, file)
		for i := 0; i+1 < len(files); i += 2 {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar") + "/" + files[i].Name
			text, want := string(files[i].Data), string(files[i+1].Data)
			seen[name] = true
			v, err := value(text)
			switch {
			case err != nil:
				broken++
			case s.Validate(v) != nil:
				refused++
				if unseen[name] != "" {
					t.Errorf("%s is refused by now: remove it from unseen", name)
				}
			default:
				accepted = append(accepted, name)
				if unseen[name] == "" && visible.MatchString(want) {
					t.Errorf("%s is accepted, want it refused:\n%s\n%s", name, text, want)
				}
			}
		}
	}
	for name := range unseen {
		if !seen[name] {
			t.Errorf("there is no spec %s", name)
		}
	}
	t.Logf("of %d bad specs %d are refused and %d are no YAML; these are accepted:\n%s",
		len(seen), refused, broken, strings.Join(accepted, "\n"))
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files for %s: %v", len(files), pattern, err)
	}
	slices.Sort(files)
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func archive(t *testing.T, file string) []txtar.File {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a.Files
}

// value reads YAML as the value that an editor validates.
func value(text string) (any, error) {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, err
	}
	return plain(v), nil
}

// plain returns v as JSON would have it: keys are strings, and so are times.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
		return v
	case map[any]any:
		out := map[string]any{}
		for k, x := range v {
			out[fmt.Sprint(k)] = plain(x)
		}
		return out
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return v
}
