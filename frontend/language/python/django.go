package python

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

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
	found := f.djangoApps(parent, rng, f.module)
	if len(found) == 0 {
		found = f.djangoApps(parent, rng, func(name string) (file, dir string) { return f.moduleBelow(name, rng) })
	}
	if f.diags.Err() != nil {
		return nil
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
	d := f.diags.Errorf(f.at(rng), "there is no %s/wsgi.py and no %s/asgi.py to serve the Django project by", parent, parent)
	if others := f.djangoModules(); len(others) > 0 {
		d.Hint = fmt.Sprintf("there is %s: say which by \"entrypoint: %s:application\"", language.Alternatives(others), others[0])
	}
	return nil
}

// djangoApps returns the applications beside the settings that look finds.
func (f *finder) djangoApps(parent string, rng diag.Range, look func(string) (file, dir string)) (found []application) {
	for _, kind := range []protocol{wsgi, asgi} {
		module := parent + "." + strings.ToLower(string(kind))
		if file, dir := look(module); file != "" {
			found = append(found, application{module: module, object: "application", kind: kind, dir: dir, file: file, rng: rng})
		}
	}
	return found
}

// djangoModules returns the files of the project that are called as those are that
// Django projects are served by.
func (f *finder) djangoModules() (files []string) {
	for _, file := range f.sources() {
		if base := path.Base(file); base == "wsgi.py" || base == "asgi.py" {
			files = append(files, f.m.inProject(file))
		}
	}
	return files
}
