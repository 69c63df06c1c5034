package rust

import (
	"io/fs"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

const (
	tokenHint    = "remove it, and give cargo's own file when building: --secret id=credentials.toml,src=$HOME/.cargo/credentials.toml"
	passwordHint = "remove it, and give it when building: --secret id=netrc,src=$HOME/.netrc"
)

// tokens reports credentials in the configuration: steps are a part of the image's
// provenance, and so is what is in their files.
func (c *config) tokens() (diags diag.List) {
	for _, f := range c.files {
		diags.Add(f.unnamed())
		for _, name := range f.root.Get("registries").Names() {
			for _, key := range []string{"token", "secret-key"} {
				if v := f.root.Get("registries", name, key); v != nil {
					diags.Errorf(v.Range, "there is a credential of the registry %q in the project", name).Hint = tokenHint
				}
			}
			if v := f.root.Get("registries", name, "index"); language.HasPlainCredentials(v.Text()) {
				diags.Errorf(v.Range, "the address of the registry %q has credentials in it", name).Hint = tokenHint
			}
		}
		for _, name := range f.root.Get("source").Names() {
			for _, key := range []string{"registry", "git"} {
				if v := f.root.Get("source", name, key); language.HasPlainCredentials(v.Text()) {
					diags.Errorf(v.Range, "the address of the source %q has credentials in it", name).Hint = passwordHint
				}
			}
		}
	}
	return diags
}

// unnamed reports credentials that are of no registry's own: of the default one, and of
// a proxy.
func (f *configFile) unnamed() (diags diag.List) {
	for _, key := range []string{"token", "secret-key"} {
		if v := f.root.Get("registry", key); v != nil {
			diags.Errorf(v.Range, "there is a credential of the default registry in the project").Hint = tokenHint
		}
	}
	if v := f.root.Get("http", "proxy"); language.HasPlainCredentials(v.Text()) || language.HasPlainCredentials("http://"+v.Text()) {
		diags.Errorf(v.Range, "the address of the proxy has credentials in it").Hint = "remove it, and give the proxy when building: --build-arg HTTPS_PROXY=…"
	}
	return diags
}

// brought reports a file in which cargo keeps credentials: what runs when the project is
// compiled could read it.
func brought(fsys fs.FS, file string) diag.List {
	src, diags := language.ReadSource(fsys, file)
	if src != nil {
		diags.Errorf(src.Line(1), "the project has the credentials of whoever uses cargo").Hint = tokenHint
	}
	return diags
}

// passwords reports addresses of repositories with credentials in them: what is fetched
// lies in a directory of that name.
func (ws *workspace) passwords() (diags diag.List) {
	look := func(name, git string, at diag.Range) {
		if language.HasPlainCredentials(git) {
			diags.Errorf(at, "the address of %s has credentials in it", name).Hint = passwordHint
		}
	}
	for _, c := range ws.crates {
		for _, d := range c.dependencies() {
			look(d.name, d.git, d.rng)
		}
	}
	for _, source := range ws.root.Get("patch").Names() {
		for _, name := range ws.root.Get("patch", source).Names() {
			v := ws.root.Get("patch", source, name)
			look(name, v.Get("git").Text(), v.Place())
		}
	}
	return diags
}

// passwords reports packages whose address has credentials in it.
func (l *lock) passwords() (diags diag.List) {
	for _, p := range l.packages {
		if language.HasPlainCredentials(p.source) {
			diags.Errorf(p.rng, "the address of %s has credentials in it", p.name).Hint = passwordHint
		}
	}
	return diags
}
