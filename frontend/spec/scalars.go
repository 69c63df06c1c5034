package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
