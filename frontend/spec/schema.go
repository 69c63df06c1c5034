package spec

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of a spec file, by which
// editors complete and check one as it is written; languages are the names that
// the key language takes. It is derived from the spec's types and their
// comments; equal languages give equal bytes.
//
// It refuses no spec that builds, and tells less than Document.Spec: it sees no
// rules between values, nor how a scalar was written.
func Schema(languages []string) []byte {
	root := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "Stagefront spec"},
		{"description", readManual(comments()["Spec"]).doc},
	}
	s := schemas{languages}
	defs := object{{"word", wordSchema}}
	for _, f := range formList {
		defs = append(defs, member{f.name, f.schema})
	}
	defs = append(defs, member{"target", s.target()})
	root = append(root, s.fixed(topKeys())...)
	root = append(root, member{"$defs", defs})

	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) // strings, numbers and objects of them
	}
	return out.Bytes()
}

// schemas makes the schemas of keys.
type schemas struct{ languages []string }

// fixed returns the members of a map with the given keys, and x-*.
func (s schemas) fixed(keys []key) object {
	var properties object
	for _, k := range keys {
		properties = append(properties, member{k.name(), s.key(k)})
	}
	return fixedKeys(properties)
}

func fixedKeys(properties object) object {
	return object{
		{"type", []string{"object", "null"}},
		{"properties", properties},
		{"patternProperties", object{{"^x-", object{{"description", "A key of your own."}}}}},
		{"additionalProperties", false},
	}
}

// key returns the schema of a key.
func (s schemas) key(k key) object {
	out := object{{"description", k.description()}}
	options := k.options(s.languages)
	switch {
	case k.typ == reflect.TypeFor[targets]():
		return append(out, targetsSchema...)
	case k.typ == reflect.TypeFor[Files]():
		return append(out, member{"type", []string{"array", "null"}}, member{"items", s.file(k)})
	case len(options) > 0:
		return append(out, member{"anyOf", []object{
			{{"enum", options}},
			{{"type", []string{"string", "null"}}, {"pattern", variable}},
		}})
	case forms[k.typ].schema != nil:
		out = append(out, member{"$ref", "#/$defs/" + forms[k.typ].name})
	default:
		out = append(out, s.fixed(k.inner())...)
	}
	return append(out, narrowed[k.path]...)
}

// description returns what an editor shows.
func (k key) description() string {
	text := k.doc
	if len(k.of) > 0 {
		text += "\n\nLanguages: " + strings.Join(k.of, ", ") + "."
	}
	if k.def != "" {
		text += "\n\nDefault: " + k.def
	}
	return text
}

// file returns the schema of an entry of the files that k lists.
func (s schemas) file(k key) object {
	out := s.fixed(k.inner())
	out[0].value = []string{"object", "string", "number", "boolean"}
	return append(out, narrowed[k.path]...)
}

// targetsSchema is that of targets. A key set to null there has its default again.
var targetsSchema = object{
	{"type", []string{"object", "null"}},
	{"propertyNames", object{
		{"pattern", targetName.String()},
		{"not", object{{"enum", []string{TestTarget, BinaryTarget}}}},
	}},
	{"additionalProperties", object{{"$ref", "#/$defs/target"}}},
}

// target returns the schema of a target: the top level's keys but those that
// belong there alone.
func (s schemas) target() object {
	var properties object
	for _, k := range topKeys() {
		if k.path != "targets" && k.path != "checks" {
			properties = append(properties, member{k.name(), object{{"$ref", "#/properties/" + k.name()}}})
		}
	}
	return fixedKeys(properties)
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := e.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
