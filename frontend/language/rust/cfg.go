package rust

import (
	"slices"
	"strings"
)

// takes reports whether dependencies of a table are for a platform: a triple names it, or a
// condition that holds for it; "" is for all.
func (p platform) takes(table string) bool {
	return table == "" || table == p.triple || strings.HasPrefix(table, "cfg(") && p.matches(table)
}

// matches reports whether a condition of the configuration holds for a platform:
//
//	cfg(all(target_os = "linux", not(target_env = "musl")))
//
// What we do not know of is false.
// https://doc.rust-lang.org/reference/conditional-compilation.html
func (p platform) matches(condition string) bool {
	c := &conditional{text: condition, platform: p}
	return c.holds()
}

// conditional is a condition as far as it is still to be read.
type conditional struct {
	text     string
	platform platform
	depth    int
}

// word returns the next word, quoted text or sign.
func (c *conditional) word() string {
	c.text = strings.TrimLeft(c.text, " \t\n")
	if c.text == "" {
		return ""
	}
	if strings.ContainsRune("(),=", rune(c.text[0])) {
		w := c.text[:1]
		c.text = c.text[1:]
		return w
	}
	end := strings.IndexAny(c.text, "(),= \t\n")
	if c.text[0] == '"' {
		if end = strings.IndexByte(c.text[1:], '"') + 2; end == 1 {
			end = len(c.text)
		}
	}
	if end < 0 {
		end = len(c.text)
	}
	w := c.text[:end]
	c.text = c.text[end:]
	return w
}

// next reports whether the next word is w, which is then read.
func (c *conditional) next(w string) bool {
	before := c.text
	if c.word() == w {
		return true
	}
	c.text = before
	return false
}

// holds reads one condition and says whether it holds.
func (c *conditional) holds() bool {
	name := c.word()
	c.depth++
	defer func() { c.depth-- }()
	switch {
	case name == "" || c.depth > 20:
		c.text = ""
		return false
	case c.next("("):
		var parts []bool
		for !c.next(")") && c.text != "" {
			parts = append(parts, c.holds())
			c.next(",")
		}
		return combined(name, parts)
	case c.next("="):
		return c.platform.fact(name, strings.Trim(c.word(), `"`))
	}
	return name == "unix" || name == "true"
}

// combined returns what a word makes of the conditions in its brackets.
func combined(word string, parts []bool) bool {
	switch word {
	case "not":
		return !slices.Contains(parts, true)
	case "any":
		return slices.Contains(parts, true)
	}
	return !slices.Contains(parts, false)
}

// fact reports whether a platform has a value of a name.
func (p platform) fact(name, value string) bool {
	machine, _, _ := strings.Cut(p.triple, "-")
	arch := map[string]string{"i686": "x86", "armv7": "arm", "powerpc64le": "powerpc64", "riscv64gc": "riscv64"}[machine]
	if arch == "" {
		arch = machine
	}
	env := "gnu"
	if p.static {
		env = "musl"
	}
	width, endian := "64", "little"
	if arch == "x86" || strings.HasPrefix(arch, "arm") {
		width = "32"
	}
	if arch == "s390x" {
		endian = "big"
	}
	facts := []string{
		"target_os=linux", "target_family=unix", "target_arch=" + arch, "target_env=" + env,
		"target_pointer_width=" + width, "target_endian=" + endian, "target_vendor=unknown",
	}
	return slices.Contains(facts, name+"="+value)
}
