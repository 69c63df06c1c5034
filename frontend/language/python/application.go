package python

import (
	"path"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// application is an application object, or a function that returns one.
type application struct {
	module, object string // "shop.web", "app"
	factory        bool
	kind           protocol
	dir            string // where module is imported from, relative to the project
	file           string // of the module, in the context
	rng            diag.Range
}

func (a application) String() string { return a.module + ":" + a.object }

// called returns the application as servers name one that a function returns.
func (a application) called() string {
	if a.factory {
		return a.String() + "()"
	}
	return a.String()
}

// flagged returns arguments for a server that has a flag for factories.
func (a application) flagged(flag string, args ...string) []string {
	if a.factory {
		args = append(args, flag)
	}
	return append(args, a.String())
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
		if a.file, a.dir = f.module(module); a.file == "" {
			a.file, a.dir = f.moduleBelow(module, want.Range)
		}
	}
	if f.diags.Err() != nil {
		return nil
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
		made := f.maker(file, text)
		for _, at := range assigned {
			a := made(at)
			if name == "wsgi.py" || name == "asgi.py" {
				servers = append(servers, a)
			} else {
				objects = append(objects, a)
			}
		}
		if at := factory.FindStringSubmatchIndex(text); at != nil && (isInit || constructed(text) != "") {
			a := made(at)
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

// maker returns what makes applications of matches in a file, of which there may be
// many: the file is looked at when there is one.
func (f *finder) maker(file, text string) func(at []int) application {
	var src *diag.Source
	var module, dir string
	return func(at []int) application {
		if module == "" {
			module, dir = f.importable(file)
			if src, _ = language.ReadSource(f.p.FS, file); src != nil {
				src.Language = "Python"
			}
		}
		a := application{module: module, object: text[at[2]:at[3]], dir: dir, file: file}
		if src != nil {
			a.rng = src.LineAt(at[2])
		}
		return a
	}
}
