package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/stagefront/stagefront/frontend/diag"
)

// others are words of Compose and CI files for what is no matter of a spec.
var others = []struct {
	words []string
	hint  string
}{
	{[]string{"name", "tag", "imagename", "repository", "registry"}, "who builds names the image: --tag NAME"},
	{[]string{"platform"}, "who builds says for which: --platform; those that the project supports are its \"platforms\""},
	{[]string{"push", "pull", "output", "nocache", "cache", "cachefrom", "cacheto", "dockerfile"}, "that is a flag of whoever builds"},
	{[]string{
		"restart", "dependson", "networks", "containername", "hostname", "replicas", "deploy", "resources", "memory", "cpus",
		"memlimit", "privileged", "capadd", "readonly", "init", "stopgraceperiod", "envfile", "logging", "links",
	}, "that is for whoever runs the image"},
	{[]string{"dependencies", "requirements", "modules", "module"}, "the project's own files say that"},
	{[]string{"extends", "inherits"}, "a target is laid over the top level; what several share is an anchor: \"<<: *NAME\""},
}

// suggestKey returns the hint for an unknown key of a block. What people know
// from elsewhere comes before any spelling distance.
func suggestKey(e entry, block reflect.Type) string {
	key, keys, top := e.key.Value, namesOf(block), block == reflect.TypeFor[Spec]()
	if top {
		keys = append(keys, "targets")
	}
	word := wordOf(key)
	if meant, ok := said(word, block); ok {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	hint := cmp.Or(misspelt(key, keys), elsewhere(key, block), saidElsewhere(key, word, block))
	switch {
	case hint != "":
		return hint
	case top && strings.HasSuffix(word, "version"):
		return "did you mean \"version\"?"
	case slices.Contains(keys, "env") && variableName.MatchString(key):
		return fmt.Sprintf("write it below \"env\": {%s: …}", key)
	case top && otherHint(word) != "":
		return otherHint(word)
	}
	if hint := diag.DidYouMean(key, keys); hint != "" {
		return hint
	}
	switch {
	case top && e.value.kind == scalarNode && versionValue.MatchString(e.value.text):
		return "did you mean \"version\"?"
	case len(keys) <= 7:
		return "want " + strings.Join(keys, ", ")
	}
	return "keys of your own begin with \"x-\""
}

// misspelt returns the hint for a key that is none, or one of keys but for
// letters that are easily overlooked.
func misspelt(key string, keys []string) string {
	invisible := func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }
	switch {
	case key == "":
		return "write a key before the \":\""
	case key != strings.TrimFunc(key, invisible):
		return "it has a character around it that looks like a blank or nothing; write plain blanks"
	case slices.Contains(keys, strings.ToLower(key)):
		return fmt.Sprintf("did you mean %q?", strings.ToLower(key))
	}
	return ""
}

// wordOf returns a key as words are told apart: case, "-", "_" and "." do not matter.
func wordOf(key string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(key))
}

// said returns the key of a block that people know by another word.
func said(word string, block reflect.Type) (key string, ok bool) {
	key, ok = blockOf(block).said[word]
	if !ok && block == reflect.TypeFor[Spec]() {
		key, ok = blockOf(reflect.TypeFor[document]()).said[word]
	}
	return key, ok
}

// saidElsewhere returns the hint for a word of the build block at the top level,
// or the other way round: what other files do not tell apart.
func saidElsewhere(key, word string, block reflect.Type) string {
	top, build := reflect.TypeFor[Spec](), reflect.TypeFor[Build]()
	switch block {
	case top:
		if meant, ok := said(word, build); ok && otherHint(word) == "" {
			return fmt.Sprintf("did you mean \"build.%s\"?", meant)
		}
	case build:
		if meant, ok := said(word, top); ok && diag.DidYouMean(key, namesOf(build)) == "" {
			return fmt.Sprintf("did you mean %q at the top level?", meant)
		}
	}
	return ""
}

// otherHint returns the hint for a word that is no matter of a spec, "" for one that may be.
func otherHint(word string) string {
	for _, o := range others {
		if slices.Contains(o.words, word) {
			return o.hint
		}
	}
	return ""
}

// versionValue matches what is the version of something, or a range of versions,
// and no other number: "1.26", ">=3.12".
var versionValue = regexp.MustCompile(`^v?[1-9][0-9]*([.][0-9x*]+){1,2}$|^[<>=~^!]+ *[0-9][0-9.x*]*([ ,|].*)?$`)

// variableName matches what is called as environment variables mostly are.
var variableName = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

// elsewhere returns the hint for a key that another block has.
func elsewhere(key string, block reflect.Type) string {
	top := reflect.TypeFor[Spec]()
	if block != top && slices.Contains(append(namesOf(top), "targets"), key) {
		return fmt.Sprintf("%q belongs to the top level", key)
	}
	name, inner, dotted := strings.Cut(key, ".")
	for _, f := range reflect.VisibleFields(top) {
		if dotted && f.Tag.Get("spec") == name && f.Type.Kind() == reflect.Struct && slices.Contains(namesOf(f.Type), inner) {
			return fmt.Sprintf("write %q below %q", inner, name)
		}
		if f.Type == reflect.TypeFor[Build]() || f.Type == reflect.TypeFor[Healthcheck]() || f.Type == reflect.TypeFor[Checks]() {
			if f.Type != block && slices.Contains(namesOf(f.Type), key) {
				return fmt.Sprintf("did you mean \"%s.%s\"?", f.Tag.Get("spec"), key)
			}
		}
	}
	return ""
}

// namesOf returns the keys of a block, in their order.
func namesOf(t reflect.Type) []string { return slices.Clip(blockOf(t).keys) }

// blockHint returns the hint for something else in a block's place.
func blockHint(block reflect.Type, n *node) string {
	switch block {
	case reflect.TypeFor[Build]():
		if n.kind == scalarNode && strings.ContainsAny(n.text, "./") {
			return fmt.Sprintf("for the directory of the project, write \"project: %s\" at the top level", n.text)
		}
		return "write \"KEY: value\" below it, such as \"script\" or \"args\""
	case reflect.TypeFor[Healthcheck]():
		switch {
		case n.kind == listNode:
			return "write \"test\" and the list below it"
		case n.text == "false" || strings.EqualFold(n.text, "none") || strings.EqualFold(n.text, "off"):
			return "write {disable: true}"
		case n.text == "true":
			return "write {test: [CMD, program, …]}"
		}
		return "write {test: [CMD, " + quoteWords(n.text) + "]}"
	case reflect.TypeFor[Checks]():
		return "write {skip: […]}"
	}
	return ""
}

// valueHint returns what to write where a key has the wrong value in a way that
// people know from elsewhere, "" for others.
func valueHint(key string, typ reflect.Type, n *node) string {
	_, container, bound := cutLast(n.text, ":")
	switch {
	case n.kind == badNode:
	case slices.Contains(scalars, typ):
		return scalarHint(key, n)
	case key == "platforms" && (n.text == "all" || n.text == "any"):
		return "remove the key for all"
	case slices.Contains(lists, typ) && strings.HasPrefix(n.text, "-"):
		return "the items of a list begin with \"- \", with a blank after it"
	case key == "volumes" && n.kind == scalarNode && bound:
		return fmt.Sprintf("write [%q]; who runs the image binds it: docker run -v %s", container, n.text)
	case key == "ssh" && (n.kind == listNode || n.text == "default"):
		return "write true; who builds gives the agent: --ssh default"
	case key == "volumes" && n.kind == mapNode:
		return "write the paths in the container: [/data]"
	case (key == "platforms" || key == "tags") && n.kind == scalarNode && strings.Contains(n.text, ","):
		return "write [" + quoteWords(strings.ReplaceAll(n.text, ",", " ")) + "]"
	case key == "ldflags" && n.kind == mapNode:
		return "write [-X, \"NAME=value\"]"
	case typ == reflect.TypeFor[Texts]() && n.kind == scalarNode && strings.HasPrefix(n.text, "—"), strings.HasPrefix(n.text, "–"):
		return "the items of a list begin with \"- \", a plain hyphen"
	}
	return ""
}

// scalars are the types of keys that have one value.
var scalars = []reflect.Type{
	reflect.TypeFor[Text](), reflect.TypeFor[User](), reflect.TypeFor[Mode](), reflect.TypeFor[Number](), reflect.TypeFor[Duration](),
}

// lists are the types of lists whose items begin with no "-" of their own.
var lists = []reflect.Type{reflect.TypeFor[Ports](), reflect.TypeFor[Files](), reflect.TypeFor[Pairs]()}

// scalarHint returns the hint for a list or a map in the place of one value.
func scalarHint(key string, n *node) string {
	uid, gid := n.get("uid").textOr(""), n.get("gid").textOr("")
	switch {
	case uid != "" && gid != "":
		return fmt.Sprintf("write \"%s: %s:%s\"", key, uid, gid)
	case n.kind == mapNode && len(n.entries) == 1 && n.entries[0].value.kind == scalarNode:
		return fmt.Sprintf("write \"%s: %s\"", key, n.entries[0].value.text)
	case n.kind == listNode && len(n.items) == 1 && n.items[0].kind == scalarNode:
		return fmt.Sprintf("write \"%s: %s\"", key, n.items[0].text)
	case n.kind == listNode && (key == "from" || key == "to"):
		return "write an entry for each"
	}
	return ""
}
