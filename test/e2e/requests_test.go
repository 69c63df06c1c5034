package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/test/labenv"
)

// calls are the requests that every example is asked.
var calls = []string{"check", "outline", "targets", "explain", "schema", "subrequests.describe"}

// TestRequests asks every example all requests, as text and as JSON, and
// compares the answers with testdata/requests/NAME.txtar. A file of the archive
// that ends in ".status" has the exit status.
func TestRequests(t *testing.T) {
	lab := start(t)
	examples, err := filepath.Glob(filepath.Join(lab.Root, "examples/*/stagefront.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("got %d examples: %v", len(examples), err)
	}
	for _, spec := range examples {
		dir := filepath.Dir(spec)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			got := answers(t, lab, dir)
			golden(t, "testdata/requests/"+filepath.Base(dir)+".txtar", txtar.Format(got))
		})
	}
}

// answers returns what an example's spec answers, as an archive.
func answers(t *testing.T, lab *labenv.Lab, dir string) *txtar.Archive {
	t.Helper()
	got := &txtar.Archive{Comment: []byte("What every request answers for examples/" + filepath.Base(dir) + ".\n")}
	for _, call := range calls {
		flags := ""
		if filepath.Base(dir) == "java-gradle" {
			flags = gradle
		}
		text, status := asked(t, lab, dir, call, flags, "2>/dev/null")
		answer, _ := asked(t, lab, dir, call+",format=json", flags, "2>/dev/null")
		if call == "schema" {
			if !json.Valid([]byte(text)) || text != answer+"\n" && strings.TrimSpace(text) != strings.TrimSpace(answer) {
				t.Errorf("the schema is no JSON, or its two forms differ")
			}
			continue // docs/stagefront.schema.json is its golden
		}
		got.Files = append(got.Files,
			txtar.File{Name: call + ".txt", Data: []byte(text)},
			txtar.File{Name: call + ".json", Data: []byte(withoutDefinitions(t, answer))},
			txtar.File{Name: call + ".status", Data: []byte(status + "\n")})
	}
	return got
}

// TestBrokenRequests asks the broken specs of testdata/broken all requests and
// compares what the terminal shows, with the exit status. One of them is a
// Dockerfile, which another frontend would have answers for.
func TestBrokenRequests(t *testing.T) {
	lab := start(t)
	forArchives(t, "broken", func(t *testing.T, a *archive) {
		dir := a.project(t)
		a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "--call=") })
		for _, call := range calls {
			shown, status := show(t, lab, dir, call)
			if _, json := show(t, lab, dir, call+",format=json"); json != status {
				t.Errorf("%s: got status %s, as JSON %s", call, status, json)
			}
			if call == "schema" && status == "0" {
				shown = "" // docs/stagefront.schema.json is its golden
			}
			a.Files = append(a.Files, txtar.File{Name: "--call=" + call, Data: []byte(heard(shown) + "status " + status + "\n")})
		}
		golden(t, a.file, txtar.Format(a.Archive))
	})
}

// show is asked, with what goes to the terminal beside the answer.
func show(t *testing.T, lab *labenv.Lab, dir, call string) (text, status string) {
	t.Helper()
	return asked(t, lab, dir, call, "--progress=quiet", "2>&1")
}

// asked returns what a request prints, and its exit status; redirect says what
// becomes of what is not the answer.
func asked(t *testing.T, lab *labenv.Lab, dir, call, flags, redirect string) (text, status string) {
	t.Helper()
	script := `docker buildx build --call="$0" ` + flags + ` -f stagefront.yaml . ` + redirect + `; echo "status $?"`
	if !lab.HasDocker() {
		script = strings.TrimPrefix(script, "docker ")
	}
	printed, err := lab.Run(t, dir, "sh", "-c", script, call)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.LastIndex(printed, "status ")
	return printed[:i], strings.TrimSpace(printed[i+len("status "):])
}

// withoutDefinitions returns JSON without what differs between sessions: how
// a source was transferred.
func withoutDefinitions(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var drop func(v any)
	drop = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			delete(v, "definition")
			for _, x := range v {
				drop(x)
			}
		case []any:
			for _, x := range v {
				drop(x)
			}
		}
	}
	drop(v)
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// TestCheckConfig asks for checks that a comment, the spec and whoever builds
// skip, and builds with findings as errors.
func TestCheckConfig(t *testing.T) {
	lab := start(t)
	spec := func(comment, rest string) string {
		return project(t, "-- stagefront.yaml --\n# syntax=org/stagefront\n"+comment+"user: root\nports: [80]\nruntime: scratch\nbuild: {args: {A: b}}\n"+rest+
			"-- go.mod --\nmodule example.com/app\n\ngo 1.26.0\n-- main.go --\npackage main\n\nfunc main() {}\n")
	}
	for _, c := range []struct {
		name, comment, spec string
		flags               []string
		want                string // ids that are found
	}{
		{"nothing skipped", "", "", nil, "UnusedArg RootUser"},
		{"comment", "# check=skip=RootUser\n", "", nil, "UnusedArg"},
		{"spec", "", "checks: {skip: [UnusedArg]}\n", nil, "RootUser"},
		{"comment and spec", "# check=skip=RootUser\n", "checks: {skip: [UnusedArg]}\n", nil, ""},
		{"build arg in the comment's place", "# check=skip=RootUser\n", "", []string{"--build-arg=BUILDKIT_DOCKERFILE_CHECK=skip=UnusedArg"}, "RootUser"},
		{"build arg and spec", "# check=skip=all\n", "checks: {skip: [RootUser]}\n", []string{"--build-arg=BUILDKIT_DOCKERFILE_CHECK=skip=UnusedArg"}, ""},
		{"all", "# check=skip=all\n", "", nil, ""},
		{"all in the spec", "", "checks: {skip: [all]}\n", nil, ""},
	} {
		dir := spec(c.comment, c.spec)
		printed, err := try(t, lab, dir, append(c.flags, "--check")...)
		if (err != nil) != (c.want != "") {
			t.Errorf("%s: got %v, want findings %q\n%s", c.name, err, c.want, printed)
		}
		for _, id := range []string{"UnusedArg", "RootUser"} {
			if got, want := strings.Contains(printed, "WARNING: "+id), strings.Contains(c.want, id); got != want {
				t.Errorf("%s: found %s: %v, want %v\n%s", c.name, id, got, want, printed)
			}
		}
	}
	printed, err := try(t, lab, spec("# check=error=true\n", ""))
	if err == nil || !strings.Contains(printed, "stagefront.yaml:3:7: RootUser:") {
		t.Errorf("findings are no errors: %v\n%s", err, printed)
	}
	for option, fails := range map[string]bool{"error=true": true, "error=false": false, "skip=RootUser,UnusedArg;error=true": false} {
		printed, err = try(t, lab, spec("# check=error=true\n", ""), "--build-arg=BUILDKIT_DOCKERFILE_CHECK="+option)
		if (err != nil) != fails {
			t.Errorf("%s in the comment's place: got %v\n%s", option, err, printed)
		}
	}
	printed, err = try(t, lab, spec("", ""), "--platform", strings.Join(platforms, ","))
	// Of buildx's summary: its log has a warning too, when it arrives before the step it hangs on ends.
	if err != nil || !strings.Contains(printed, "2 warnings found") || strings.Count(printed, " - RootUser: ") != 1 {
		t.Errorf("got %v, want each warning once for two platforms\n%s", err, printed)
	}
}

// TestUnknownRequest asks what nobody answers: it must not reach another frontend.
func TestUnknownRequest(t *testing.T) {
	lab := start(t)
	printed, err := try(t, lab, example(t, lab, "go-calculator"), "--call=explan")
	if err == nil || !strings.Contains(printed, `unknown request "explan"; did you mean "explain"?`) {
		t.Errorf("got %v\n%s", err, printed)
	}
}
