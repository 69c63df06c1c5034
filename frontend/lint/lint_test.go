package lint

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// contextFS is what the examples of docs/checks.md are checked in.
var contextFS = fstest.MapFS{
	"go.mod":           {Data: []byte("module example.com/app\n\ngo 1.23\n")},
	"main.go":          {Data: []byte("package main\n\nvar version string\n")},
	"config.yaml":      {},
	".env":             {},
	".env.example":     {},
	"python/app.py":    {Data: []byte("print(1)\n")},
	"unlocked/go.mod":  {Data: []byte("module example.com/app\n\ngo 1.26.0\n\nrequire example.com/dep v1.0.0\n")},
	"unlocked/main.go": {Data: []byte("package main\n")},
	"sqlite/go.mod":    {Data: []byte("module example.com/app\n\ngo 1.26.0\n\nrequire github.com/mattn/go-sqlite3 v1.14.0\n")},
	"sqlite/go.sum":    {},
	"sqlite/main.go":   {Data: []byte("package main\n\nimport _ \"github.com/mattn/go-sqlite3\"\n")},
	"java/pom.xml":     {Data: []byte("<project><artifactId>shop</artifactId></project>\n")},
	"large/go.mod":     {Data: []byte("module example.com/app\n\ngo 1.26.0\n")},
	"large/main.go":    {Data: []byte("package main\n")},
}

var (
	section = regexp.MustCompile(`(?m)^## (\w+)\n`)
	example = regexp.MustCompile("(?s)```yaml\n(.*?)```")
)

// TestDocs holds the rules against their pages: every rule has one, in order,
// whose first example it finds and whose second it does not.
func TestDocs(t *testing.T) {
	data, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	heads := section.FindAllStringSubmatchIndex(string(data), -1)
	if len(heads) != len(Rules) {
		t.Fatalf("got %d pages for %d rules", len(heads), len(Rules))
	}
	for i, r := range Rules {
		t.Run(r.ID, func(t *testing.T) {
			end := len(data)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			if id := string(data[heads[i][2]:heads[i][3]]); id != r.ID {
				t.Fatalf("got the page of %s, want that of %s", id, r.ID)
			}
			page := string(data[heads[i][0]:end])
			if said := strings.Contains(page, "*In builds alone.*"); said != r.Compiled {
				t.Errorf("the page says that builds alone find it: %v, want %v", said, r.Compiled)
			}
			examples := example.FindAllStringSubmatch(page, -1)
			if want := map[bool]int{true: 0, false: 2}[r.Compiled]; len(examples) != want {
				t.Fatalf("got %d examples, want %d: one that it finds and one that it does not", len(examples), want)
			}
			for j, want := range []bool{true, false}[:len(examples)] {
				findings := check(t, examples[j][1])
				found := false
				for _, f := range findings {
					if f.Rule == r {
						found = true
						t.Logf("%s: %s", f.Range, f.Message)
					}
				}
				if found != want {
					t.Errorf("%s: got %v, want %v", examples[j][1], found, want)
				}
			}
			if r.Doc == "" || strings.HasSuffix(r.Doc, ".") {
				t.Errorf("got doc %q, want a line without a full stop", r.Doc)
			}
		})
	}
}

// check returns all findings in a spec, for which VERSON was given.
func check(t *testing.T, text string) []Finding {
	t.Helper()
	project := fs.FS(contextFS)
	if strings.Contains(text, "large") {
		project = largeFS()
	}
	doc := trial.Document(t, text)
	s, diags := doc.Spec(spec.Request{Platform: trial.AMD64, BuildArgs: map[string]string{"VERSON": "1.2.3"}, Asking: true})
	if s == nil {
		t.Fatal(diags)
	}
	p, more := plan.New(&language.Project{FS: project, Spec: s, Host: trial.AMD64}, trial.AMD64)
	diags.Add(more)
	if _, declared := s.Build.Args.Get("VERSON"); !declared {
		d := diags.Warnf(diag.Range{}, "build arg %q is not declared", "VERSON")
		d.Rule = "UndeclaredArg"
	}
	in := &Input{Doc: doc, Spec: s, Plan: p, Files: project, Found: diags}
	return Run(in, func(string) bool { return false }, true)
}

func largeFS() fs.FS {
	out := fstest.MapFS{}
	for name, f := range contextFS {
		out[name] = f
	}
	for i := range manyFiles + 1 {
		out[fmt.Sprintf("large/data/%d", i)] = &fstest.MapFile{}
	}
	return out
}

// TestSecrets tells secrets from what is only called like one.
func TestSecrets(t *testing.T) {
	for text, want := range map[string]bool{
		"env: {PGPASSWORD: hunter2}":                          true,
		"env: {PASSWORD: 1234}":                               true,
		"env: {API_TOKEN: abc}":                               true,
		"env: {API_TOKEN: \"\"}":                              false,
		"env: {DATABASE_URL: \"postgres://me:pw@db/shop\"}":   true,
		"env: {DATABASE_URL: \"postgres://db/shop\"}":         false,
		"env: {TOKENIZERS_PARALLELISM: false}":                false,
		"env: {MAX_TOKENS: 4096}":                             false,
		"env: {TOKEN_LIFETIME: 30m}":                          false,
		"env: {SECRETARY: Jo}":                                false,
		"env: {API_KEY_FILE: /run/secrets/key}":               false,
		"labels: {com.example.api-key: abc}":                  true,
		"build: {args: {NPM_TOKEN: }}":                        true,
		"build: {args: {NPM_TOKEN: x}}":                       true,
		"build: {args: {TOKEN_FILE: }}":                       false,
		"build: {env: {AWS_SECRET_ACCESS_KEY: x}}":            true,
		"build: {env: {SECRET_KEY: only-for-collectstatic}}":  false,
		"build: {env: {SECRET_KEY: only4collectstatic}}":      true,
		"args: [--password=hunter2]":                          true,
		"args: [--password-file=/run/secrets/db]":             false,
		"args: [-dsn, \"postgres://me:pw@db/shop\"]":          true,
		"entrypoint: [., --api-key=abc]":                      true,
		"args: [--listen=:8080, token]":                       false,
		"labels: {note: \"-----BEGIN RSA PRIVATE KEY-----\"}": true,
	} {
		found := false
		for _, f := range check(t, text) {
			found = found || f.Rule.ID == "SecretValue"
		}
		if found != want {
			t.Errorf("%s: got %v, want %v", text, found, want)
		}
	}
	for text, want := range map[string]bool{"files: [.env]": true, "files: [.env.example]": false} {
		found := false
		for _, f := range check(t, text) {
			found = found || f.Rule.ID == "SecretFile"
		}
		if found != want {
			t.Errorf("%s: got %v, want %v", text, found, want)
		}
	}
}

// TestHealthcheckOfFiles knows what files bring into an image, and where.
func TestHealthcheckOfFiles(t *testing.T) {
	for files, want := range map[string]bool{
		"config.yaml":                                         true,
		"main.go:/usr/local/bin/":                             true,
		"main.go:/usr/local/bin/healthy":                      false,
		"*.go":                                                true,
		"{source: x, from: bin/heal*, to: /a/}":               true,
		"{source: x, from: usr/local/bin/*}":                  true,
		"{source: x, from: /bin/heal*, to: /usr/local/bin/}":  false,
		"{source: x, from: /bin/healthy, to: /usr/local/bin}": false,
	} {
		if files[0] != '{' {
			files = "\"" + files + "\""
		}
		found := false
		for _, f := range check(t, "files: ["+files+"]\nhealthcheck: {test: [CMD, /usr/local/bin/healthy]}\n") {
			found = found || f.Rule.ID == "HealthcheckProgram"
		}
		if found != want {
			t.Errorf("%s: got %v, want %v", files, found, want)
		}
	}
}

// TestChosenRuntime leaves alone the image that a language takes where distroless
// has no variant for it.
func TestChosenRuntime(t *testing.T) {
	for _, f := range check(t, "language: python\nproject: python\nversion: 3.12\nentrypoint: app.py\n") {
		if f.Rule.ID == "LatestRuntime" {
			t.Errorf("got %+v", f)
		}
	}
}

func TestSkip(t *testing.T) {
	doc := trial.Document(t, "user: root\n")
	s, diags := doc.Spec(spec.Request{Platform: trial.AMD64})
	if s == nil {
		t.Fatal(diags)
	}
	in := &Input{Doc: doc, Spec: s, Files: contextFS}
	if got := Run(in, func(id string) bool { return id == "RootUser" }, true); len(got) != 0 {
		t.Errorf("got %+v, want nothing", got)
	}
	diags = CheckSkip(spec.Texts{{Value: "RotUser", Range: s.User.Range}, {Value: "all"}, {Value: "EndOfLife"}})
	if want := `stagefront.yaml:1:7: unknown rule "RotUser"; did you mean "RootUser"?`; diags.Error() != want {
		t.Errorf("got %q, want %q", diags.Error(), want)
	}
}

// FuzzRules checks any spec: nothing panics, every finding says something, and
// its place is inside of a file.
func FuzzRules(f *testing.F) {
	data, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range example.FindAllSubmatch(data, -1) {
		f.Add(e[1])
	}
	for _, text := range trial.Specs(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, _ := spec.Parse(trial.Source(string(text)))
		if doc == nil {
			return
		}
		s, _ := doc.Spec(spec.Request{Platform: trial.AMD64, Asking: true})
		if s == nil {
			return
		}
		project := maps.Clone(contextFS)
		project[trial.SpecFile] = &fstest.MapFile{Data: text}
		p, found := plan.New(&language.Project{FS: project, Spec: s, Host: trial.AMD64}, trial.AMD64)
		in := &Input{Doc: doc, Spec: s, Plan: p, Files: project, Found: found}
		var all diag.List
		for _, finding := range Run(in, func(string) bool { return false }, true) {
			if strings.HasPrefix(finding.Message, " ") {
				t.Errorf("%s says %q", finding.Rule.ID, finding.Message)
			}
			all = append(all, diag.Diagnostic{Message: finding.Message, Range: finding.Range})
		}
		all.Add(CheckSkip(s.Checks.Skip))
		trial.Within(t, all, project)
	})
}
