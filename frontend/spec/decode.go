package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagefront/stagefront/frontend/diag"
)

// decoder fills the spec's types from a tree and collects what does not fit.
type decoder struct{ diags diag.List }

// decodable is a type with forms of its own.
type decodable interface {
	decode(d *decoder, n *node)
}

// value fills v, a decodable or a struct of fields with `spec` tags. Nothing
// written (`key:`, `~`, `null`) leaves it unset.
func (d *decoder) value(n *node, v any) {
	if n.kind == nullNode || n.kind == badNode {
		return
	}
	if v, ok := v.(decodable); ok {
		v.decode(d, n)
		return
	}
	d.fields(n, v)
}

// fields fills the struct that v points to from a map of fixed keys.
func (d *decoder) fields(n *node, v any) {
	s := reflect.ValueOf(v).Elem()
	if n.kind != mapNode {
		d.mismatch(n, "map").Hint = blockHint(s.Type(), n)
		return
	}
	block := blockOf(s.Type())
	for _, e := range n.entries {
		key := e.key.Value
		if strings.HasPrefix(key, "x-") {
			continue
		}
		f, known := block.fields[key]
		if !known {
			d.diags.Errorf(e.key.Range, "unknown key %q", key).Hint = suggestKey(e, s.Type())
			continue
		}
		before := len(d.diags)
		d.value(e.value, s.FieldByIndex(f.Index).Addr().Interface())
		if hint := valueHint(key, f.Type, e.value); hint != "" && len(d.diags) == before+1 {
			d.diags[before].Hint = hint
		}
	}
}

// mismatch reports the shape of n, unless something was said of n already.
func (d *decoder) mismatch(n *node, want string) *diag.Diagnostic {
	if n.kind == badNode {
		return &diag.Diagnostic{}
	}
	return d.diags.Errorf(n.rng, "got %s, want %s", n.kind, want)
}

// text returns a scalar as its source text, so `null` in a list or as a
// variable's value is a word like any other.
func (d *decoder) text(n *node) (Text, bool) {
	switch {
	case n.kind == scalarNode, n.kind == nullNode && n.text == "null":
		return Text{n.text, n.rng, n.varies}, true
	case n.kind == nullNode:
		d.mismatch(n, "string").Hint = "write \"\" for an empty one"
	default:
		d.mismatch(n, "string")
	}
	return Text{}, false
}

func (t *Text) decode(d *decoder, n *node) {
	if x, ok := d.text(n); ok {
		*t = x
		if x.Value == "" {
			d.diags.Errorf(n.rng, "got an empty string").Hint = "remove the key for its default"
		}
	}
}

func (t *Texts) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := ""
		if n.kind == scalarNode {
			hint = "write [" + quoteWords(n.text) + "]"
		}
		if n.kind == mapNode {
			hint = "write \"- \" before each item, and no \":\" behind it"
		}
		d.mismatch(n, "list").Hint = hint
		return
	}
	for _, item := range n.items {
		if item.kind == mapNode || item.kind == listNode {
			d.mismatch(item, "string").Hint = itemHint(item)
		} else if x, ok := d.text(item); ok {
			*t = append(*t, x)
		}
	}
}

// itemHint returns the hint for a list in a list of texts, or for a map: the long
// form of another tool, or text with a ": " in it.
func itemHint(item *node) string {
	if item.kind == listNode {
		return "write its items here, without another list"
	}
	for _, key := range []string{"id", "target", "name", "run"} {
		if text := item.get(key).textOr(""); text != "" {
			return fmt.Sprintf("write %q", text)
		}
	}
	return "quote text that has \": \" in it"
}

// quoteWords returns the words of s as the items of a YAML list.
func quoteWords(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strconv.Quote(strings.TrimRight(w, ","))
	}
	return strings.Join(words, ", ")
}

func (a *Argv) decode(d *decoder, n *node) {
	a.Range = n.rng
	switch n.kind {
	case listNode:
		a.List = true
		a.Items.decode(d, n)
		if len(n.items) == 0 {
			d.diags.Errorf(n.rng, "got an empty list").Hint = "remove the key for its default"
		}
	case scalarNode:
		var t Text
		t.decode(d, n)
		a.Items = Texts{t}
	default:
		d.mismatch(n, "string or list").Hint = "write [program, argument, …]"
	}
}

func (c *Commands) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := "write [[program, argument, …], …]"
		if n.kind == scalarNode {
			hint = "write [" + commandHint(n.text) + "]"
		}
		d.mismatch(n, "list of commands").Hint = hint
		return
	}
	isWord := func(item *node) bool { return item.kind == scalarNode && !strings.ContainsAny(item.text, " \n") }
	if len(n.items) > 0 && !slices.ContainsFunc(n.items, func(item *node) bool { return !isWord(item) }) {
		var words []string
		for _, item := range n.items {
			words = append(words, strconv.Quote(item.text))
		}
		d.diags.Errorf(n.rng, "got one command, want list of commands").Hint = "write [[" + strings.Join(words, ", ") + "]]"
		return
	}
	for _, item := range n.items {
		if item.kind == listNode && len(item.items) == 0 {
			d.diags.Errorf(item.rng, "got an empty command").Hint = "write [program, argument, …]"
			continue
		}
		if item.kind != listNode {
			hint := "write each command as a list of arguments"
			if item.kind == scalarNode {
				hint = "write " + commandHint(item.text)
			} else if run := item.get("run"); run != nil {
				hint = "write " + commandHint(run.text)
			}
			d.mismatch(item, "list of arguments").Hint = hint
			continue
		}
		x := Command{Range: item.rng}
		x.Args.decode(d, item)
		*c = append(*c, x)
	}
}

// commandHint returns a command line as a list of arguments: of a shell where
// it has something in it that only a shell understands.
func commandHint(line string) string {
	if strings.ContainsAny(line, "&|;<>$`'\"\\*?\n") {
		return "[sh, -c, " + strconv.Quote(strings.TrimSpace(line)) + "]"
	}
	return "[" + quoteWords(line) + "]"
}

func (t *Test) decode(d *decoder, n *node) {
	t.Range = n.rng
	switch {
	case n.kind == listNode && len(n.items) > 0:
		t.Enabled = true
		t.Command.decode(d, n)
	case n.kind == scalarNode && (n.text == "true" || n.text == "false"):
		t.Enabled = n.text == "true"
	case n.kind == scalarNode:
		hint := flagHint(n.text)
		if hint == "" {
			hint = "write " + commandHint(n.text)
		}
		d.diags.Errorf(n.rng, "got %q, want true, false or a list of arguments", n.text).Hint = hint
	case n.kind == listNode:
		d.diags.Errorf(n.rng, "got an empty list").Hint = "write true for the language's own command"
	default:
		d.mismatch(n, "true, false or a list of arguments").Hint = "write [program, argument, …]"
	}
}

// decode reads a map of names and values, or a list of NAME=VALUE and NAME.
func (p *Pairs) decode(d *decoder, n *node) {
	r := pairReader{d, p, map[string]diag.Range{}}
	switch n.kind {
	case mapNode:
		for _, e := range n.entries {
			r.entry(e)
		}
	case listNode:
		for _, item := range n.items {
			r.item(item)
		}
	default:
		hint := "write \"NAME: value\" below the key"
		if name, value, ok := strings.Cut(n.text, "="); ok && !strings.ContainsAny(n.text, " \n") {
			hint = fmt.Sprintf("write {%s: %q}", name, value)
		}
		d.mismatch(n, "map").Hint = hint
	}
}

// pairReader reads pairs one by one, each name once.
type pairReader struct {
	*decoder
	into *Pairs
	seen map[string]diag.Range
}

func (r *pairReader) entry(e entry) {
	x := Pair{Name: e.key}
	// `NAME:` and `NAME: ~` are names alone; whether that is fine is the key's matter.
	if e.value.kind != nullNode || e.value.text == "null" {
		t, ok := r.text(e.value)
		if !ok {
			return
		}
		x.Value = t
	}
	r.add(x)
}

func (r *pairReader) item(item *node) {
	if item.kind == mapNode && len(item.entries) > 0 {
		e := item.entries[0]
		pair := e.key.Value + "=" + e.value.text
		if name, value := item.get("name"), item.get("value"); name != nil && value != nil {
			pair = name.text + "=" + value.text
		}
		r.mismatch(item, "string").Hint = fmt.Sprintf("write %q, or a map of names and values without \"- \"", pair)
		return
	}
	t, ok := r.text(item)
	if !ok {
		return
	}
	name, value, has := strings.Cut(t.Value, "=")
	x := Pair{Name: Text{Value: name, Range: t.Range}}
	if has {
		x.Value = Text{value, t.Range, t.Varies}
	}
	r.add(x)
}

func (r *pairReader) add(x Pair) {
	name := x.Name.Value
	if name == "" {
		r.diags.Errorf(x.Name.Range, "got an empty name").Hint = "write a name before the \":\" or \"=\""
		return
	}
	if first, twice := r.seen[name]; twice {
		r.diags.Errorf(x.Name.Range, "duplicate name %q", name).Hint = "it is set in line " + itoa(first.Start.Line) + " already"
		return
	}
	r.seen[name] = x.Name.Range
	*r.into = append(*r.into, x)
}

func (f *Flag) decode(d *decoder, n *node) {
	switch {
	case n.kind != scalarNode:
		d.mismatch(n, "true or false")
	case n.text == "true", n.text == "false":
		*f = Flag{n.text == "true", n.rng}
	default:
		d.diags.Errorf(n.rng, "got %q, want true or false", n.text).Hint = flagHint(n.text)
	}
}

// flagHint returns the hint for a word that means true or false elsewhere, ""
// for others.
func flagHint(word string) string {
	switch strings.ToLower(word) {
	case "yes", "on", "y", "1", "true":
		return "write true"
	case "no", "off", "n", "0", "false", "none":
		return "write false"
	}
	return ""
}

func (x *Number) decode(d *decoder, n *node) {
	t, ok := d.text(n)
	if !ok {
		return
	}
	i, err := strconv.Atoi(t.Value)
	if err != nil || i < 0 {
		d.diags.Errorf(n.rng, "got %q, want a whole number", t.Value)
		return
	}
	*x = Number{i, n.rng}
}

func (x *Duration) decode(d *decoder, n *node) {
	t, ok := d.text(n)
	if !ok {
		return
	}
	v, err := time.ParseDuration(t.Value)
	switch {
	case err != nil:
		hint := "write \"30s\" or \"1m30s\""
		if _, notNumber := strconv.ParseUint(t.Value, 10, 32); notNumber == nil {
			hint = fmt.Sprintf("write %q", t.Value+"s")
		}
		d.diags.Errorf(n.rng, "got %q, want a duration", t.Value).Hint = hint
	case v != 0 && v < time.Millisecond:
		d.diags.Errorf(n.rng, "got %q, want at least 1ms", t.Value)
	default:
		*x = Duration{v, n.rng}
	}
}

// decode reads one port or a list of ports.
func (p *Ports) decode(d *decoder, n *node) {
	items := []*node{n}
	if n.kind == listNode {
		items = n.items
	}
	for _, item := range items {
		if port, ok := d.port(item); ok {
			*p = append(*p, port)
		}
	}
}

func (d *decoder) port(n *node) (Port, bool) {
	if n.kind == mapNode {
		hint := "write the number alone"
		if target := n.get("target"); target != nil && target.text != "" {
			hint = "write " + target.text
		}
		d.mismatch(n, "port").Hint = hint
		return Port{}, false
	}
	if n.kind == nullNode {
		d.mismatch(n, "port").Hint = "remove the item"
		return Port{}, false
	}
	t, ok := d.text(n)
	if !ok {
		return Port{}, false
	}
	number, protocol, has := strings.Cut(t.Value, "/")
	if !has {
		protocol = "tcp"
	}
	if _, container, published := cutLast(number, ":"); published && container != "" && strings.Trim(container, "0123456789") == "" {
		d.diags.Errorf(n.rng, "got %q, want the container's port", t.Value).Hint =
			fmt.Sprintf("write %s; who runs the image publishes it: docker run -p %s", container, number)
		return Port{}, false
	}
	i, err := strconv.Atoi(number)
	switch {
	case err != nil:
		diag := d.diags.Errorf(n.rng, "got %q, want a port such as 8080 or \"53/udp\"", t.Value)
		if strings.ContainsAny(t.Value, ", -") {
			diag.Hint = "write every port as an item of a list: [8080, 8081]"
		}
	case i < 1 || i > 65535:
		d.diags.Errorf(n.rng, "port %d is out of range", i).Hint = "ports are 1 to 65535"
	case protocol != "tcp" && protocol != "udp" && protocol != "sctp":
		d.diags.Errorf(n.rng, "unknown protocol %q", protocol).Hint = fmt.Sprintf("write \"%d/tcp\", \"%d/udp\" or \"%d/sctp\"", i, i, i)
	default:
		return Port{i, protocol, n.rng}, true
	}
	return Port{}, false
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// decode reads a map of a file's keys, or SRC[:DEST].
func (f *File) decode(d *decoder, n *node) {
	f.Range = n.rng
	if n.kind == mapNode {
		d.fields(n, f)
		return
	}
	t, ok := d.text(n)
	if !ok {
		return
	}
	from, to, has := strings.Cut(t.Value, ":")
	if strings.Contains(t.Value, "://") {
		from, to, has = t.Value, "", false // the check of paths says what is wrong with a URL
	}
	dest, _, more := strings.Cut(to, ":")
	switch {
	case from == "" || has && dest == "":
		d.diags.Errorf(n.rng, "got %q, want SRC or SRC:DEST", t.Value).Hint = "an empty directory is {to: DEST}"
	case more:
		d.diags.Errorf(n.rng, "got %q, want SRC:DEST", t.Value).Hint = fmt.Sprintf("write %q; other keys need the long form {from: …, to: …, mode: …}", from+":"+dest)
	default:
		f.From = Text{Value: from, Range: n.rng}
		if has {
			f.To = Text{Value: to, Range: n.rng}
		}
	}
}

func (f *Files) decode(d *decoder, n *node) {
	if n.kind != listNode {
		hint := "write \"- SRC:DEST\" for each"
		if n.kind == scalarNode {
			hint = "write [" + quoteWords(n.text) + "]"
		}
		d.mismatch(n, "list").Hint = hint
		return
	}
	for _, item := range n.items {
		if item.kind != scalarNode && item.kind != mapNode {
			d.mismatch(item, "SRC[:DEST] or map").Hint = "write \"SRC:DEST\", or {from: SRC, to: DEST}"
			continue
		}
		x, before := File{}, len(d.diags)
		x.decode(d, item)
		if len(d.diags) == before { // else the checks would complain of what is missing
			*f = append(*f, x)
		}
	}
}

// decode reads permissions, which are octal whether quoted or not.
func (m *Mode) decode(d *decoder, n *node) {
	t, ok := d.text(n)
	if !ok {
		return
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(t.Value, "0o"), 8, 32)
	if err != nil || v > 0o7777 {
		d.diags.Errorf(n.rng, "got %q, want octal permissions such as 0644", t.Value).Hint = "0644 can be read by all, 0755 also be run"
		return
	}
	*m = Mode{uint32(v), n.rng}
}

func (u *User) decode(d *decoder, n *node) {
	t, ok := d.text(n)
	if !ok {
		return
	}
	id, group, has := strings.Cut(t.Value, ":")
	uid, uidErr := strconv.ParseUint(id, 10, 31)
	gid, gidErr := strconv.ParseUint(group, 10, 31)
	switch {
	case id == "" || uidErr != nil && (has || !userName(id)), has && gidErr != nil:
		diag := d.diags.Errorf(n.rng, "got %q, want a name or uid[:gid]", t.Value)
		switch {
		case id != "" && userName(id) && has:
			diag.Hint = fmt.Sprintf("write %q for the user with its own group", id)
		case uidErr == nil && userName(group) && group != "":
			diag.Hint = "write the group's number"
		}
	case uidErr != nil:
		*u = User{Name: id, Range: n.rng}
	default:
		*u = User{UID: int(uid), HasID: true, GID: int(gid), HasGD: has, Range: n.rng}
	}
}

// userName reports whether s can be the name of a user (useradd's rule).
func userName(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		inside := r >= '0' && r <= '9' || r == '-' || r == '.' || r == '$'
		if !letter && (i == 0 || !inside) {
			return false
		}
	}
	return len(s) <= 32
}
