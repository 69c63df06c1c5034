package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// told collects what a test that fails would say.
type told struct {
	testing.TB
	texts []string
}

func (f *told) Helper()                        {}
func (f *told) Errorf(format string, a ...any) { f.texts = append(f.texts, fmt.Sprintf(format, a...)) }
func (f *told) Error(a ...any)                 { f.texts = append(f.texts, fmt.Sprint(a...)) }
func (f *told) Fatal(a ...any)                 { f.Error(a...); runtime.Goexit() }
func (f *told) Fatalf(format string, a ...any) { f.Errorf(format, a...); runtime.Goexit() }

// failing returns what a test says when it fails, "" when it does not.
func failing(test func(t testing.TB)) string {
	f := &told{}
	done := make(chan bool)
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	return strings.Join(f.texts, "\n")
}

// archive writes an archive and returns its name.
func archive(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.txtar")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// updating has goldens rewritten while a test runs.
func updating(t *testing.T) {
	before := *update
	*update = true
	t.Cleanup(func() { *update = before })
}

// holds fails unless a file has a text.
func holds(t *testing.T, file, want string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"It is fine.\n-- a --\n":  "",
		"-- a --\n":               "does not say what it proves",
		"\nTwo.\n-- a --\n":       "does not say what it proves",
		"It has no files in it\n": "has no files in it",
	} {
		got := failing(func(f testing.TB) { Parse(f, archive(t, text)) })
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := failing(func(f testing.TB) { Files(f, "none/*.txtar") }); !strings.Contains(got, "got 0 archives") {
		t.Errorf("got %q", got)
	}
}

func TestFile(t *testing.T) {
	file := archive(t, "one\ntwo\nthree\n")
	if got := failing(func(f testing.TB) { File(f, file, []byte("one\ntwo\nthree\n")) }); got != "" {
		t.Errorf("got %s", got)
	}
	got := failing(func(f testing.TB) { File(f, file, []byte("one\n2\nthree\n")) })
	if want := "line 2\ngot:\n2\nthree\n\nwant:\ntwo\nthree\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q at its end", got, want)
	}
	if got := failing(func(f testing.TB) { File(f, file+".none", nil) }); !strings.Contains(got, "-update writes it") {
		t.Errorf("got %q for a file that there is not", got)
	}
	holds(t, file, "one\ntwo\nthree\n")
}

// TestArchives gives a test the project alone, and rewrites what is wanted of it.
func TestArchives(t *testing.T) {
	file := archive(t, "It is counted.\n-- a --\nA\n-- b --\nB\n-- want --\n2\n")
	count := func(t *testing.T, a *txtar.Archive) string { return fmt.Sprintf("%d\n", len(a.Files)) }
	Archives(t, file, count)
	updating(t)
	Archives(t, file, func(*testing.T, *txtar.Archive) string { return "other\n" })
	holds(t, file, "It is counted.\n-- a --\nA\n-- b --\nB\n-- want --\nother\n")
}

// TestAnswers asks for several things of one project, in their order.
func TestAnswers(t *testing.T) {
	file := archive(t, "It is asked.\n-- two --\nold\n-- a --\nA\n")
	updating(t)
	Answers(t, file, []string{"one", "two"}, func(_ *testing.T, a *txtar.Archive, name string) string {
		a.Files[0].Name += "!" // of its own
		return fmt.Sprintf("%s %d\n", name, len(a.Files))
	})
	holds(t, file, "It is asked.\n-- a --\nA\n-- one --\none 1\n-- two --\ntwo 1\n")
}

func TestPairs(t *testing.T) {
	file := archive(t, "They are shouted.\n-- a --\na\n-- a.want --\nA\n-- b --\nb\n-- b.want --\nB\n")
	shout := func(_ *testing.T, text string) string { return strings.ToUpper(text) }
	if n := Pairs(t, file, shout); n != 2 {
		t.Errorf("got %d pairs, want 2", n)
	}
	updating(t)
	Pairs(t, file, func(_ *testing.T, text string) string { return text })
	holds(t, file, "They are shouted.\n-- a --\na\n-- a.want --\na\n-- b --\nb\n-- b.want --\nb\n")
}
