package python

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// entrypoint is how the container starts.
type entrypoint struct {
	name      string   // for people: "app:app", "manage.py", "gunicorn"
	args      []string // what follows the interpreter: ["-m", "shop"]
	script    string   // in place of args: a console script
	dir       string   // imported from beside the project's root: "src"
	env       spec.Vars
	why       string
	rng       diag.Range
	decisions []language.Decision
}

// finder looks for what a project's container starts.
type finder struct {
	p      *language.Project
	m      *manifest
	groups []string // that are installed
	diags  diag.List
}

// findEntrypoint returns the entrypoint: what the spec names, else the only
// candidate that the project has.
func findEntrypoint(p *language.Project, m *manifest, groups []string) (*entrypoint, diag.List) {
	f := &finder{p: p, m: m, groups: groups}
	var e *entrypoint
	if want := p.Spec.Entrypoint; want.IsSet() && len(want.Items) > 0 {
		e = f.named(want.Items[0], len(want.Items) > 1)
	} else {
		e = f.detect()
	}
	if f.diags.Err() != nil {
		return nil, f.diags
	}
	return e, f.diags
}

// at returns where a problem is: its own place, else the spec's entrypoint, else
// the project.
func (f *finder) at(r diag.Range) diag.Range {
	if !f.p.Spec.Entrypoint.Range.IsZero() {
		return f.p.Spec.Entrypoint.Range
	}
	return r
}

var (
	wordPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	dotted      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
)

// named returns what the spec's word stands for: an application, a file, a
// console script of the project, a module, or a program of a dependency.
func (f *finder) named(want spec.Text, fixed bool) *entrypoint {
	word := strings.TrimPrefix(want.Value, "./")
	module, object, isApp := strings.Cut(word, ":")
	if isApp {
		return f.namedApp(want, module, object)
	}
	if name := path.Join(f.m.dir, word); language.IsFile(f.p.FS, name) {
		if path.Base(word) == "manage.py" && !fixed {
			return f.django(name, want.Range, want.Range.FileLine())
		}
		return &entrypoint{name: word, args: []string{word}, why: want.Range.FileLine(), rng: want.Range}
	}
	for _, s := range f.m.scripts {
		if s.name == word {
			return f.ownScript(s, want.Range, want.Range.FileLine())
		}
	}
	if file, dir := f.module(word); file != "" {
		if leaf := path.Ext("." + word); leaf == ".wsgi" || leaf == ".asgi" {
			return f.namedApp(want, word, "application")
		}
		return &entrypoint{name: word, args: []string{"-m", word}, dir: dir, why: want.Range.FileLine(), rng: want.Range}
	}
	if wordPattern.MatchString(word) && !strings.HasSuffix(word, ".py") && len(f.m.requirements)+len(f.m.files) > 0 {
		return &entrypoint{name: word, script: word, why: want.Range.FileLine(), rng: want.Range}
	}
	d := f.diags.Errorf(want.Range, "there is no %q in the project", want.Value)
	d.Missing = path.Join(f.m.dir, word)
	d.Hint = cmp.Or(diag.DidYouMean(word, f.words()), "want a file, a module, module:app, or a console script")
	return nil
}

// words returns what an entrypoint may have meant.
func (f *finder) words() []string {
	var words []string
	for _, s := range f.m.scripts {
		words = append(words, s.name)
	}
	for _, file := range f.sources() {
		words = append(words, f.m.inProject(file))
	}
	return words
}

// module returns the file of a dotted module of the project and the directory,
// relative to the project, that it is imported from. "" when there is none.
func (f *finder) module(name string) (file, dir string) {
	if !dotted.MatchString(name) {
		return "", ""
	}
	below := strings.ReplaceAll(name, ".", "/")
	for _, root := range []string{".", "src"} {
		base := path.Join(f.m.dir, root, below)
		for _, try := range []string{base + ".py", base + "/__main__.py", base + "/__init__.py"} {
			if language.IsFile(f.p.FS, try) {
				return try, root
			}
		}
	}
	return "", ""
}

var call = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_.]*)(\(\))?$`)

// namedApp returns how the application module:object is served. The module may
// be written as a path.
func (f *finder) namedApp(want spec.Text, module, object string) *entrypoint {
	match := call.FindStringSubmatch(object)
	if match == nil {
		f.diags.Errorf(want.Range, "got %q, want module:application", want.Value)
		return nil
	}
	a := application{module: module, object: match[1], factory: match[2] != "", rng: want.Range}
	if strings.HasSuffix(module, ".py") || strings.Contains(module, "/") {
		a.file = path.Join(f.m.dir, strings.TrimSuffix(module, ".py")+".py")
		a.module, a.dir = f.importable(a.file)
	} else {
		a.file, a.dir = f.module(module)
	}
	if a.file == "" || !language.IsFile(f.p.FS, a.file) {
		d := f.diags.Errorf(want.Range, "there is no module %q in the project", module)
		var modules []string
		for _, file := range f.sources() {
			name, _ := f.importable(file)
			modules = append(modules, name, strings.ReplaceAll(strings.TrimSuffix(f.m.inProject(file), ".py"), "/", "."))
		}
		d.Hint, d.Missing = diag.DidYouMean(module, modules), path.Join(f.m.dir, strings.ReplaceAll(module, ".", "/")+".py")
		return nil
	}
	if !f.has(&a) {
		return nil
	}
	return f.serve(a, want.Range.FileLine())
}

// importable returns the module of a file and where it is imported from: the
// first directory above it that is no package, and that the file itself does
// not take for one.
func (f *finder) importable(file string) (module, dir string) {
	dir = path.Dir(file)
	for dir != f.m.dir && dir != "." && (language.IsFile(f.p.FS, path.Join(dir, "__init__.py")) || f.importsAs(file, path.Base(dir))) {
		dir = path.Dir(dir)
	}
	rel := strings.TrimSuffix(strings.TrimPrefix(file, dir+"/"), ".py")
	rel = strings.TrimSuffix(strings.TrimSuffix(rel, "/__init__"), "/__main__")
	return strings.ReplaceAll(rel, "/", "."), cmp.Or(strings.TrimPrefix(strings.TrimPrefix(dir, f.m.dir), "/"), ".")
}

// importsAs reports whether a file imports from a package of a name, or from the
// one that it is in itself.
func (f *finder) importsAs(file, name string) bool {
	return regexp.MustCompile(`(?m)^\s*(from\s+\.|(from|import)\s+` + regexp.QuoteMeta(name) + `[.\s])`).MatchString(f.code(file))
}

var starImport = regexp.MustCompile(`(?m)^from\s+\S+\s+import\s+\*`)

// has reports an application that its module does not define, as far as can be
// told, and finds out whether it is a factory.
func (f *finder) has(a *application) bool {
	text := f.code(a.file)
	name := regexp.QuoteMeta(strings.SplitN(a.object, ".", 2)[0])
	if regexp.MustCompile(`(?m)^(async\s+)?def\s+` + name + `\b`).MatchString(text) {
		// A function is a factory unless it takes what servers call it with.
		a.factory = a.factory || !regexp.MustCompile(`(?m)^(async\s+)?def\s+`+name+`\s*\(\s*(environ|scope)\b`).MatchString(text)
		return true
	}
	if starImport.MatchString(text) || regexp.MustCompile(`(?m)(^|[\s,(])`+name+`\s*($|[,)=:])`).MatchString(text) {
		return true
	}
	d := f.diags.Errorf(f.at(a.rng), "%s has no %q", a.file, a.object)
	var near []string
	for _, m := range assignment.FindAllStringSubmatch(text, -1) {
		near = append(near, m[1])
	}
	d.Hint = diag.DidYouMean(a.object, near)
	if d.Hint == "" && len(near) > 0 {
		d.Hint = "it has " + diag.Quoted(near[:min(len(near), 8)])
	}
	return false
}

var assignment = regexp.MustCompile(`(?m)^(?:async\s+)?(?:def\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*(?:=[^=]|\()`)

// ownScript returns a console script of the project: installed with it, or
// called where the project is not installed.
func (f *finder) ownScript(s script, rng diag.Range, why string) *entrypoint {
	module, function, _ := strings.Cut(s.target, ":")
	_, dir := f.module(module)
	if f.m.packaged {
		return &entrypoint{name: s.name, script: s.name, dir: dir, why: why, rng: rng}
	}
	call := fmt.Sprintf("import sys; from %s import %s as main; sys.exit(main())", module, strings.SplitN(function, ".", 2)[0])
	return &entrypoint{name: s.name, args: []string{"-c", call}, dir: dir, why: why, rng: rng}
}

// detect returns the only candidate of the first kind that the project has any of.
func (f *finder) detect() *entrypoint {
	manage := path.Join(f.m.dir, "manage.py")
	_, isDjango := f.m.declares(f.groups, "django")
	switch scripts := f.m.scripts; {
	case isDjango && language.IsFile(f.p.FS, manage):
		return f.django(manage, diag.Range{}, manage)
	case len(scripts) == 1:
		return f.ownScript(scripts[0], scripts[0].rng, scripts[0].rng.FileLine())
	case len(scripts) > 1:
		var names []string
		for _, s := range scripts {
			names = append(names, s.name)
		}
		f.several("console scripts", names, scripts[0].rng)
		return nil
	}
	if apps := f.apps(); len(apps) == 1 {
		return f.serve(apps[0], apps[0].rng.FileLine())
	} else if len(apps) > 1 {
		var names []string
		for _, a := range apps {
			names = append(names, a.called())
		}
		f.several("applications", names, apps[0].rng)
		return nil
	}
	return f.detectScript()
}

func (f *finder) several(what string, names []string, at diag.Range) {
	f.diags.Errorf(diag.Range{}, "the project has several %s: %s", what, strings.Join(names, ", ")).Hint =
		fmt.Sprintf("say which: \"entrypoint: %s\"", names[0])
}

// detectScript returns the only package or file that is meant to be run.
func (f *finder) detectScript() *entrypoint {
	var mains, packages []string
	for _, file := range f.sources() {
		rel := f.m.inProject(file)
		switch {
		case path.Base(rel) == "__main__.py" && path.Dir(rel) != ".":
			packages = append(packages, rel)
		case path.Dir(rel) == "." && (rel == "__main__.py" || mainGuard.MatchString(f.code(file))):
			mains = append(mains, rel)
		}
	}
	for _, usual := range []string{"main.py", "app.py", "__main__.py"} {
		if len(packages) == 0 && language.IsFile(f.p.FS, path.Join(f.m.dir, usual)) && (len(mains) == 0 || slices.Contains(mains, usual)) {
			mains = []string{usual}
			break
		}
	}
	switch {
	case len(packages) == 1:
		module, dir := f.importable(path.Join(f.m.dir, packages[0]))
		return &entrypoint{name: module, args: []string{"-m", module}, dir: dir, why: packages[0]}
	case len(packages) > 1:
		f.several("packages with a __main__.py", packages, diag.Range{})
	case len(mains) == 1:
		return &entrypoint{name: mains[0], args: []string{mains[0]}, why: path.Join(f.m.dir, mains[0])}
	case len(mains) > 1:
		f.several("scripts", mains, diag.Range{})
	default:
		f.diags.Errorf(f.p.Spec.Project.Range, "there is nothing to start in %s", language.Where(f.m.dir)).Hint =
			"write \"entrypoint\": a file, a module, module:app, or a console script of a dependency"
	}
	return nil
}

var mainGuard = regexp.MustCompile(`(?m)^if\s+__name__\s*==\s*["']__main__["']`)

// sources returns the Python files of the project that may be entered: at most
// two directories down, without tests.
func (f *finder) sources() []string {
	var files []string
	for _, dir := range append([]string{f.m.dir}, language.Subdirs(f.p.FS, f.m.dir, 2)...) {
		if slices.ContainsFunc(strings.Split(f.m.inProject(dir), "/"), isAside) {
			continue
		}
		found, _ := fs.Glob(f.p.FS, path.Join(dir, "*.py"))
		for _, file := range found {
			if base := path.Base(file); !strings.HasPrefix(base, "test_") && base != "conftest.py" && base != "setup.py" && language.IsFile(f.p.FS, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// isAside reports whether a directory holds no part of the program by convention.
func isAside(name string) bool {
	return slices.Contains([]string{"tests", "test", "docs", "doc", "examples", "scripts", "tools", "migrations", "venv", "env", "build", "dist", "benchmarks"}, name)
}

var longText = regexp.MustCompile(`(?s)""".*?"""|'''.*?'''`)

// code returns a Python file without its long texts, whose lines stay, so that
// what is written in them is not taken for code.
func (f *finder) code(file string) string {
	data, err := fs.ReadFile(f.p.FS, file)
	if err != nil {
		return ""
	}
	return longText.ReplaceAllStringFunc(strings.ReplaceAll(string(data), "\r\n", "\n"), func(s string) string {
		return `""` + strings.Repeat("\n", strings.Count(s, "\n"))
	})
}

// constructors are the calls that make an application.
var constructors = []struct {
	call *regexp.Regexp
	kind protocol
}{
	{regexp.MustCompile(`(?:^|[\s.=(])(?:FastAPI|Starlette|Quart|Litestar|get_asgi_application|falcon\.asgi\.App|AsyncApp|BlackSheep)\(`), asgi},
	{regexp.MustCompile(`(?:^|[\s.=(])(?:Flask|get_wsgi_application|Bottle|falcon\.App|falcon\.API|FlaskApp|APIFlask)\(`), wsgi},
}

// constructed returns the kind of the application that text makes, "" for none or both.
func constructed(text string) protocol {
	var kind protocol
	for _, c := range constructors {
		if c.call.MatchString(text) {
			if kind != "" {
				return ""
			}
			kind = c.kind
		}
	}
	return kind
}

// kindOf returns the interface of an application: as its own module makes it,
// else as the project does.
func (f *finder) kindOf(a application) protocol {
	if kind := constructed(f.code(a.file)); kind != "" {
		return kind
	}
	switch path.Base(a.file) {
	case "wsgi.py":
		return wsgi
	case "asgi.py":
		return asgi
	}
	var all strings.Builder
	for _, file := range f.sources() {
		all.WriteString(f.code(file))
	}
	return constructed(all.String())
}

var (
	appAssignment = regexp.MustCompile(`(?m)^([A-Za-z_][A-Za-z0-9_]*)\s*(?::\s*[A-Za-z_.]+\s*)?=\s*(?:[A-Za-z_][A-Za-z0-9_]*\.)*(FastAPI|Starlette|Quart|Litestar|Flask|Bottle|APIFlask|get_asgi_application|get_wsgi_application|create_app|make_app)\(`)
	// appCall is an object that a function of the module returns.
	appCall = regexp.MustCompile(`(?m)^(app|application|api)\s*(?::\s*[A-Za-z_.]+\s*)?=\s*[a-z_][A-Za-z0-9_]*\(`)
	factory = regexp.MustCompile(`(?m)^def\s+(create_app|make_app)\s*\(`)
)

// apps returns the applications of the project: objects of modules that are
// called what applications are, of which those made for servers come first;
// without any, functions that return one.
func (f *finder) apps() []application {
	var servers, objects, factories []application
	for _, file := range f.sources() {
		text := f.code(file)
		name := path.Base(file)
		isInit := name == "__init__.py"
		assigned := appAssignment.FindAllStringSubmatchIndex(text, -1)
		if len(assigned) == 0 && constructed(text) != "" {
			assigned = appCall.FindAllStringSubmatchIndex(text, -1)
		}
		for _, at := range assigned {
			a := f.app(file, text, at)
			if name == "wsgi.py" || name == "asgi.py" {
				servers = append(servers, a)
			} else {
				objects = append(objects, a)
			}
		}
		if at := factory.FindStringSubmatchIndex(text); at != nil && (isInit || constructed(text) != "") {
			a := f.app(file, text, at)
			a.factory = true
			factories = append(factories, a)
		}
	}
	for _, class := range [][]application{servers, objects, factories} {
		if len(class) > 0 {
			return class
		}
	}
	return nil
}

func (f *finder) app(file, text string, at []int) application {
	module, dir := f.importable(file)
	data, _ := fs.ReadFile(f.p.FS, file)
	src := &diag.Source{Name: file, Data: data, Language: "Python"}
	return application{module: module, object: text[at[2]:at[3]], dir: dir, file: file, rng: src.Line(1 + strings.Count(text[:at[2]], "\n"))}
}

var settingsModule = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']\s*,\s*["']([A-Za-z0-9_.]+)["']`)

// django returns how the Django project of a manage.py is served: by the WSGI
// or ASGI module beside its settings, whichever a server is declared for.
func (f *finder) django(manage string, rng diag.Range, why string) *entrypoint {
	match := settingsModule.FindStringSubmatch(f.code(manage))
	if match == nil {
		f.diags.Errorf(f.at(rng), "%s does not say which settings module the project has", manage).Hint =
			"write \"entrypoint\": the WSGI or ASGI module, shop.wsgi for example"
		return nil
	}
	parent, _, _ := strings.Cut(match[1], ".")
	var found []application
	for _, kind := range []protocol{wsgi, asgi} {
		module := parent + "." + strings.ToLower(string(kind))
		if file, dir := f.module(module); file != "" {
			found = append(found, application{module: module, object: "application", kind: kind, dir: dir, file: file, rng: rng})
		}
	}
	for _, a := range found {
		for _, s := range knownServers {
			if _, ok := f.m.declares(f.groups, s.name); ok && slices.Contains(s.interfaces, a.kind) {
				return f.serve(a, why)
			}
		}
	}
	if len(found) > 0 {
		return f.serve(found[0], why) // which says what is missing
	}
	f.diags.Errorf(f.at(rng), "there is no %s/wsgi.py and no %s/asgi.py to serve the Django project by", parent, parent)
	return nil
}
