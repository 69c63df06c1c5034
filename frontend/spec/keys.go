package spec

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/stagefront/stagefront/frontend/diag"
)

// habits are the words that people know from Dockerfiles, Compose and CI files,
// and our keys for the same thing, block by block. They are suggested before any
// spelling distance; case, "-" and "_" do not matter in them.
var habits = map[reflect.Type][]struct{ word, key string }{
	reflect.TypeFor[Spec](): {
		{"command", "args"},
		{"cmd", "args"},
		{"arguments", "args"},
		{"environment", "env"},
		{"envs", "env"},
		{"workingdir", "workdir"},
		{"expose", "ports"},
		{"port", "ports"},
		{"image", "runtime"},
		{"from", "runtime"},
		{"base", "runtime"},
		{"baseimage", "runtime"},
		{"builder", "toolchain"},
		{"sdk", "toolchain"},
		{"copy", "files"},
		{"add", "files"},
		{"include", "files"},
		{"assets", "files"},
		{"timezone", "files"},
		{"run", "build.script"},
		{"steps", "build.script"},
		{"commands", "build.script"},
		{"prebuild", "build.script"},
		{"arg", "build.args"},
		{"buildargs", "build.args"},
		{"context", "project"},
		{"root", "project"},
		{"dir", "project"},
		{"directory", "project"},
		{"path", "project"},
		{"main", "entrypoint"},
		{"program", "entrypoint"},
		{"binary", "entrypoint"},
		{"package", "entrypoint"},
		{"goversion", "version"},
		{"go", "version"},
		{"python", "version"},
		{"pythonversion", "version"},
		{"requirespython", "version"},
		{"cacertificates", "certificates"},
		{"stages", "targets"},
		{"services", "targets"},
		{"images", "targets"},
		{"arch", "platforms"},
		{"architectures", "platforms"},
		{"uid", "user"},
		{"runas", "user"},
		{"annotations", "labels"},
		{"apt", "build.packages"},
		{"cgoenabled", "build.cgo"},
		{"lint", "checks"},
	},
	reflect.TypeFor[Build](): {
		{"run", "script"},
		{"steps", "script"},
		{"commands", "script"},
		{"command", "script"},
		{"environment", "env"},
		{"arg", "args"},
		{"buildargs", "args"},
		{"apt", "packages"},
		{"dependencies", "packages"},
		{"libraries", "packages"},
		{"copy", "files"},
		{"add", "files"},
		{"secret", "secrets"},
		{"cgoenabled", "cgo"},
		{"buildtags", "tags"},
		{"gcflags", "flags"},
		{"options", "flags"},
		{"context", "project"},
		{"target", "targets"},
	},
	reflect.TypeFor[Healthcheck](): {
		{"cmd", "test"},
		{"command", "test"},
		{"exec", "test"},
		{"period", "interval"},
		{"initialdelayseconds", "start_period"},
		{"periodseconds", "interval"},
		{"timeoutseconds", "timeout"},
		{"failurethreshold", "retries"},
		{"retry", "retries"},
	},
	reflect.TypeFor[File](): {
		{"src", "from"},
		{"path", "from"},
		{"dst", "to"},
		{"dest", "to"},
		{"destination", "to"},
		{"target", "to"},
		{"chmod", "mode"},
		{"permissions", "mode"},
		{"chown", "owner"},
		{"user", "owner"},
		{"uid", "owner"},
		{"context", "source"},
		{"image", "source"},
		{"stage", "source"},
	},
	reflect.TypeFor[Checks](): {
		{"ignore", "skip"},
		{"disable", "skip"},
		{"exclude", "skip"},
	},
}

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

// suggestKey returns the hint for an unknown key of a block, where keys are the known ones.
func suggestKey(key string, keys []string, block reflect.Type) string {
	if block == reflect.TypeFor[Spec]() {
		keys = append(slices.Clip(keys), "targets")
	}
	word := strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(key))
	for _, h := range habits[block] {
		switch {
		case h.word != word:
		case block == reflect.TypeFor[Build]() && !slices.Contains(keys, h.key):
			return fmt.Sprintf("did you mean %q at the top level?", h.key)
		default:
			return fmt.Sprintf("did you mean %q?", h.key)
		}
	}
	invisible := func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }
	switch {
	case key == "":
		return "write a key before the \":\""
	case key != strings.TrimFunc(key, invisible):
		return "it has a character around it that looks like a blank or nothing; write plain blanks"
	case slices.Contains(keys, strings.ToLower(key)):
		return fmt.Sprintf("did you mean %q?", strings.ToLower(key))
	}
	if hint := elsewhere(key, block); hint != "" {
		return hint
	}
	if slices.Contains(keys, "env") && variableName.MatchString(key) {
		return fmt.Sprintf("write it below \"env\": {%s: …}", key)
	}
	for _, o := range others {
		if block == reflect.TypeFor[Spec]() && slices.Contains(o.words, word) {
			return o.hint
		}
	}
	if hint := diag.DidYouMean(key, keys); hint != "" {
		return hint
	}
	if len(keys) <= 7 {
		return "want " + strings.Join(keys, ", ")
	}
	return "keys of your own begin with \"x-\""
}

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
