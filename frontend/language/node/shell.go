package node

import (
	"fmt"
	"strings"
)

// command is one command of a script: what it sets, and its words.
type command struct {
	env   [][2]string // names with values
	words []string
}

// commands reads a script of package.json, which a shell runs, as the commands that
// it is made of where one follows the other ("a && b"). What only a shell can do is an
// error that says what it is.
func commands(script string) ([]command, error) {
	r := &shell{rest: script}
	var all []command
	for {
		words, end, err := r.command()
		if err != nil {
			return nil, err
		}
		if len(words) > 0 {
			all = append(all, assignments(words))
		}
		if end == "" {
			return all, nil
		}
	}
}

// assignments takes what a command sets from its first words.
func assignments(words []string) command {
	var c command
	for i, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok || !isName(name) {
			c.words = words[i:]
			return c
		}
		c.env = append(c.env, [2]string{name, value})
	}
	return c
}

func isName(word string) bool {
	for i, c := range word {
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return word != ""
}

// shell reads words as a shell does.
type shell struct{ rest string }

// command returns the words up to the end of a command, and what ended it.
func (r *shell) command() (words []string, end string, err error) {
	for {
		r.rest = strings.TrimLeft(r.rest, " \t\n")
		switch {
		case r.rest == "":
			return words, "", nil
		case strings.HasPrefix(r.rest, "&&"):
			r.rest = r.rest[2:]
			return words, "&&", nil
		case strings.ContainsRune("&|;<>()`#", rune(r.rest[0])):
			return nil, "", fmt.Errorf("%q", r.rest[:1])
		}
		w, err := r.word()
		if err != nil {
			return nil, "", err
		}
		words = append(words, w)
	}
}

// word returns the next word without its quotes.
func (r *shell) word() (string, error) {
	var b strings.Builder
	quote := byte(0)
	for r.rest != "" {
		c := r.rest[0]
		switch {
		case quote == 0 && strings.IndexByte(" \t\n&|;<>()", c) >= 0:
			return b.String(), nil
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case c == '\\' && quote != '\'' && len(r.rest) > 1:
			b.WriteByte(r.rest[1])
			r.rest = r.rest[1:]
		case c == '$' && quote != '\'':
			if err := r.expand(&b); err != nil {
				return "", err
			}
			continue
		case quote == 0 && (c == '*' || c == '?' || c == '`' || c == '~' && b.Len() == 0):
			return "", fmt.Errorf("%q", r.rest[:1])
		case quote == '"' && c == '`':
			return "", fmt.Errorf("%q", "`")
		default:
			b.WriteByte(c)
		}
		r.rest = r.rest[1:]
	}
	if quote != 0 {
		return "", fmt.Errorf("a quote %q that does not end", string(quote))
	}
	return b.String(), nil
}

// expand writes the default of a variable: ${PORT:-3000} is 3000 unless whoever
// runs the container sets PORT. Any other use of variables is a shell's.
func (r *shell) expand(b *strings.Builder) error {
	end := strings.IndexByte(r.rest, '}')
	if !strings.HasPrefix(r.rest, "${") || end < 0 {
		return fmt.Errorf("the variable %q", strings.FieldsFunc(r.rest+" ", func(c rune) bool { return c == ' ' || c == '"' })[0])
	}
	inside := r.rest[2:end]
	for _, op := range []string{":-", ":=", "-", "="} {
		name, value, ok := strings.Cut(inside, op)
		if ok && isName(name) && !strings.Contains(value, "$") {
			b.WriteString(variable + name + variable + value)
			r.rest = r.rest[end+1:]
			return nil
		}
	}
	return fmt.Errorf("the variable %q", r.rest[:end+1])
}

// variable marks a variable with its default in a word.
const variable = "\x00"

// defaulted returns the variable of which a word is the value, and its default:
// PORT and 3000 for ${PORT:-3000}.
func defaulted(word string) (name, value string, ok bool) {
	rest, ok := strings.CutPrefix(word, variable)
	if !ok {
		return "", word, !strings.Contains(word, variable)
	}
	name, value, _ = strings.Cut(rest, variable)
	return name, value, !strings.Contains(value, variable)
}
