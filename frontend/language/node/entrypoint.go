package node

import (
	"cmp"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Groups of candidates: of the first that has any file that is there, it is the one.
const (
	asSaid = iota
	byScript
	byManifest
	byHabit
)

// finder looks for what the container of a project starts.
type finder struct {
	*project
	starts []start
	why    []error // why scripts are no candidates
	diags  diag.List
}

// findStarts returns what the container may be started with, in groups. What is there
// is known when the project is built.
func (n *project) findStarts() ([]start, diag.List) {
	f := &finder{project: n}
	if want := n.Spec.Entrypoint; want.IsSet() && len(want.Items) > 0 {
		f.named(want.Items[0])
	} else {
		f.detect()
	}
	if len(f.starts) == 0 && !f.diags.Failed() {
		f.nothing()
	}
	return f.starts, f.diags
}

func (f *finder) add(group int, why string, rng diag.Range, s start) {
	s.Group, s.Why, s.rng = group, why, rng
	f.starts = append(f.starts, s)
}

var program = regexp.MustCompile(`^[A-Za-z0-9@][A-Za-z0-9@/._-]*$`)

// isFile reports whether a word is a file's: one of the context, or one that a build
// makes.
func (f *finder) isFile(word string) bool {
	name := path.Join(f.Dir(), word)
	return language.IsFile(f.FS, name) || language.IsDir(f.FS, name) || strings.Contains(word, "/") && !strings.HasPrefix(word, "@") ||
		slices.Contains([]string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"}, path.Ext(word))
}

// named reads what the spec's word stands for.
func (f *finder) named(word spec.Text) {
	why := word.Range.FileLine()
	name, isScript := strings.CutPrefix(word.Value, "script:")
	_, bins := f.m.bins()
	switch file, isBin := bins[word.Value]; {
	case isScript:
		f.script(name, word)
	case isBin:
		f.add(asSaid, why, word.Range, start{File: inProject(file.Value)})
	case f.isFile(word.Value):
		f.file(inProject(word.Value), word)
	case program.MatchString(word.Value) && f.m.declares(runtimeDeps) && f.unneeded(word.Value) == "":
		f.add(asSaid, why, word.Range, start{Bin: word.Value})
	default:
		d := f.diags.Errorf(word.Range, "there is no %q in the project", word.Value)
		d.Hint = cmp.Or(f.unneeded(word.Value), diag.DidYouMean(word.Value, f.words()), "want a file, script:NAME, or a program of a dependency")
	}
}

// unneeded returns what to write for the first words of a Dockerfile's ENTRYPOINT that are
// no part of the project's.
func (f *finder) unneeded(word string) string {
	switch {
	case word == "node":
		return "leave it out: a file is started by node"
	case slices.Contains(runners, word) && f.m.script("start").Value != "":
		return "what its script starts is started without it: \"entrypoint: script:start\""
	}
	return ""
}

// file takes a file that the spec names. One that nothing builds must be there.
func (f *finder) file(name string, word spec.Text) {
	at := path.Join(f.Dir(), name)
	if !f.builds() && !language.IsFile(f.FS, at) && !language.IsDir(f.FS, at) && resolved(f.Project, at) == "" {
		d := f.diags.Errorf(word.Range, "there is no %q in the project, and nothing that builds it", name)
		d.Missing, d.Hint = at, cmp.Or(diag.DidYouMean(name, f.words()), "name a file that is there, or write a script \"build\" that makes it")
		return
	}
	f.add(asSaid, word.Range.FileLine(), word.Range, start{File: name})
}

// script takes a script that the spec names.
func (f *finder) script(name string, word spec.Text) {
	r := &reader{m: f.m}
	if f.m.script(name).Value == "" {
		f.diags.Errorf(word.Range, "%s has no script %q", f.m.file, name).Hint = diag.DidYouMean(name, f.m.Get("scripts").Keys())
		return
	}
	s, err := r.follow(name, deepest)
	if err == nil {
		err = f.unloaded(name, s)
	}
	if err != nil {
		f.diags.Errorf(f.m.script(name).Range, "%v", err).Hint = remedyOf(err)
		return
	}
	s.Group, s.Why = asSaid, s.rng.FileLine()
	f.starts = append(f.starts, *s)
}

// remedyOf says what to do where a script cannot be taken.
func remedyOf(err error) string {
	if errors.Is(err, errUnloaded) {
		return "move it to \"dependencies\", or name what is started without it as \"entrypoint\""
	}
	return "name a file as \"entrypoint\", with its arguments: [dist/server.js, --verbose]"
}

// deepest is how many scripts may call each other.
const deepest = 5

// words returns what an entrypoint may have meant.
func (f *finder) words() []string {
	words := f.m.Get("scripts").Keys()
	for i := range words {
		words = append(words, "script:"+words[i])
	}
	names, _ := f.m.bins()
	return append(append(words, names...), f.habits()...)
}

// detect collects all that a project says of how it is started.
func (f *finder) detect() {
	if f.replaced() {
		f.framework(asSaid)
		return
	}
	first, rest := f.scripts()
	if f.frame != nil && !f.own && (first == nil || first.Bin != "") {
		f.framework(asSaid)
	}
	if first != nil {
		f.starts = append(f.starts, *first)
	}
	f.starts = append(f.starts, rest...)
	if f.frame != nil && !f.own {
		f.framework(byScript)
	}
	f.manifest()
	if len(f.starts) == 0 && (f.makesSite() || f.isRoot()) && !f.hasProgram() {
		return
	}
	// Source that is started with something that compiles it seldom runs without.
	if len(f.starts) == 0 && !f.builds() && slices.ContainsFunc(f.why, func(err error) bool { return errors.Is(err, errUnloaded) }) {
		return
	}
	for _, name := range f.habits() {
		f.add(byHabit, "the only file of its kind", diag.Range{}, start{File: name})
	}
}

// otherwise warns where something else is started than what the script says that is for
// that: what it does besides, such as to bring a database up to date, is not done.
func (n *project) otherwise() (diags diag.List) {
	script := n.m.script("start")
	if n.Spec.Entrypoint.IsSet() || script.Value == "" {
		return nil
	}
	r := &reader{m: n.m}
	s, err := r.follow("start", deepest)
	if err == nil {
		err = n.unloaded("start", s)
	}
	if err == nil {
		script, err = n.m.script("prestart"), r.before()
	}
	if err == nil || errors.Is(err, errDevelopment) {
		return nil
	}
	instead := "what else is found"
	if len(n.starts) == 1 {
		instead = n.starts[0].called()
	}
	diags.Warnf(script.Range, "%v, so the container starts %s and nothing besides", err, instead).Hint =
		"if that is right, name it as \"entrypoint\""
	return diags
}

func (f *finder) framework(group int) {
	why := "what " + f.frame.name + " makes"
	if !f.undecided.IsZero() {
		why += ", where " + f.undecided.FileLine() + " says so"
	}
	for _, s := range f.frame.starts {
		f.add(group, why, f.undecided, s)
	}
}

// scripts returns what the script for starting starts, nil where that is for
// development or needs a shell, and what those for production do.
func (f *finder) scripts() (first *start, rest []start) {
	r := &reader{m: f.m}
	for _, name := range []string{"start", "start:prod", "start:production", "start-prod", "serve", "server"} {
		if f.m.script(name).Value == "" {
			continue
		}
		s, err := r.follow(name, deepest)
		if err == nil {
			err = f.unloaded(name, s)
		}
		if err != nil {
			f.why = append(f.why, err)
			continue
		}
		s.Group = byScript
		if name == "start" {
			s.Group, first = asSaid, s
			continue
		}
		rest = append(rest, *s)
	}
	return first, rest
}

// manifest adds the program of the package, and the main file: where there is a program,
// that is often what others import.
func (f *finder) manifest() {
	program, main := f.m.program(), f.m.Get("main").Placed()
	if len(f.starts) == 0 && program.Value != "" && main.Value != "" && inProject(program.Value) != inProject(main.Value) {
		f.diags.Warnf(program.Range, "the package has a program, %s, and a main file, %s: the program comes first", program.Value, main.Value).Hint =
			"say which it is: \"entrypoint: " + program.Value + "\""
	}
	for _, file := range []diag.Text{program, main} {
		if file.Value != "" {
			f.add(byManifest, file.Range.FileLine(), file.Range, start{File: inProject(file.Value)})
		}
	}
}

// habits returns files that programs are in by habit: what is there, and what a build
// may make.
func (f *finder) habits() []string {
	var names []string
	dirs := []string{"."}
	if f.builds() {
		dirs = []string{"dist", "build", "out", "lib"}
		if out := compilerOutput(f.FS, f.Dir()); out != "" && !slices.Contains(dirs, out) {
			dirs = append([]string{path.Clean(out)}, dirs...)
		}
		dirs = append(dirs, ".")
	}
	for _, dir := range append(dirs, "src") {
		made := dir != "." && dir != "src"
		var there map[string]bool
		if !made {
			there = files(f.FS, path.Join(f.Dir(), dir))
		}
		for _, base := range []string{"index", "server", "main", "app"} {
			for _, ext := range []string{".js", ".mjs", ".cjs", ".ts", ".mts"} {
				if made && !strings.HasSuffix(ext, "ts") || there[base+ext] {
					names = append(names, path.Join(dir, base+ext))
				}
			}
		}
	}
	return names
}

// nothing reports that there is nothing to start, and what was found instead.
func (f *finder) nothing() {
	at := f.m.Get("scripts", "start").Place()
	if at.IsZero() {
		at = f.m.Get("name").Place()
	}
	d := f.diags.Errorf(at, "nothing in %s says what to start: no \"start\" script, no \"main\", no file that is one by its name", f.m.file)
	d.Hint = f.remedy()
	if len(f.why) > 0 {
		d.Message = f.why[0].Error()
	}
}

// remedy says what to write where there is nothing to start.
func (f *finder) remedy() string {
	switch {
	case f.m.has("@sveltejs/kit"):
		return "SvelteKit makes a server by @sveltejs/adapter-node, and by @sveltejs/adapter-static a site for \"language: static\""
	case f.makesSite():
		return `is it a site? Write "language: static"; else name the file that is started as "entrypoint"`
	case f.isRoot():
		var dirs []string
		for _, m := range f.ws.members {
			dirs = append(dirs, m.dir)
		}
		return "name the member that is started as \"project\": " + diag.Few(dirs, 5) + ", or a file of the root as \"entrypoint\""
	case len(f.why) > 0:
		return remedyOf(f.why[0])
	}
	return "name a file as \"entrypoint\""
}

// isRoot reports whether the project is the root of a workspace, whose programs are most
// often its members'.
func (f *finder) isRoot() bool { return f.m.dir == f.ws.root && len(f.ws.members) > 0 }

// makesSite reports whether a script of the project runs a tool that makes sites.
func (f *finder) makesSite() bool {
	return slices.ContainsFunc(f.m.Get("scripts").Keys(), func(name string) bool {
		return slices.ContainsFunc(strings.Fields(f.m.script(name).Value), func(word string) bool { return slices.Contains(frontEndTools, word) })
	})
}

// hasProgram reports whether a file of the project is a program by its name. Those in
// src are as often what runs in browsers.
func (f *finder) hasProgram() bool {
	return slices.ContainsFunc(f.habits(), func(name string) bool {
		return !strings.HasPrefix(name, "src/") && language.IsFile(f.FS, path.Join(f.Dir(), name))
	})
}

// settle chooses among candidates where nothing is built, so that all files are
// there to be looked at.
func (f *finder) settle() {
	for group := asSaid; group <= byHabit; group++ {
		var there []start
		for _, s := range f.starts {
			if s.Group == group && (s.Bin != "" || resolved(f.Project, path.Join(f.Dir(), s.File)) != "") {
				there = append(there, s)
			}
		}
		if len(there) > 1 && group == byHabit {
			var names []string
			for _, s := range there {
				names = append(names, s.File)
			}
			f.diags = append(f.diags, language.Ambiguous(f.m.Get("name").Place(), "several files may be the program", "entrypoint", names))
		}
		if len(there) > 0 {
			f.starts = there[:1]
			return
		}
	}
}
