// Package json reads JSON files of projects as trees whose values have places.
package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Value is a value of a JSON file with its place: a scalar, an array or an object. A
// nil one is no value, and has no keys, items or text. Nothing changes a value that
// was read.
type Value struct {
	text       string // of scalars
	isText     bool   // a string, not a number or a literal
	Items      []*Value
	keys       []string // of objects, in the order of the file
	table      map[string]*Value
	src        *diag.Source
	start, end int // of a scalar; of others, of their key
}

// Get returns the value at a path of keys, nil when there is none.
func (v *Value) Get(keys ...string) *Value {
	for _, k := range keys {
		if v == nil {
			return nil
		}
		v = v.table[k]
	}
	return v
}

// Text returns the text of a string, "" for others.
func (v *Value) Text() string {
	if v == nil || !v.isText {
		return ""
	}
	return v.text
}

// Scalar returns the text of a string, a number or a literal as it is written.
func (v *Value) Scalar() string {
	if v == nil {
		return ""
	}
	return v.text
}

// True reports whether a value is the literal true.
func (v *Value) True() bool { return v != nil && !v.isText && v.text == "true" }

// IsObject reports whether a value is an object.
func (v *Value) IsObject() bool { return v != nil && v.table != nil }

// Place returns where a value stands, nowhere for none: an array or an object is
// shown by its key.
func (v *Value) Place() diag.Range {
	if v == nil || v.src == nil {
		return diag.Range{}
	}
	return v.src.Range(v.start, v.end)
}

// Placed returns the text of a string with its place.
func (v *Value) Placed() diag.Text { return diag.Text{Value: v.Text(), Range: v.Place()} }

// Keys returns the keys of an object in the order of the file.
func (v *Value) Keys() []string {
	if v == nil {
		return nil
	}
	return slices.Clip(v.keys)
}

// Texts returns the strings of an array; of a string, itself.
func (v *Value) Texts() []diag.Text {
	if v == nil {
		return nil
	}
	if v.isText {
		return []diag.Text{v.Placed()}
	}
	var all []diag.Text
	for _, i := range v.Items {
		if i.isText {
			all = append(all, i.Placed())
		}
	}
	return all
}

// Read reads a JSON file of the project, nil when there is none.
func Read(fsys fs.FS, name string) (*Value, diag.List) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil
	}
	return Parse(&diag.Source{Name: name, Data: data, Language: "JSON"})
}

// Parse returns the value of a JSON file, nil with an error at the place where it
// is broken. Of keys that are written twice the last one counts, as for programs
// that read such files.
func Parse(src *diag.Source) (*Value, diag.List) {
	data := bytes.TrimPrefix(src.Data, []byte("\ufeff"))
	r := &reader{src: src, data: data, shift: len(src.Data) - len(data), dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	v, err := r.value(deepest)
	if err == nil {
		if _, more := r.dec.Token(); !errors.Is(more, io.EOF) {
			err = errMore
		}
	}
	if err != nil {
		var diags diag.List
		diags.Errorf(r.broken(err), "%s is no JSON: %s", src.Name, reason(err)).Hint = r.remedy(err)
		return nil, diags
	}
	return v, nil
}

var (
	errMore    = errors.New("there is more after its value")
	errTooDeep = errors.New("it is nested too deep")
)

// deepest is how many objects and arrays may be in each other: more than that
// nobody writes.
const deepest = 500

type reader struct {
	src   *diag.Source
	data  []byte
	shift int // of data in the file
	dec   *json.Decoder
	key   [2]int // place of the last key
}

// token returns the next token and where it stands.
func (r *reader) token() (json.Token, int, int, error) {
	start := int(r.dec.InputOffset())
	t, err := r.dec.Token()
	end := int(r.dec.InputOffset())
	return t, min(r.begin(start), end) + r.shift, end + r.shift, err
}

// begin returns where the token after a place begins.
func (r *reader) begin(at int) int {
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return at
}

// value reads the next value.
func (r *reader) value(depth int) (*Value, error) {
	t, start, end, err := r.token()
	if err != nil {
		return nil, err
	}
	v := &Value{src: r.src, start: start, end: end}
	switch t := t.(type) {
	case json.Delim:
		if r.key[1] > 0 {
			v.start, v.end = r.key[0], r.key[1]
		}
		if depth == 0 {
			return nil, errTooDeep
		}
		return v, r.inside(v, t, depth-1)
	case string:
		v.text, v.isText = t, true
	default:
		v.text = string(r.data[start-r.shift : end-r.shift])
	}
	return v, nil
}

// inside reads what is in an array or an object.
func (r *reader) inside(v *Value, open json.Delim, depth int) error {
	if open == '{' {
		v.table = map[string]*Value{}
	}
	for r.dec.More() {
		name := ""
		r.key = [2]int{}
		if open == '{' {
			key, start, end, err := r.token()
			if err != nil {
				return err
			}
			name = key.(string)
			r.key = [2]int{start, end}
		}
		item, err := r.value(depth)
		if err != nil {
			return err
		}
		if open == '[' {
			v.Items = append(v.Items, item)
			continue
		}
		if v.table[name] == nil {
			v.keys = append(v.keys, name)
		}
		v.table[name] = item
	}
	_, err := r.dec.Token()
	return err
}
