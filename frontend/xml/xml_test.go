package xml

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func read(t *testing.T, text string) (*Node, string) {
	t.Helper()
	root, diags := Read(fstest.MapFS{"a.xml": {Data: []byte(text)}}, "a.xml")
	return root, diags.Error()
}

// show returns a tree in a line: elements with the places of their text.
func show(n *Node) string {
	if n == nil {
		return "none"
	}
	parts := []string{fmt.Sprintf("%s@%d:%d-%d:%d", n.Name, n.Range.Start.Line, n.Range.Start.Column, n.Range.End.Line, n.Range.End.Column)}
	if n.Text() != "" {
		parts = append(parts, n.Text())
	}
	for _, c := range n.Children {
		parts = append(parts, show(c))
	}
	return "(" + strings.Join(parts, " ") + ")"
}

func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"<a/>":                                  "(a@1:1-1:5)",
		"<a></a>":                               "(a@1:1-1:4)",
		"<?xml version=\"1.0\"?>\n<a>x</a>":     "(a@2:4-2:5 x)",
		"<a>\n  <b> é\t</b>\r\n</a>":            "(a@1:1-1:4 (b@2:7-2:8 é))",
		"<p:a xmlns:p=\"u\"><p:b>1</p:b></p:a>": "(a@1:1-1:18 (b@1:23-1:24 1))",
		"<a><!-- x --><b>1</b><b>2</b></a>":     "(a@1:1-1:4 (b@1:17-1:18 1) (b@1:25-1:26 2))",
		"<a>&lt;é&gt;</a>":                      "(a@1:4-1:13 <é>)",
		"<a><![CDATA[ x ]]></a>":                "(a@1:4-1:19 x)",
		"<a>x<b/>y</a>":                         "(a@1:4-1:5 x (b@1:5-1:9))",
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>1</a>": "(a@1:47-1:48 1)",
		"<a>1</a><b/>": "(a@1:4-1:5 1)",
	} {
		if root, problems := read(t, text); show(root) != want {
			t.Errorf("%q:\ngot  %s %s\nwant %s", text, show(root), problems, want)
		}
	}
}

func TestBroken(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "a.xml:1:1: a.xml is no XML: there is no element",
		"text":                "a.xml:1:1: a.xml is no XML: there is no element",
		"<a>\n  <b>\n</a>":    "a.xml:3:1: a.xml is no XML: element <b> closed by </a>",
		"<a>\n<<<<<<< HEAD\n": "a.xml:2:1: got the mark of a merge conflict; resolve the conflict",
		"<a>":                 "a.xml:1:1: a.xml is no XML: unexpected EOF",
		"<a>\n&nbsp;</a>":     "a.xml:2:1: a.xml is no XML: invalid character entity &nbsp;",
		"<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]><a>&z;</a>": "a.xml:1:1: a.xml is no XML: invalid character entity &z;",
		"<!DOCTYPE a [<!ENTITY x SYSTEM \"b.xml\">]><a>\n&x;</a>":          "a.xml:2:1: a.xml is no XML: invalid character entity &x;",
		"<a b=\"1>\n</a>":          "a.xml:2:1: a.xml is no XML: unescaped < inside quoted string",
		"<a>\xff</a>":              "a.xml:1:1: a.xml is no XML: invalid UTF-8",
		strings.Repeat("<a>", 100): "a.xml:1:1: a.xml is no XML: elements are nested too deep",
	} {
		if root, got := read(t, text); root != nil || got != want {
			t.Errorf("%q: got %v and %q, want %q", text, show(root), got, want)
		}
	}
	if root, diags := Read(fstest.MapFS{}, "none.xml"); root != nil || diags != nil {
		t.Errorf("got %v and %v of no file", show(root), diags)
	}
}

func TestGet(t *testing.T) {
	root, _ := read(t, "<a><b><c>1</c></b><b><c>2</c><c>3</c></b></a>")
	if got := root.Get("b", "c").Text(); got != "1" {
		t.Errorf("got %q, want the first", got)
	}
	if got := root.All("b")[1].All("c"); len(got) != 2 || got[1].Text() != "3" {
		t.Errorf("got %v", got)
	}
	if n := root.Get("b", "none", "c"); n != nil || n.Text() != "" || n.All("c") != nil || n.Get("c") != nil {
		t.Errorf("got %v of nothing", show(n))
	}
}

// large are POMs, so many times 200 KB in lines and in one.
func large(times int) map[string]string {
	const dependency = "<dependency><groupId>org.example</groupId><artifactId>example-core</artifactId><version>1.2.3</version></dependency>"
	pom := func(newline string) string {
		return "<project><dependencies>" + strings.Repeat(strings.ReplaceAll(dependency, "><", ">"+newline+"<"), times*1_750) + "</dependencies></project>"
	}
	return map[string]string{"lines": pom("\n"), "line": pom("")}
}

// TestLarge reads files that took a minute when every place was counted from the
// beginning of its file, and take a tenth of a second.
func TestLarge(t *testing.T) {
	for name, text := range large(10) {
		start := time.Now()
		if root, problems := read(t, text); root == nil {
			t.Fatal(problems)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: %d bytes took %v", name, len(text), took)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for name, text := range large(1) {
		b.Run(name, func(b *testing.B) {
			fsys := fstest.MapFS{"pom.xml": {Data: []byte(text)}}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Read(fsys, "pom.xml")
			}
		})
	}
}
