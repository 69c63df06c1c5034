package spec_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestBad reads the bad specs of testdata/bad. Each archive holds many, each
// followed by what is said of it.
func TestBad(t *testing.T) {
	count := golden.Pairs(t, "testdata/bad/*.txtar", func(t *testing.T, text string) string {
		_, diags := read(text)
		if diags.Err() == nil {
			t.Error("it is fine, want problems")
			return ""
		}
		placed(t, diags, text)
		return strings.ReplaceAll(diags.Errors().Error(), trial.SpecFile+":", "") + "\n"
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
		return brief(reflect.ValueOf(*s), "", func(r spec.Range) string { return fmt.Sprintf("@%d:%d", r.Start.Line, r.Start.Column) })
	})
}

// placed fails unless every problem has a place in a text.
func placed(t *testing.T, diags diag.List, text string) {
	t.Helper()
	for _, d := range diags {
		if !trial.Inside(d.Range, text) {
			t.Errorf("%v to %v is outside of the spec", d.Range.Start, d.Range.End)
		}
	}
}

// read reads a spec for linux/arm64.
func read(text string) (*spec.Spec, diag.List) {
	return trial.Read(text, spec.Request{Platform: trial.ARM64, BuildArgs: map[string]string{"GIVEN": "given"}})
}

// TestTargets reads the specs of testdata/targets, each followed by what every
// target of it is, after the top level.
func TestTargets(t *testing.T) {
	golden.Pairs(t, "testdata/targets/*.txtar", func(t *testing.T, text string) string {
		doc := trial.Document(t, text)
		var b strings.Builder
		for _, target := range append([]spec.Target{{}}, doc.Targets()...) {
			fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("# %s %s", target.Name.Value, target.Description)))
			s, diags := doc.Spec(spec.Request{Platform: trial.ARM64, Target: target.Name.Value})
			if s == nil {
				fmt.Fprintln(&b, diags.Errors())
				continue
			}
			b.WriteString(brief(reflect.ValueOf(*s), "", func(spec.Range) string { return "" }))
		}
		return b.String()
	})
}

// brief prints what is set in a struct of the spec's types, each value with
// what at says of its place:
//
//	build.args: A@2:5=1@2:8
func brief(v reflect.Value, path string, at func(spec.Range) string) string {
	var b strings.Builder
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("spec")
		if key == "" {
			continue
		}
		f := v.Field(i)
		switch x := f.Interface().(type) {
		case spec.Build, spec.Healthcheck, spec.Checks:
			b.WriteString(brief(f, path+key+".", at))
		case spec.Files:
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
func words(x any, at func(spec.Range) string) (out []string) {
	say := func(r spec.Range, format string, args ...any) {
		if !r.IsZero() {
			out = append(out, fmt.Sprintf(format, args...)+at(r))
		}
	}
	switch x := x.(type) {
	case spec.Text:
		say(x.Range, "%q", x.Value)
	case spec.Texts:
		for _, t := range x {
			say(t.Range, "%q", t.Value)
		}
	case spec.Argv:
		return words(x.Items, at)
	case spec.Commands:
		for _, c := range x {
			say(c.Range, "%q", c.Args.Values())
		}
	case spec.Test:
		say(x.Range, "%v %q", x.Enabled, x.Command.Values())
	case spec.Pairs:
		for _, p := range x {
			out = append(out, strings.Join(append(words(p.Name, at), words(p.Value, at)...), "="))
		}
	case spec.Ports:
		for _, p := range x {
			say(p.Range, "%d/%s", p.Number, p.Protocol)
		}
	case spec.Flag:
		say(x.Range, "%v", x.Value)
	case spec.Number:
		say(x.Range, "%d", x.Value)
	case spec.Duration:
		say(x.Range, "%v", x.Value)
	case spec.Mode:
		say(x.Range, "%#o", x.Value)
	case spec.User:
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
