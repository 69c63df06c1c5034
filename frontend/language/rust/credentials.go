package rust

import (
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
