package python

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// mainLists are the requirements files that list what the program needs; the
// first that is there counts.
var mainLists = []string{
	"requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements/base.txt",
	"requirements/main.txt", "requirements/default.txt", "requirements/requirements.txt",
}

// groupLists are the names of requirements files that list more, for the group
// that stands in them: requirements-dev.txt, requirements/test.txt.
var groupLists = []string{"requirements-*.txt", "requirements_*.txt", "*-requirements.txt", "*_requirements.txt", "requirements/*.txt"}

// requirementsFile is a requirements file of the project.
type requirementsFile struct {
	*requirements
	file  string
	group string // "" for what the program needs
}

// readRequirements adds what the requirements files list.
func (m *manifest) readRequirements() (diags diag.List) {
	add := func(file, group string) {
		reqs, more := flattened(m, file)
		diags.Add(more)
		m.lists = append(m.lists, requirementsFile{reqs, file, group})
		m.files = append(m.files, file)
		for _, l := range reqs.lines {
			m.add(l.text, group, l.rng)
		}
	}
	for _, name := range mainLists {
		if file := path.Join(m.dir, name); language.IsFile(m.fsys, file) {
			add(file, "")
			break
		}
	}
	for _, pattern := range groupLists {
		before, after, _ := strings.Cut(pattern, "*")
		for _, file := range language.Glob(m.fsys, m.dir, pattern) {
			name := m.inProject(file)
			if !slices.Contains(mainLists, name) && language.IsFile(m.fsys, file) {
				add(file, strings.TrimSuffix(strings.TrimPrefix(name, before), after))
			}
		}
	}
	return diags
}

// list returns the requirements file of the program, false when there is none.
func (m *manifest) list() (requirementsFile, bool) {
	if len(m.lists) == 0 || m.lists[0].group != "" {
		return requirementsFile{}, false
	}
	return m.lists[0], true
}

// inProject returns a path of the context relative to the project.
func (m *manifest) inProject(file string) string {
	if m.dir == "." {
		return file
	}
	return strings.TrimPrefix(file, m.dir+"/")
}

func isRequirements(file string) bool {
	return strings.HasSuffix(file, ".txt") && strings.Contains(file, "requirements")
}

// requirements is a requirements file with what it refers to.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
type requirements struct {
	fsys        fs.FS
	memo        *language.Memo
	lines       []logicalLine // requirements, with their options
	constraints []logicalLine
	options     []logicalLine // lines for the installer: indexes, --pre
	locals      []diag.Text   // directories of the context: "-e ./libs/common"
	archives    []string      // files of packages in the context
	clones      []clone
	files       []string // all that were read
	everyHash   bool     // "--require-hashes"
	diags       diag.List
}

// flattened returns a requirements file with those that it includes.
func flattened(m *manifest, file string) (*requirements, diag.List) {
	r := &requirements{fsys: m.fsys, memo: m.memo}
	r.read(file, diag.Range{}, false)
	return r, r.diags
}

// read reads one file; from is the line that includes it.
func (r *requirements) read(file string, from diag.Range, constraint bool) {
	if slices.Contains(r.files, file) {
		return // it may include itself
	}
	src, err := source(r.fsys, r.memo, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.diags.Errorf(from, "there is no %q in the build context", file).Missing = file
		return
	case err != nil:
		r.diags.Errorf(from, "cannot read %q: %v", file, err)
		return
	}
	r.files = append(r.files, file)
	for first, text := range logicalLines(string(src.Data)) {
		if len(text) > longestLine {
			r.diags.Errorf(src.Line(first), "a line with what it goes on with has %d bytes, and no requirement has more than %d", len(text), longestLine)
			return
		}
		if text = strings.TrimSpace(uncommented(text)); text != "" {
			r.line(file, logicalLine{text, src.Line(first)}, constraint)
		}
	}
}

var option = regexp.MustCompile(`^(--?[A-Za-z][A-Za-z-]*)(?:[ =]*)(.*)$`)

// line sorts one line into what it is.
func (r *requirements) line(file string, l logicalLine, constraint bool) {
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
		r.requirement(file, logicalLine{value, l.rng}, constraint)
	case "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--pre", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--trusted-host":
		r.option(file, name, value, l.rng)
	default:
		r.diags.Errorf(l.rng, "unknown option %q in a requirements file", name)
	}
}

// option keeps a line for the installer, in the form that it has there.
func (r *requirements) option(file, name, value string, rng diag.Range) {
	if strings.Contains(value, "${") {
		r.diags.Errorf(rng, "%s has a variable in it, which nothing sets here", name).Hint =
			"give the index as a secret: --secret id=pip.conf,src=pip.conf"
	}
	switch name {
	case "--require-hashes":
		r.everyHash = true
		return
	case "--prefer-binary", "--trusted-host":
		return // wheels come first; hosts are trusted by their certificates
	case "--no-binary":
		r.diags.Warnf(rng, "--no-binary is not followed: what has a wheel is installed from it")
		return
	case "-i":
		name = "--index-url"
	case "-f", "--find-links":
		name = "--find-links"
		if !strings.Contains(value, "://") {
			value = r.links(file, value, rng)
		}
	}
	r.options = append(r.options, logicalLine{strings.TrimSpace(name + " " + value), rng})
}

// links returns where the step has a directory of packages' files.
func (r *requirements) links(file, value string, rng diag.Range) string {
	files, diags := archives(&manifest{fsys: r.fsys}, path.Dir(file), value, rng)
	r.diags.Add(diags)
	r.archives = append(r.archives, files...)
	dir, _ := inContext(path.Dir(file), value, "", rng)
	return path.Join(language.SourceDir, dir)
}

// localPath matches what a requirement has for a path: alone, with a file: before it,
// or behind a name. What follows are extras, markers and options.
var localPath = regexp.MustCompile(`^(?:([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*@\s*)?(file:[^\s;\[]+|\.{1,2}(?:/[^\s;\[]*)?|/[^\s;\[]+|[^\s;\[@:=<>~!]+\.(?:whl|tar\.gz|tgz|zip|tar\.bz2|tar\.xz))`)

// requirement keeps a requirement: a package, or a directory or a file of the context.
func (r *requirements) requirement(file string, l logicalLine, constraint bool) {
	at := localPath.FindStringSubmatchIndex(l.text)
	switch {
	case gitRequirement.MatchString(l.text):
		r.repository(l)
	case otherRepository.MatchString(l.text):
		r.diags.Errorf(l.rng, "%q comes from a repository that is none of git", l.text).Hint =
			"name a released version, or a wheel's URL: \"name @ https://…\""
	case at != nil:
		r.local(file, l, at)
	case !requirementName.MatchString(l.text):
		r.diags.Errorf(l.rng, "got %q, want a requirement", l.text).Hint = "write the name of a package, such as \"flask==3.1.0\", or a path that begins with \"./\""
	case constraint:
		r.constraints = append(r.constraints, l)
	default:
		r.lines = append(r.lines, l)
	}
}

// gitRequirement matches a requirement of a repository: its name or none, the address
// and the rest.
var (
	gitRequirement  = regexp.MustCompile(`^(?:([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*@\s*)?(git\+[^\s;]+)(.*)$`)
	otherRepository = regexp.MustCompile(`(^|@\s*)(hg|svn|bzr)\+`)
)

// repository keeps a requirement of a repository.
func (r *requirements) repository(l logicalLine) {
	match := gitRequirement.FindStringSubmatch(l.text)
	c := cloneOf(match[3])
	c.name, c.rng = cmp.Or(normal(match[1]), c.name), l.rng
	if c.name == "" {
		r.diags.Errorf(l.rng, "%q does not say which package is in the repository", l.text).Hint = "write its name before it: \"name @ git+…\""
		return
	}
	r.clones = append(r.clones, c)
	r.lines = append(r.lines, logicalLine{c.name + match[2] + " @ " + c.requirement() + match[4], l.rng})
}

// local keeps a requirement that is in the context; at is where localPath matches.
func (r *requirements) local(file string, l logicalLine, at []int) {
	value := l.text[at[4]:at[5]]
	inside, diags := inContext(path.Dir(file), value, fmt.Sprintf("%q", value), l.rng)
	r.diags.Add(diags)
	switch {
	case diags.Err() != nil:
	case !isArchive(value):
		r.locals = append(r.locals, diag.Text{Value: inside, Range: l.rng})
	case !language.IsFile(r.fsys, inside):
		r.diags.Errorf(l.rng, "there is no file %q in the build context", inside).Missing = inside
	default:
		r.archives = append(r.archives, inside)
		l.text = l.text[:at[4]] + "file://" + path.Join(language.SourceDir, inside) + l.text[at[5]:]
		r.lines = append(r.lines, l)
	}
}

// hashed reports whether every requirement has hashes, and there is one.
func (r *requirements) hashed() bool {
	return len(r.lines) > 0 && !slices.ContainsFunc(r.lines, lacksHash)
}

// lacksHash reports whether what a requirement installs may be another one every time.
func lacksHash(l logicalLine) bool {
	return !strings.Contains(l.text, "--hash") && !strings.Contains(l.text, "@ git+")
}

// unhashed reports requirements without a hash where others have one, or where the file
// wants one of all. The installer takes them, and pip does not. Files of the context are
// as the context is.
// https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode
func (f requirementsFile) unhashed() (diags diag.List) {
	has := func(l logicalLine) bool { return strings.Contains(l.text, "--hash") }
	if !f.everyHash && !slices.ContainsFunc(f.lines, has) {
		return nil
	}
	for _, l := range f.lines {
		if lacksHash(l) && !strings.Contains(l.text, "file://") {
			diags.Errorf(l.rng, "%q has no hash, and %s wants one of all", l.text, f.file).Hint =
				"lock them together, as \"uv pip compile --generate-hashes\" does"
		}
	}
	return diags
}

// pinned reports whether every requirement names one version.
func (r *requirements) pinned() bool {
	return !slices.ContainsFunc(r.lines, func(l logicalLine) bool { return !strings.Contains(l.text, "==") && !strings.Contains(l.text, "@") })
}

// useRequirements takes a requirements file for the truth, with those of the groups.
func (l *lockfile) useRequirements(m *manifest, list requirementsFile, groups []string) (diags diag.List) {
	reqs := *list.requirements
	diags = list.unhashed()
	for _, more := range m.lists {
		if slices.Contains(groups, more.group) {
			diags.Add(more.unhashed())
			reqs.lines = slices.Concat(reqs.lines, more.lines)
			reqs.files = slices.Concat(reqs.files, more.files)
			reqs.locals = slices.Concat(reqs.locals, more.locals)
			reqs.archives = slices.Concat(reqs.archives, more.archives)
			reqs.clones = slices.Concat(reqs.clones, more.clones)
		}
	}
	l.source, l.kind = list.file, listed
	l.hashed = reqs.hashed()
	l.closed = l.hashed
	l.text = joined(reqs.options) + joined(uniqueLines(reqs.lines))
	l.constraint = joined(reqs.constraints)
	l.manifests = slices.Concat(l.manifests, reqs.files, reqs.archives)
	l.open = len(reqs.lines) > 0
	l.locals = reqs.locals
	for _, c := range reqs.clones {
		diags.Add(l.clone(c))
	}
	if l.hashed || len(reqs.lines) == 0 || diags.Err() != nil {
		return diags
	}
	d := diags.Warnf(reqs.lines[0].rng, "not every requirement of %s has a version, so the next build may install others", list.file)
	if reqs.pinned() {
		// Whether they name all that is installed is known only when it is resolved.
		d.Message = fmt.Sprintf("the requirements of %s have no hashes, so the next build may install other versions of what they need", list.file)
	}
	d.Rule, d.Hint = "MissingLock", "lock them: \"uv pip compile --generate-hashes\", or a lock file"
	return diags
}
