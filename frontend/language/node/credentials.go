package node

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

const tokenHint = "remove it, and give it when building: --secret id=npmrc,src=$HOME/.npmrc"

// settings are the files of a workspace's root in which managers are told of
// registries, and of who asks them.
var settings = []string{".npmrc", ".yarnrc", ".yarnrc.yml", pnpmWorkspace}

var (
	// credential is a line that says one: //host/:_authToken=…, npmAuthToken: ….
	credential = regexp.MustCompile(`(?i)^\s*["']?(?:[^\s"'=#;]*:)?(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?(?:\[\])?(?:\s*[=:]\s*|\s+)["']?([^\s"'].*)`)
	privateKey = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	reference  = regexp.MustCompile(`\$\{[^{}]*\}`)
	webAddress = regexp.MustCompile(`(?i)https?://[^\s"'<>]+`)
)

// credentials reports tokens and passwords in the project's own files: they are a part
// of the build's cache, which others may read. What a variable stands for is none.
func (n *project) credentials() (diags diag.List) {
	for _, file := range n.there(settings...) {
		_, more := language.Once(n.Memo, "credentials "+file, func() (bool, diag.List) {
			src, diags := language.ReadSource(n.FS, file)
			if src != nil {
				diags.Add(tokens(src), passwords(src))
			}
			return true, diags
		})
		diags.Add(more)
	}
	if n.lock.kind != noLock {
		_, more := language.Once(n.Memo, "credentials "+n.lock.file, func() (bool, diag.List) { return true, passwords(n.lock.src) })
		diags.Add(more)
	}
	for _, m := range n.manifests() {
		diags.Add(m.passwords())
	}
	return diags
}

// tokens reports the lines of settings that say who asks.
func tokens(src *diag.Source) (diags diag.List) {
	line := 0
	for l := range bytes.Lines(src.Data) {
		line++
		if privateKey.Match(l) {
			diags.Errorf(src.Line(line), "%s has a private key", src.Name).Hint = tokenHint
		}
		m := credential.FindSubmatch(l)
		if m != nil && strings.Trim(reference.ReplaceAllString(string(m[2]), ""), "\"' \t\r\n") != "" {
			diags.Errorf(src.Line(line), "%s has the credential %s", src.Name, m[1]).Hint = tokenHint
		}
	}
	return diags
}

// passwords reports the lines of a file that have one in an address.
func passwords(src *diag.Source) (diags diag.List) {
	if !language.HasCredentials(string(src.Data)) {
		return nil
	}
	line := 0
	for l := range bytes.Lines(src.Data) {
		line++
		for _, url := range webAddress.FindAll(l, -1) {
			if language.HasPlainCredentials(string(url)) {
				diags.Errorf(src.Line(line), "%s has credentials in an address", src.Name).Hint = tokenHint
			}
		}
	}
	return diags
}

// passwords reports dependencies whose address has one.
func (m *manifest) passwords() (diags diag.List) {
	for _, kind := range allDeps {
		for _, name := range m.Get(kind).Keys() {
			v := m.Get(kind, name)
			if url := webAddress.FindString(v.Text()); language.HasPlainCredentials(url) {
				diags.Errorf(v.Place(), "the address of %s has credentials in it", name).Hint = tokenHint
			}
		}
	}
	return diags
}
