// Package xml reads XML files of projects as trees whose elements have places.
package xml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Node is an element of an XML file with its place. A nil one is no element,
// and has no children and no text. Nothing changes one that was read.
type Node struct {
	Name     string     // without its namespace
	text     string     // of the element itself, the first that it has, without blanks around it
	Range    diag.Range // of the text; of an element without one, its start tag
	Children []*Node    // elements alone, in the order of the file
}

// Get returns the element at a path of names, the first of each, nil when there
// is none.
func (n *Node) Get(names ...string) *Node {
	for _, name := range names {
		all := n.All(name)
		if len(all) == 0 {
			return nil
		}
		n = all[0]
	}
	return n
}

// All returns the children of a name, in the order of the file.
func (n *Node) All(name string) []*Node {
	if n == nil {
		return nil
	}
	var found []*Node
	for _, c := range n.Children {
		if c.Name == name {
			found = append(found, c)
		}
	}
	return found
}

// Text returns the text of an element.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Read returns the root element of an XML file of the project, nil when there is
// no such file, or with an error at the line where it is broken, or where it cannot
// be read.
func Read(fsys fs.FS, name string) (*Node, diag.List) {
	var diags diag.List
	data, err := fs.ReadFile(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		diags.Errorf(diag.Range{}, "cannot read %q: %v", name, err)
		return nil, diags
	}
	r := &reader{src: &diag.Source{Name: name, Data: data, Language: "XML"}}
	root, err := r.read()
	if err != nil {
		if c, ok := r.src.Conflict(); ok {
			return nil, diag.List{c}
		}
		var syntax *xml.SyntaxError
		line, text := 1, err.Error()
		if errors.As(err, &syntax) {
			line, text = syntax.Line, syntax.Msg
		}
		diags.Errorf(r.src.Line(line), "%s is no XML: %s", name, text)
		return nil, diags
	}
	return root, nil
}

// reader builds the tree of a file.
type reader struct {
	src *diag.Source
}

// depth is how deep elements may be nested: no project file comes near it.
const depth = 64

func (r *reader) read() (*Node, error) {
	d := xml.NewDecoder(bytes.NewReader(r.src.Data))
	// Names of elements are ASCII in whatever a project file is written in.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	top := &Node{}
	stack := []*Node{top}
	for {
		start := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > depth {
				return nil, errors.New("elements are nested too deep")
			}
			n := &Node{Name: t.Name.Local, Range: r.between(start, d.InputOffset())}
			at.Children = append(at.Children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" && at.text == "" {
				at.text, at.Range = text, r.between(start, d.InputOffset())
			}
		}
	}
	if len(top.Children) == 0 {
		return nil, errors.New("there is no element")
	}
	return top.Children[0], nil
}

// between returns the range of what is between two offsets, without blanks around it.
func (r *reader) between(start, end int64) diag.Range {
	text := r.src.Data[start:end]
	first := int(start) + len(text) - len(bytes.TrimLeft(text, blanks))
	last := int(end) - len(text) + len(bytes.TrimRight(text, blanks))
	return r.src.Range(first, max(first+1, last))
}

const blanks = " \t\r\n"
