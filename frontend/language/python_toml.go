package language

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/stagefront/stagefront/frontend/diag"
)

// tomlValue is a value of a TOML file with its place. A nil one is no value, and
// has no keys, items or text.
type tomlValue struct {
	text  string // of scalars
	items []*tomlValue
	keys  []string // of tables, in the order of the file
	table map[string]*tomlValue
	rng   diag.Range
}

// Get returns the value at a path of keys, nil when there is none.
func (v *tomlValue) Get(keys ...string) *tomlValue {
	for _, k := range keys {
		if v == nil {
			return nil
		}
		v = v.table[k]
	}
	return v
}

// Text returns the text of a scalar.
func (v *tomlValue) Text() string {
	if v == nil {
		return ""
	}
	return v.text
}

// List returns the items of an array; of a scalar, itself.
func (v *tomlValue) List() []*tomlValue {
	switch {
	case v == nil:
		return nil
	case v.table == nil && v.items == nil && v.text != "":
		return []*tomlValue{v}
	}
	return v.items
}

// Names returns the keys of a table in the order of the file.
func (v *tomlValue) Names() []string {
	if v == nil {
		return nil
	}
	return v.keys
}

// child returns the table or array at a key, made when there is none. It
// returns nil where the key has another value.
func (v *tomlValue) child(key string, rng diag.Range) *tomlValue {
	if v.table == nil {
		if v.text != "" || v.items != nil {
			return nil
		}
		v.table = map[string]*tomlValue{}
	}
	if v.table[key] == nil {
		v.table[key] = &tomlValue{rng: rng}
		v.keys = append(v.keys, key)
	}
	return v.table[key]
}

// readTOML reads a TOML file of the project, nil when there is none.
func readTOML(fsys fs.FS, name string) (*tomlValue, *diag.Source, diag.List) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, nil
	}
	src := &diag.Source{Name: name, Data: data, Language: "TOML"}
	v, diags := parseTOML(src)
	return v, src, diags
}

// parseTOML returns the tables of a TOML file. What is written twice is not
// reported: the tools that own the files do that.
func parseTOML(src *diag.Source) (root *tomlValue, diags diag.List) {
	defer func() {
		// The parser is an unstable interface and reads what anyone wrote.
		if r := recover(); r != nil {
			root = nil
			diags.Errorf(src.Line(1), "%s cannot be read as TOML", src.Name)
		}
	}()
	t := &tomlReader{src: src}
	t.Reset(src.Data)
	root = &tomlValue{table: map[string]*tomlValue{}}
	at := root
	for t.NextExpression() {
		e := t.Expression()
		switch e.Kind {
		case unstable.KeyValue:
			t.set(at, e)
		case unstable.Table:
			at = t.descend(root, e.Key())
		case unstable.ArrayTable:
			if at = t.descend(root, e.Key()); at != nil {
				item := &tomlValue{rng: at.rng, table: map[string]*tomlValue{}}
				at.items = append(at.items, item)
				at.table, at = nil, item
			}
		}
	}
	if err := t.Error(); err != nil {
		diags.Errorf(t.place(err), "%s", strings.TrimPrefix(err.Error(), "toml: "))
		return nil, diags
	}
	return root, diags
}

// tomlReader is the parser with the file that it reads.
type tomlReader struct {
	unstable.Parser
	src *diag.Source
}

// place returns where the parser stopped.
func (t *tomlReader) place(err error) diag.Range {
	var bad *unstable.ParserError
	if !errors.As(err, &bad) || len(bad.Highlight) == 0 {
		return t.src.Line(bytes.Count(t.src.Data, []byte("\n")) + 1)
	}
	return t.src.Line(t.at(t.Range(bad.Highlight)).Start.Line)
}

// at returns a range of the file.
func (t *tomlReader) at(r unstable.Range) diag.Range {
	pos := func(offset uint32) diag.Pos {
		before := t.src.Data[:min(int(offset), len(t.src.Data))]
		line := before[bytes.LastIndexByte(before, '\n')+1:]
		return diag.Pos{Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(line) + 1}
	}
	rng := diag.Range{Source: t.src, Start: pos(r.Offset), End: pos(r.Offset + r.Length)}
	if rng.End.Line != rng.Start.Line || !rng.Start.Before(rng.End) {
		return t.src.Line(rng.Start.Line)
	}
	return rng
}

// descend returns the table at a key of several parts; the last item where an
// array of tables is on the way.
func (t *tomlReader) descend(v *tomlValue, key unstable.Iterator) *tomlValue {
	for key.Next() {
		if v == nil {
			return nil
		}
		if n := len(v.items); n > 0 {
			v = v.items[n-1]
		}
		v = v.child(string(key.Node().Data), t.at(key.Node().Raw))
	}
	return v
}

// set puts the value of a key into a table.
func (t *tomlReader) set(into *tomlValue, e *unstable.Node) {
	if into == nil {
		return
	}
	if v := t.descend(into, e.Key()); v != nil {
		key := v.rng
		*v = *t.value(e.Value())
		if v.rng.IsZero() {
			v.rng = key
		}
	}
}

func (t *tomlReader) value(n *unstable.Node) *tomlValue {
	switch n.Kind {
	case unstable.Array:
		v := &tomlValue{items: []*tomlValue{}}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.items = append(v.items, t.value(it.Node()))
			}
		}
		return v
	case unstable.InlineTable:
		v := &tomlValue{table: map[string]*tomlValue{}, rng: t.at(n.Raw)}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				t.set(v, it.Node())
			}
		}
		return v
	}
	return &tomlValue{text: string(n.Data), rng: t.at(n.Raw)}
}
