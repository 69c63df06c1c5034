package python

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
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
