package spec

import (
	_ "embed"
	"fmt"
	"reflect"
	"strings"
)

// head is what the reference says before it comes to the keys.
//
//go:embed reference.md
var head string

// Reference returns the manual of the spec, in Markdown: its head, and every
// key with its forms, default and example. Languages are the names that the key
// language takes; equal ones give equal texts.
//
// A key looks like this:
//
//	### `workdir`
//
//	Working directory of the container. It belongs to the user.
//
//	- **Form:** text
//	- **Default:** /app
//
//	```yaml
//	workdir: /srv
//	```
func Reference(languages []string) string {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("\n## The keys\n\n")
	for _, k := range topKeys() {
		index(&b, k)
	}
	for _, k := range topKeys() {
		section(&b, k, languages)
	}
	return b.String()
}

// index writes a key's line of the contents.
func index(b *strings.Builder, k key) {
	fmt.Fprintf(b, "- %s", link(k))
	for i, inner := range k.described() {
		b.WriteString([]string{": ", ", "}[min(i, 1)] + link(inner))
	}
	b.WriteString("\n")
}

// link returns a link to a key, as GitHub names headings.
func link(k key) string {
	return fmt.Sprintf("[`%s`](#%s)", k.name(), strings.ReplaceAll(k.path, ".", ""))
}

// section writes a key and those below it.
func section(b *strings.Builder, k key, languages []string) {
	fmt.Fprintf(b, "\n%s `%s`\n\n%s\n\n", strings.Repeat("#", 3+strings.Count(k.path, ".")), k.path, k.doc)
	fmt.Fprintf(b, "- **Form:** %s\n", k.words(languages))
	if len(k.of) > 0 {
		fmt.Fprintf(b, "- **Languages:** `%s`\n", strings.Join(k.of, "`, `"))
	}
	if k.def != "" {
		fmt.Fprintf(b, "- **Default:** %s\n", strings.TrimSuffix(k.def, "."))
	}
	if k.example != "" {
		fmt.Fprintf(b, "\n```yaml\n%s```\n", k.example)
	}
	for _, inner := range k.described() {
		section(b, inner, languages)
	}
}

// described returns the keys below k that have sections of their own; those of
// build.files are those of files.
func (k key) described() []key {
	if k.path == "build.files" {
		return nil
	}
	return k.inner()
}

// words returns how k is written.
func (k key) words(languages []string) string {
	options := k.options(languages)
	switch {
	case len(options) > 0:
		return "`" + strings.Join(options, "`, `") + "`"
	case k.path == "build.files":
		return "list of `SRC:DEST` and maps"
	case k.typ == reflect.TypeFor[Files]():
		return "list of `SRC`, `SRC:DEST` and maps"
	case k.typ == reflect.TypeFor[targets]():
		return "map of names to maps"
	case forms[k.typ].schema != nil:
		return forms[k.typ].words
	}
	return "map"
}
