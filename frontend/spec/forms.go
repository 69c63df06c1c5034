package spec

import (
	"reflect"
	"strings"

	"github.com/stagefront/stagefront/frontend/arch"
)

// How values are written is told here once, for the schema and for the manual.

// form is how values of a type are written.
type form struct {
	typ    reflect.Type
	name   string // among the schema's definitions
	words  string // in the manual
	schema object
}

// formList is every form. Nothing written (null) leaves a key unset, and the
// word null is a text in a list; so null is fine wherever a text is.
var formList = []form{
	{reflect.TypeFor[Text](), "text", "text", object{
		word[0],
		{"minLength", 1},
	}},
	{reflect.TypeFor[Texts](), "texts", "list of texts", object{
		{"type", []string{"array", "null"}},
		{"items", word},
	}},
	{reflect.TypeFor[Argv](), "argv", "text, or list of texts", object{
		{"type", []string{"string", "number", "boolean", "array", "null"}},
		never(noVariable),
		{"minLength", 1},
		{"minItems", 1},
		{"items", word},
	}},
	{reflect.TypeFor[Commands](), "commands", "list of lists of texts", object{
		{"type", []string{"array", "null"}},
		{"items", object{{"type", "array"}, {"minItems", 1}, {"prefixItems", []object{nonEmpty}}, {"items", word}}},
	}},
	{reflect.TypeFor[Test](), "test", "`true`, `false`, or list of texts", object{
		{"type", []string{"boolean", "string", "array", "null"}},
		{"pattern", or("true|false")},
		{"minItems", 1},
		{"items", word},
	}},
	{reflect.TypeFor[Pairs](), "pairs", "map of names to texts, or list of `NAME=text`", object{
		{"type", []string{"object", "array", "null"}},
		{"propertyNames", object{{"minLength", 1}}},
		{"additionalProperties", word},
		{"items", append(word[:1:1], member{"pattern", "^[^=]"})},
	}},
	{reflect.TypeFor[Flag](), "flag", "`true` or `false`", object{
		{"type", []string{"boolean", "string", "null"}},
		{"pattern", or("true|false")},
	}},
	{reflect.TypeFor[Number](), "number", "whole number", object{
		{"type", []string{"integer", "string", "null"}},
		{"minimum", 0},
		{"pattern", or("[+]?[0-9]+")},
	}},
	{reflect.TypeFor[Duration](), "duration", "duration: `500ms`, `30s`, `1m30s`", object{
		{"type", []string{"string", "integer", "null"}},
		{"minimum", 0},
		{"maximum", 0},
		{"pattern", or("[+]?(0|(([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|µs|ms|s|m|h))+)")},
	}},
	{reflect.TypeFor[Ports](), "ports", "port or list of ports: `8080`, `53/udp`", object{
		{"type", []string{"integer", "string", "array", "null"}},
		port[1], port[2], port[3],
		{"items", port},
	}},
	{reflect.TypeFor[Mode](), "mode", "octal number", object{
		{"type", []string{"integer", "string", "null"}},
		{"minimum", 0},
		{"maximum", 7777}, // readers may take 0644 for decimal
		{"pattern", or("(0o)?0*[0-7]{1,4}")},
	}},
	{reflect.TypeFor[User](), "user", "name, uid, or `uid:gid`", object{
		{"type", []string{"integer", "string", "boolean", "null"}},
		{"minimum", 0},
		{"maximum", 1<<31 - 1},
		{"pattern", or("[A-Za-z_][A-Za-z0-9_.$-]{0,31}|[0-9]{1,10}(:[0-9]{1,10})?")},
	}},
}

// forms are those of formList by their type.
var forms = func() map[reflect.Type]form {
	m := map[reflect.Type]form{}
	for _, f := range formList {
		m[f.typ] = f
	}
	return m
}()

// word is a scalar, which may be empty.
var word = object{{"$ref", "#/$defs/word"}}

var wordSchema = object{
	{"type", []string{"string", "number", "boolean", "null"}},
	never(noVariable),
}

var port = object{
	{"type", []string{"integer", "string"}},
	{"minimum", 1},
	{"maximum", 65535},
	{"pattern", or("[+]?0*(" + portNumber + ")(/(tcp|udp|sctp))?")},
}

// portNumber is the pattern of the numbers of ports.
const portNumber = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"

// variable is the pattern of what a variable may make anything of.
var variable = `\$\{` + argPattern + `\}`

// argPattern is the pattern of the names of build args.
var argPattern = strings.Trim(argName.String(), "^$")

// noVariable is the pattern of what looks like a variable and is none.
const noVariable = `(^|[^$])(\$\$)*\$\{([^A-Za-z_]|[A-Za-z_][A-Za-z0-9_]*([^A-Za-z0-9_}]|$)|$)`

// or returns the pattern for a whole text, or one that variables may make fit.
func or(pattern string) string { return "^(" + pattern + ")$|" + variable }

// outside is the pattern of paths that leave the directory that they are
// relative to, as far as their beginning tells.
const outside = `^(/|\.\.(/|$))`

// mounted is the pattern of paths that container engines mount over.
const mounted = `^/+(dev|proc|sys)(/|$)`

// noFile is the pattern of what people write for a path and is none.
const noFile = `^~|\\| /|^https?:`

// narrowed are the keys that take less than their form does.
var narrowed = map[string]object{
	"project":  {never(outside)},
	"workdir":  {{"type", []string{"string", "null"}}, {"pattern", or("/.*")}},
	"runtime":  {never(`\s`), {"examples", []string{"distroless", "distroless:debug", "scratch", "debian:13-slim"}}},
	"volumes":  {{"items", object{{"type", "string"}, {"pattern", or("/[^:]*")}, never("^/+$|" + mounted)}}, {"uniqueItems", true}},
	"ports":    {{"uniqueItems", true}},
	"env":      names(`[^= \t\n]+`),
	"files.to": {{"type", []string{"string", "null"}}, {"pattern", or("/.*")}, never(mounted)},

	"entrypoint": {never(`\s`), {"prefixItems", []object{{{"minLength", 1}}}}},
	"stop_signal": {
		{"type", []string{"integer", "string", "null"}},
		{"minimum", 1},
		{"maximum", lastSignal},
		{"pattern", or(signalPattern(strings.ToUpper) + "|" + signalPattern(strings.ToLower) + "|[0-9]+")},
		{"examples", []string{"SIGTERM", "SIGINT", "SIGQUIT"}},
	},
	"platforms": {
		{"items", object{
			{"type", "string"},
			{"pattern", or("(linux|windows)/(" + strings.Join(arch.Names(), "|") + ")(/v[0-9]+([.][0-9]+)?)?")},
			{"examples", []string{"linux/amd64", "linux/arm64", "linux/arm/v7"}},
		}},
		{"uniqueItems", true},
	},
	"healthcheck": {{"not", object{
		{"type", "object"},
		{"required", []string{"test", "http"}},
		{"properties", object{{"test", something}, {"http", something}}},
	}}},
	"healthcheck.http": {{"pattern", or(`(http://)?(localhost|127\.0\.0\.1|\[::1\])?(:0*(` + portNumber + `))?(/[^\s#]*)?`)}},
	"healthcheck.test": {{"anyOf", []object{
		{{"type", []string{"string", "number", "boolean", "null"}}},
		{{"prefixItems", []object{{{"const", "CMD"}}, {never(`\s`)}}}, {"minItems", 2}},
		{{"prefixItems", []object{{{"const", "CMD-SHELL"}}}}, {"minItems", 2}, {"maxItems", 2}},
		{{"prefixItems", []object{{{"const", "NONE"}}}}, {"maxItems", 1}},
		{{"prefixItems", []object{{{"type", "string"}, {"pattern", variable}}}}},
	}}},
	"files": {
		{"pattern", or("[^:]+(:/[^:]*)?")},
		never(`^/*\.\.(/|:|$)|:/+(dev|proc|sys)(/|$)|` + noFile + "|" + noVariable),
		{"anyOf", []object{{{"required", []string{"from"}}}, {{"required", []string{"to"}}}}},
		{"dependentRequired", object{{"source", []string{"from"}}}},
	},
	"files.from": {never(noFile)},

	"build.args": {
		{"propertyNames", object{{"pattern", argName.String()}, {"not", object{{"enum", targetNames}}}}},
		names(argPattern)[1],
	},
	"build.env": names(`[^= \t\n]+`),
	"build.files": {
		{"pattern", or("[^:]+:[^/:][^:]*")},
		never(`^/*\.\.(/|:)|:\.\.(/|$)|` + noFile + "|" + noVariable),
		{"required", []string{"from"}},
		{"anyOf", []object{{{"required", []string{"source"}}}, {{"required", []string{"to"}}}}},
	},
	"build.files.from": {never(noFile)},
	"build.files.to":   {never(outside)},
	"build.packages":   {{"items", nonEmpty}},
	"build.tags":       {{"items", nonEmpty}},
	"build.secrets":    {{"items", object{{"pattern", "^[^/=, ]+$"}, never(`^\.\.?$`)}}, {"uniqueItems", true}},
	"checks.skip":      {{"items", nonEmpty}},
}

// something is any value but null.
var something = object{{"not", object{{"type", "null"}}}}

var nonEmpty = object{{"minLength", 1}}

// never returns the member that refuses texts of a pattern.
func never(pattern string) member {
	return member{"not", object{{"type", "string"}, {"pattern", pattern}}}
}

// names returns what narrows the names of pairs, in both of their forms.
func names(pattern string) object {
	return object{
		{"propertyNames", object{{"pattern", "^" + pattern + "$"}}},
		{"items", object{{"pattern", or(pattern + "(=(.|\n)*)?")}}},
	}
}

// signalPattern returns the pattern of the names of signals in one case.
func signalPattern(inCase func(string) string) string {
	return inCase("(SIG)?(" + strings.Join(signals, "|") + "|RTMIN[+]([1-9]|1[0-5])|RTMAX-([1-9]|1[0-4]))")
}

// choices are the keys with few values.
var choices = map[string][]string{
	"build.network": {"none", "default"},
}

// options returns the few values that k takes, none where it takes any.
func (k key) options(languages []string) []string {
	if k.path == "language" {
		return languages
	}
	return choices[k.path]
}
