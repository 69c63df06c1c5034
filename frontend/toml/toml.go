// Package toml reads TOML files of projects as trees whose values have places.
package toml

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Value is a value of a TOML file with its place: a scalar, an array or a table.
// A nil one is no value, and has no keys, items or text. Nothing changes a value
// that was read.
type Value struct {
	text  string            // of scalars
	Items []*Value          // of arrays, nil for others
	keys  []string          // of tables, in the order of the file
	Table map[string]*Value // of tables, nil for others
	Range diag.Range        // of what is written; of an array and of a table with a header, its key
}

// Get returns the value at a path of keys, nil when there is none.
func (v *Value) Get(keys ...string) *Value {
	for _, k := range keys {
		if v == nil {
			return nil
		}
		v = v.Table[k]
	}
	return v
}

// Text returns the text of a scalar, "" for others: 8080 is "8080", as it is written.
func (v *Value) Text() string {
	if v == nil {
		return ""
	}
	return v.text
}

// Place returns where a value stands, nowhere for none.
func (v *Value) Place() diag.Range {
	if v == nil {
		return diag.Range{}
	}
	return v.Range
}

// List returns the items of an array; of a scalar, itself.
func (v *Value) List() []*Value {
	switch {
	case v == nil:
		return nil
	case v.Table == nil && v.Items == nil && v.text != "":
		return []*Value{v}
	}
	return slices.Clip(v.Items)
}

// Names returns the keys of a table in the order of the file.
func (v *Value) Names() []string {
	if v == nil {
		return nil
	}
	return slices.Clip(v.keys)
}

// child returns the table or array at a key, made when there is none. It
// returns nil where the key has another value.
func (v *Value) child(key string) *Value {
	if v.Table == nil {
		if v.text != "" || v.Items != nil {
			return nil
		}
		v.Table = map[string]*Value{}
	}
	if v.Table[key] == nil {
		v.Table[key] = &Value{}
		v.keys = append(v.keys, key)
	}
	return v.Table[key]
}

// Read reads a TOML file of the project, nil when there is none.
func Read(fsys fs.FS, name string) (*Value, *diag.Source, diag.List) {
	data, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Range{}, "cannot read %q: %v", name, err)
		return nil, nil, diags
	}
	src := &diag.Source{Name: name, Data: data, Language: "TOML"}
	v, diags := Parse(src)
	return v, src, diags
}

// Parse returns the tables of a TOML file, nil with an error at the line where it
// is broken. What is written twice is not reported: the tools that own the files
// do that.
func Parse(src *diag.Source) (root *Value, diags diag.List) {
	defer func() {
		// The parser is an unstable interface and reads what anyone wrote.
		if r := recover(); r != nil {
			root = nil
			diags.Errorf(src.Line(1), "%s cannot be read as TOML", src.Name)
		}
	}()
	t := &reader{src: src}
	t.reset()
	root = &Value{Table: map[string]*Value{}}
	at := root
	for t.NextExpression() {
		e := t.Expression()
		switch e.Kind {
		case unstable.KeyValue:
			t.set(at, e)
		case unstable.Table:
			at = t.header(root, e)
		case unstable.ArrayTable:
			if at = t.header(root, e); at != nil {
				item := &Value{Range: at.Range, Table: map[string]*Value{}}
				at.Items = append(at.Items, item)
				at.Table, at = nil, item
			}
		}
	}
	if err := t.Error(); err != nil {
		if c, ok := src.Conflict(); ok {
			return nil, diag.List{c}
		}
		diags.Errorf(t.place(err), "%s", strings.TrimPrefix(err.Error(), "toml: "))
		return nil, diags
	}
	return root, diags
}

// Part returns the text of a file that Parse read, without the tables that are not kept.
// Each is asked for by the keys of its header, with all up to the next one; what stands
// before the first header is kept. A file in which they cannot be told is kept whole.
func Part(src *diag.Source, keep func(keys []string) bool) (part string) {
	whole := string(src.Data)
	defer func() {
		if recover() != nil {
			part = whole
		}
	}()
	t := &reader{src: src}
	data := t.reset()
	var b bytes.Buffer
	from, kept := 0, true
	upTo := func(end int) {
		if kept {
			b.Write(src.Data[from:end])
		}
	}
	for t.NextExpression() {
		e := t.Expression()
		if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		keys, at := keysOf(e)
		start := bytes.LastIndexByte(data[:at], '\n') + 1
		upTo(start)
		from, kept = start, keep(keys)
	}
	if t.Error() != nil {
		return whole
	}
	upTo(len(data))
	return b.String()
}

// keysOf returns the keys of a header, and where the first of them is.
func keysOf(e *unstable.Node) (keys []string, at int) {
	for it := e.Key(); it.Next(); {
		if len(keys) == 0 {
			at = int(it.Node().Raw.Offset)
		}
		keys = append(keys, string(it.Node().Data))
	}
	return keys, at
}

// reader is the parser with the file that it reads.
type reader struct {
	unstable.Parser
	src *diag.Source
}

// reset begins with the file, and returns it as the parser has it.
func (t *reader) reset() []byte {
	data := t.src.Data
	if rest, ok := bytes.CutPrefix(data, []byte("\ufeff")); ok {
		data = append([]byte("   "), rest...) // as many bytes, so that places stay
	}
	t.Reset(data)
	return data
}

// place returns where the parser stopped.
func (t *reader) place(err error) diag.Range {
	var bad *unstable.ParserError
	if !errors.As(err, &bad) || len(bad.Highlight) == 0 {
		return t.src.LineAt(len(t.src.Data))
	}
	return t.src.LineAt(int(t.Range(bad.Highlight).Offset))
}

// at returns a range of the file; the first line of what takes several.
func (t *reader) at(r unstable.Range) diag.Range {
	rng := t.src.Range(int(r.Offset), int(r.Offset+r.Length))
	if rng.End.Line != rng.Start.Line || !rng.Start.Before(rng.End) {
		return t.src.Line(rng.Start.Line)
	}
	return rng
}

// descend returns what is at a key of several parts, and the range of the last of
// them; the last item where an array of tables is on the way.
func (t *reader) descend(v *Value, key unstable.Iterator) (*Value, unstable.Range) {
	var last unstable.Range
	for key.Next() {
		if v == nil {
			return nil, last
		}
		if n := len(v.Items); n > 0 {
			v = v.Items[n-1]
		}
		v, last = v.child(string(key.Node().Data)), key.Node().Raw
		if v != nil && !key.IsLast() && v.Range.IsZero() {
			v.Range = t.at(last)
		}
	}
	return v, last
}

// header returns the table of a header.
func (t *reader) header(root *Value, e *unstable.Node) *Value {
	v, key := t.descend(root, e.Key())
	if v != nil && v.Range.IsZero() {
		v.Range = t.at(key)
	}
	return v
}

// set puts the value of a key into a table.
func (t *reader) set(into *Value, e *unstable.Node) {
	if into == nil {
		return
	}
	if v, key := t.descend(into, e.Key()); v != nil {
		*v = *t.value(e.Value())
		if v.Range.IsZero() {
			v.Range = t.at(key)
		}
	}
}

func (t *reader) value(n *unstable.Node) *Value {
	switch n.Kind {
	case unstable.Array:
		v := &Value{Items: []*Value{}}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.Items = append(v.Items, t.value(it.Node()))
			}
		}
		return v
	case unstable.InlineTable:
		v := &Value{Table: map[string]*Value{}, Range: t.at(n.Raw)}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				t.set(v, it.Node())
			}
		}
		return v
	}
	return &Value{text: string(n.Data), Range: t.at(n.Raw)}
}
