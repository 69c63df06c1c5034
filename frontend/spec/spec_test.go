package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/golden"
)

var arm64 = Platform{OS: "linux", Architecture: "arm64"}

// TestBad reads the bad specs of testdata/bad. Each archive holds many, each
// followed by what is said of it.
func TestBad(t *testing.T) {
	count := golden.Pairs(t, "testdata/bad/*.txtar", func(t *testing.T, text string) string {
		_, diags := read(text)
		if diags.Err() == nil {
			t.Error("it is fine, want problems")
			return ""
		}
		for _, d := range diags {
			if !inside(d.Range, text) {
				t.Errorf("%v to %v is outside of the spec", d.Range.Start, d.Range.End)
			}
		}
		return strings.ReplaceAll(diags.Errors().Error(), source("").Name+":", "") + "\n"
	})
	t.Logf("%d bad specs", count)
}

// TestGood reads the good specs of testdata/good, each followed by what it
// holds: every value with its line and column.
func TestGood(t *testing.T) {
	golden.Pairs(t, "testdata/good/*.txtar", func(t *testing.T, text string) string {
		s, diags := read(text)
		if s == nil {
			t.Error(diags.Errors())
			return ""
		}
		return brief(reflect.ValueOf(*s), "", func(r Range) string { return fmt.Sprintf("@%d:%d", r.Start.Line, r.Start.Column) })
	})
}

// source returns a text as the spec file that it is.
func source(text string) *diag.Source {
	return &diag.Source{Name: "stagefront.yaml", Data: []byte(text)}
}

// parsed returns the document of a text, which must be one.
func parsed(t testing.TB, text string) *Document {
	t.Helper()
	doc, diags := Parse(source(text))
	if doc == nil {
		t.Fatalf("%s\n%v", text, diags.Errors())
	}
	return doc
}

// read reads a spec for linux/arm64.
func read(text string) (*Spec, diag.List) {
	doc, diags := Parse(source(text))
	if doc == nil {
		return nil, diags
	}
	s, more := doc.Spec(Request{Platform: arm64, BuildArgs: map[string]string{"GIVEN": "given"}})
	diags.Add(more)
	return s, diags
}

// inside reports whether a range is in a text, and not empty. On an empty line
// it is one character wide.
func inside(r diag.Range, text string) bool {
	lines := strings.Split(text, "\n")
	for _, p := range []diag.Pos{r.Start, r.End} {
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > max(len([]rune(lines[p.Line-1])), 1)+1 {
			return false
		}
	}
	return r.Start.Before(r.End)
}

// TestTargets reads the specs of testdata/targets, each followed by what every
// target of it is, after the top level.
func TestTargets(t *testing.T) {
	golden.Pairs(t, "testdata/targets/*.txtar", func(t *testing.T, text string) string {
		doc := parsed(t, text)
		var b strings.Builder
		for _, target := range append([]Target{{}}, doc.Targets()...) {
			fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("# %s %s", target.Name.Value, target.Description)))
			s, diags := doc.Spec(Request{Platform: arm64, Target: target.Name.Value})
			if s == nil {
				fmt.Fprintln(&b, diags.Errors())
				continue
			}
			b.WriteString(brief(reflect.ValueOf(*s), "", func(Range) string { return "" }))
		}
		return b.String()
	})
}

// brief prints what is set in a struct of the spec's types, each value with
// what at says of its place:
//
//	build.args: A@2:5=1@2:8
func brief(v reflect.Value, path string, at func(Range) string) string {
	var b strings.Builder
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("spec")
		if key == "" {
			continue
		}
		f := v.Field(i)
		switch x := f.Interface().(type) {
		case Build, Healthcheck, Checks:
			b.WriteString(brief(f, path+key+".", at))
		case Files:
			for _, file := range x {
				fmt.Fprintf(&b, "%s%s:\n%s", path, key, brief(reflect.ValueOf(file), "  ", at))
			}
		default:
			if text := strings.Join(words(x, at), " "); text != "" {
				fmt.Fprintf(&b, "%s%s: %s\n", path, key, text)
			}
		}
	}
	return b.String()
}

// words prints the values of a key, none where it is not set.
func words(x any, at func(Range) string) (out []string) {
	say := func(r Range, format string, args ...any) {
		if !r.IsZero() {
			out = append(out, fmt.Sprintf(format, args...)+at(r))
		}
	}
	switch x := x.(type) {
	case Text:
		say(x.Range, "%q", x.Value)
	case Texts:
		for _, t := range x {
			say(t.Range, "%q", t.Value)
		}
	case Argv:
		return words(x.Items, at)
	case Commands:
		for _, c := range x {
			say(c.Range, "%q", c.Args.Values())
		}
	case Test:
		say(x.Range, "%v %q", x.Enabled, x.Command.Values())
	case Pairs:
		for _, p := range x {
			out = append(out, strings.Join(append(words(p.Name, at), words(p.Value, at)...), "="))
		}
	case Ports:
		for _, p := range x {
			say(p.Range, "%d/%s", p.Number, p.Protocol)
		}
	case Flag:
		say(x.Range, "%v", x.Value)
	case Number:
		say(x.Range, "%d", x.Value)
	case Duration:
		say(x.Range, "%v", x.Value)
	case Mode:
		say(x.Range, "%#o", x.Value)
	case User:
		text := x.Name
		if x.HasID {
			text = fmt.Sprint(x.UID)
		}
		if x.HasGD {
			text += fmt.Sprintf(":%d", x.GID)
		}
		say(x.Range, "%s", text)
	default:
		panic(fmt.Sprintf("no words for %T", x))
	}
	return out
}
