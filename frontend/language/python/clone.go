package python

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// clone is a package that comes from a repository of git.
type clone struct {
	name   string // "" where a requirement does not say it
	url    string // without git+: "https://git.example.com/me/sdk", "ssh://git@…", "git@host:me/sdk"
	commit string
	below  string // the directory in it, "" for all of it
	rng    diag.Range
}

var commitHash = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// overSSH reports whether a repository is cloned by SSH.
func (c clone) overSSH() bool {
	return strings.HasPrefix(c.url, "ssh://") || !strings.Contains(c.url, "://")
}

// requirement returns the clone as installers write it.
func (c clone) requirement() string {
	at := c.url
	if host, repository, short := strings.Cut(at, ":"); short && !strings.Contains(at, "://") {
		at = "ssh://" + host + "/" + repository
	}
	text := "git+" + at + "@" + c.commit
	if c.below != "" {
		text += "#subdirectory=" + c.below
	}
	return text
}

// add adds a clone to what is fetched. One whose commit nobody says, or that no step can
// clone, is reported.
func (l *lockfile) clone(c clone) (diags diag.List) {
	what := cmp.Or(c.name, c.url)
	if !commitHash.MatchString(c.commit) {
		d := diags.Errorf(c.rng, "%s comes from a repository, and %q is no commit of it", what, c.commit)
		d.Hint = "write the whole commit behind the address, or lock the project: the next build might get something else"
	}
	l.clones = append(l.clones, c)
	l.packages = append(l.packages, locked{c.name, nil})
	return diags
}

// pinClone adds a clone as a requirement with its marker, and the version that a lock
// says it has.
func (l *lockfile) pinClone(b *strings.Builder, c clone, marker, version string) diag.List {
	b.WriteString(c.name + " @ " + c.requirement())
	if marker != "" {
		b.WriteString(" ; " + marker)
	}
	if version != "" {
		b.WriteString(" --version=" + version)
	}
	b.WriteString("\n")
	return l.clone(c)
}

// clonesBySSH reports repositories that are cloned by SSH where no step has the agent.
func (y *project) clonesBySSH() (diags diag.List) {
	for _, c := range y.lock.clones {
		if c.overSSH() && !y.Spec.Build.SSH.Or(false) {
			diags.Errorf(c.rng, "%s is cloned by SSH, and fetch has no agent", cmp.Or(c.name, c.url)).Hint =
				"write \"build: {ssh: true}\", and build with --ssh default"
		}
	}
	return diags
}

// cloneOf returns the clone that a requirement writes, "git+URL@COMMIT#subdirectory=DIR".
func cloneOf(text string) clone {
	text = strings.TrimPrefix(text, "git+")
	address, fragment, _ := strings.Cut(text, "#")
	var c clone
	c.url = address
	if i := strings.LastIndex(address, "@"); i > strings.LastIndex(address, "/") {
		c.url, c.commit = address[:i], address[i+1:]
	}
	values, _ := url.ParseQuery(fragment)
	c.below, c.name = values.Get("subdirectory"), normal(values.Get("egg"))
	return c
}

// uvClone returns the clone that a uv.lock writes: "URL?subdirectory=DIR&rev=…#COMMIT".
func uvClone(text string) clone {
	address, commit, _ := strings.Cut(text, "#")
	address, query, _ := strings.Cut(address, "?")
	values, _ := url.ParseQuery(query)
	return clone{url: address, commit: commit, below: values.Get("subdirectory")}
}

// anonymous returns an address without who asks, which secrets say.
func anonymous(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if host, _, _ := strings.Cut(rest, "/"); ok && strings.Contains(host, "@") {
		rest = rest[strings.LastIndex(host, "@")+1:]
	}
	if !ok {
		return address
	}
	return scheme + "://" + rest
}
