package spec

import "time"

// Text is a scalar as it is written; its zero value is unset.
type Text struct {
	Value string
	Range Range
	// Varies says that a value of ${TARGET…} is in it, which is another for each platform.
	Varies bool `json:",omitempty"`
}

// IsSet reports whether the key was written.
func (t Text) IsSet() bool { return !t.Range.IsZero() }

// Or returns the text, or another when it is unset.
func (t Text) Or(other string) string {
	if t.IsSet() {
		return t.Value
	}
	return other
}

// Texts is a list of scalars.
type Texts []Text

// Values returns the texts alone.
func (t Texts) Values() []string {
	var values []string
	for _, x := range t {
		values = append(values, x.Value)
	}
	return values
}

// Range returns where the list's first item is written.
func (t Texts) Range() Range {
	if len(t) == 0 {
		return Range{}
	}
	return t[0].Range
}

// Argv is a list of arguments, or one text.
type Argv struct {
	Items Texts
	List  bool // written as a list
	Range Range
}

// IsSet reports whether the key was written.
func (a Argv) IsSet() bool { return !a.Range.IsZero() }

// Commands is a list of lists of arguments.
type Commands []Command

// Command is a list of arguments.
type Command struct {
	Args  Texts
	Range Range
}

// Test is true, or a command.
type Test struct {
	Enabled bool
	Command Texts // empty for the language's own
	Range   Range
}

// Pair is a name and its value.
type Pair struct {
	Name  Text
	Value Text // unset where a name alone is written
}

// Pairs is a map in the order in which it is written.
type Pairs []Pair

// Get returns the value of a name.
func (p Pairs) Get(name string) (Text, bool) {
	for _, x := range p {
		if x.Name.Value == name {
			return x.Value, true
		}
	}
	return Text{}, false
}

// Flag is true or false.
type Flag struct {
	Value bool
	Range Range
}

// Or returns the flag's value, or another when it is unset.
func (f Flag) Or(other bool) bool {
	if f.Range.IsZero() {
		return other
	}
	return f.Value
}

// Number is a whole number, at least 0.
type Number struct {
	Value int
	Range Range
}

// Duration is a time as Compose writes it: 30s, 1m30s.
type Duration struct {
	Value time.Duration
	Range Range
}

// Port is a port number with its protocol.
type Port struct {
	Number   int
	Protocol string // tcp, udp or sctp
	Range    Range
}

// Ports is a list of ports.
type Ports []Port

// Mode is the permissions of a file.
type Mode struct {
	Value uint32
	Range Range
}

// User is a name or uid[:gid].
type User struct {
	Name  string // "nonroot"; empty where a uid is written
	UID   int
	GID   int
	HasID bool // UID is known
	HasGD bool // GID is written
	Range Range
}
