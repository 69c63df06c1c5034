package language

import (
	"encoding/binary"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/stagefront/stagefront/frontend/diag"
)

// requirementFiles are the requirements files that are read, with the group
// that what is in them belongs to. Of those without a group the first counts.
var requirementFiles = []struct{ name, group string }{
	{"requirements.txt", ""},
	{"requirements/production.txt", ""},
	{"requirements/prod.txt", ""},
	{"requirements/base.txt", ""},
	{"requirements/main.txt", ""},
	{"requirements-dev.txt", "dev"},
	{"requirements-test.txt", "test"},
	{"dev-requirements.txt", "dev"},
	{"test-requirements.txt", "test"},
	{"requirements/dev.txt", "dev"},
	{"requirements/test.txt", "test"},
	{"requirements/tests.txt", "tests"},
}

// readRequirements adds what a requirements file lists.
func (m *pyManifest) readRequirements(name, group string) diag.List {
	file := path.Join(m.dir, name)
	if group == "" && m.list != "" || !isFile(m.fsys, file) {
		return nil
	}
	if group == "" {
		m.list = file
	}
	m.files = append(m.files, file)
	reqs, diags := flattened(m.fsys, file)
	for _, l := range reqs.lines {
		m.add(l.text, group, l.rng)
	}
	m.lists[file] = reqs
	return diags
}

func isRequirements(file string) bool {
	return strings.HasSuffix(file, ".txt") && strings.Contains(file, "requirements")
}

// pyRequirements is a requirements file with what it refers to.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
type pyRequirements struct {
	fsys        fs.FS
	lines       []pyLine // requirements, with their options
	constraints []pyLine
	options     []pyLine // lines for the installer: indexes, --pre
	locals      []pyText // directories of the context: "-e ./libs/common"
	files       []string // all that were read
	diags       diag.List
}

// pyLine is a line of a requirements file without comments, its continuations joined.
type pyLine struct {
	text string
	rng  diag.Range
}

// flattened returns a requirements file with those that it includes.
func flattened(fsys fs.FS, file string) (*pyRequirements, diag.List) {
	r := &pyRequirements{fsys: fsys}
	r.read(file, diag.Range{}, false)
	return r, r.diags
}

// read reads one file; from is the line that includes it.
func (r *pyRequirements) read(file string, from diag.Range, constraint bool) {
	if slices.Contains(r.files, file) {
		return // it may include itself
	}
	data, err := fs.ReadFile(r.fsys, file)
	if err != nil {
		r.diags.Errorf(from, "there is no %q in the build context", file).Missing = file
		return
	}
	r.files = append(r.files, file)
	src := &diag.Source{Name: file, Data: []byte(decoded(data))}
	lines := strings.Split(string(src.Data), "\n")
	for i := 0; i < len(lines); i++ {
		first, text := i, strings.TrimRight(lines[i], " \t\r")
		for strings.HasSuffix(text, "\\") && i+1 < len(lines) {
			i++
			text = strings.TrimSuffix(text, "\\") + " " + strings.TrimSpace(lines[i])
		}
		if text = strings.TrimSpace(uncommented(text)); text != "" {
			r.line(file, pyLine{text, src.Line(first + 1)}, constraint)
		}
	}
}

// decoded returns a text file's UTF-8; PowerShell writes UTF-16.
func decoded(data []byte) string {
	var order binary.ByteOrder
	switch {
	case len(data) >= 2 && data[0] == 0xff && data[1] == 0xfe:
		order = binary.LittleEndian
	case len(data) >= 2 && data[0] == 0xfe && data[1] == 0xff:
		order = binary.BigEndian
	default:
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units))
}

var comment = regexp.MustCompile(`(^|\s)#.*$`)

func uncommented(text string) string { return comment.ReplaceAllString(text, "") }

var option = regexp.MustCompile(`^(--?[A-Za-z][A-Za-z-]*)(?:[ =]*)(.*)$`)

// line sorts one line into what it is.
func (r *pyRequirements) line(file string, l pyLine, constraint bool) {
	match := option.FindStringSubmatch(l.text)
	if match == nil {
		r.requirement(file, l, constraint)
		return
	}
	name, value := match[1], strings.Trim(match[2], `"'`)
	// "-rbase.txt" is one word.
	if !strings.HasPrefix(name, "--") && len(name) > 2 {
		name, value = name[:2], name[2:]+value
	}
	switch name {
	case "-r", "--requirement":
		r.read(path.Join(path.Dir(file), value), l.rng, constraint)
	case "-c", "--constraint":
		r.read(path.Join(path.Dir(file), value), l.rng, true)
	case "-e", "--editable":
		r.requirement(file, pyLine{value, l.rng}, constraint)
	case "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--pre", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--trusted-host":
		r.option(name, value, l.rng)
	default:
		r.diags.Errorf(l.rng, "unknown option %q in a requirements file", name)
	}
}

// option keeps a line for the installer, in the form that it has there.
func (r *pyRequirements) option(name, value string, rng diag.Range) {
	if strings.Contains(value, "${") {
		r.diags.Errorf(rng, "%s has a variable in it, which nothing sets here", name).Hint =
			"give the index as a secret: --secret id=pip.conf,src=pip.conf"
	}
	switch name {
	case "--require-hashes", "--prefer-binary", "--trusted-host":
		return // what is hashed is checked; wheels come first; hosts are trusted by their certificates
	case "-i":
		name = "--index-url"
	case "-f":
		name = "--find-links"
	}
	r.options = append(r.options, pyLine{strings.TrimSpace(name + " " + value), rng})
}

// requirement keeps a requirement: a package, or a directory of the context.
func (r *pyRequirements) requirement(file string, l pyLine, constraint bool) {
	bare, _, _ := strings.Cut(l.text, ";")
	bare, _, _ = strings.Cut(strings.TrimSpace(bare), "[")
	bare = strings.TrimPrefix(bare, "file:")
	switch {
	case strings.Contains(l.text, "git+"), strings.Contains(l.text, "hg+"), strings.Contains(l.text, "svn+"):
		r.diags.Errorf(l.rng, "%q comes from a repository, which cannot be cloned here", l.text).Hint =
			"name a released version, or a wheel's URL: \"name @ https://…\""
	case strings.HasPrefix(bare, "."), strings.HasPrefix(bare, "/"):
		r.locals = append(r.locals, pyText{path.Join(path.Dir(file), bare), l.rng})
	case constraint:
		r.constraints = append(r.constraints, l)
	default:
		r.lines = append(r.lines, l)
	}
}

// hashed reports whether every requirement has hashes, and there is one.
func (r *pyRequirements) hashed() bool {
	return len(r.lines) > 0 && !slices.ContainsFunc(r.lines, func(l pyLine) bool { return !strings.Contains(l.text, "--hash") })
}

// pinned reports whether every requirement names one version.
func (r *pyRequirements) pinned() bool {
	return !slices.ContainsFunc(r.lines, func(l pyLine) bool { return !strings.Contains(l.text, "==") && !strings.Contains(l.text, "@") })
}
