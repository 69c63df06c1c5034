package spec

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Two maintained YAML libraries keep positions and are made for any bytes. Both
// were tried on the specs of testdata, where they place all but a few scalars alike.
//
//   - github.com/goccy/go-yaml (1.19) knows where a value ends, and its messages
//     are the better ones. But its time grows with the square of keys and of
//     depth: 512 KiB of "[" took it more than 20 s, 64 KiB of short keys 1.4 s. It
//     counts a byte-order mark to the first key, and leaves aliases to the caller.
//   - go.yaml.in/yaml/v4, the YAML organization's own, took 0.06 s and 0.05 s for
//     those: it bounds depth and resolves aliases. What it lacks is made up for here: where
//     a value ends (rangeOf) and what to do about a complaint (syntaxHint).
//
// A spec comes from whoever is built for, and the frontend runs on the builder
// of many. So it is the second one.

// Parse reads a spec file. It returns a Document only when there are no errors in
// the list. Any bytes are fine: what is no spec is a diagnostic.
func Parse(src *diag.Source) (*Document, diag.List) {
	var diags diag.List
	if len(src.Data) > maxBytes {
		diags.Errorf(src.Line(1), "the spec has %d bytes, want at most %d", len(src.Data), maxBytes)
		return nil, diags
	}
	if diags = characters(src); diags != nil {
		return nil, diags
	}
	doc, diags := load(src)
	if diags.Err() != nil {
		return nil, diags
	}
	empty := &node{kind: mapNode, rng: src.Line(1)}
	if doc == nil {
		return newDocument(src, empty), diags
	}
	c := newConverter(src)
	root := c.convert(doc, 0)
	diags.Add(c.diags)
	switch root.kind {
	case mapNode:
	case nullNode, badNode: // only comments, or what was reported
		root = empty
	default:
		diags.Errorf(root.rng, "got %s, want a map of keys", root.kind).Hint = rootHint(root.kind, src.Text(root.rng.Start.Line))
		root = empty
	}
	out := newDocument(src, root)
	if diags.Err() != nil {
		// What is wrong besides is told together with it, where nothing is missing.
		if !c.full {
			_, more := out.Spec(Request{Platform: Platform{OS: "linux", Architecture: "amd64"}, Asking: true})
			diags.Add(more)
		}
		return nil, diags
	}
	return out, diags
}

const byteOrderMark = "\ufeff"

// characters reports bytes that are no text, and the line breaks that YAML
// knows beside those of editors: lines would be counted in two ways.
// https://yaml.org/spec/1.1/#id871136
func characters(src *diag.Source) (diags diag.List) {
	line, column := 1, 1
	for i, r := range string(src.Data) {
		at := diag.Range{Source: src, Start: diag.Pos{Line: line, Column: column}, End: diag.Pos{Line: line, Column: column + 1}}
		rest := src.Data[i:]
		switch {
		case r == utf8.RuneError && !utf8.FullRune(rest), r == utf8.RuneError && !bytes.HasPrefix(rest, []byte("\ufffd")):
			diags.Errorf(at, "got bytes that are no UTF-8").Hint = "save the file as UTF-8"
			return diags
		case r < ' ' && r != '\n' && r != '\r' && r != '\t', r >= 0x7f && r < 0xa0 && r != '\u0085', r == '\ufffe' || r == '\uffff':
			diags.Errorf(at, "got the control character %U", r).Hint = "remove it"
			return diags
		case r == '\r' && !bytes.HasPrefix(rest, []byte("\r\n")):
			diags.Errorf(at, "got a carriage return without a newline").Hint = "save the file with the line endings of Unix or Windows"
			return diags
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			diags.Errorf(at, "got the line break %U", r).Hint = "remove it: YAML begins a line here, and editors do not show one"
			return diags
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	return nil
}

// load returns the file's only document, nil when it is empty.
func load(src *diag.Source) (_ *yaml.Node, diags diag.List) {
	// A parser fed by strangers must not take the build's error message with it.
	defer func() {
		if r := recover(); r != nil {
			diags.Errorf(src.Line(1), "the YAML parser failed: %v", r)
		}
	}()
	var docs []*yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(src.Data))
	for err == nil {
		var n yaml.Node
		if err = loader.Load(&n); err == nil {
			docs = append(docs, &n)
		}
	}
	if !errors.Is(err, io.EOF) {
		diags = append(diags, syntaxError(src, err))
		return nil, diags
	}
	if len(docs) > 1 {
		diags.Errorf(src.Line(docs[1].Line), "got %d documents, want one", len(docs)).Hint = "remove what separates them; several images of one file are its \"targets\""
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 {
		return nil, diags
	}
	return docs[0].Content[0], diags
}

func itoa(n int) string { return strconv.Itoa(n) }
