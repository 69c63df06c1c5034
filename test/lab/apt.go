package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An aptSource is where this machine gets packages of one kind: a paragraph of
// a .sources file, or a line of a .list file.
type aptSource struct {
	uris       []string
	suites     []string
	components []string
	signedBy   string
}

// debianKeyring is where Debian's own package keeps the keys of all suites.
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// machineSources returns the machine's own package sources with its suite
// replaced, so that a machine of one Debian release can assemble another's
// packages from the mirrors it already uses.
func machineSources(suite string) ([]aptSource, error) {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return nil, fmt.Errorf("finding the machine's release: %w", err)
	}
	codename := osRelease(string(release), "VERSION_CODENAME")
	if osRelease(string(release), "ID") != "debian" || codename == "" {
		return nil, errors.New("stand-ins for base images are assembled from Debian's packages, and this machine is not Debian; let it reach the images' registries")
	}
	var all []aptSource
	lists, _ := filepath.Glob("/etc/apt/sources.list.d/*")
	for _, path := range append([]string{"/etc/apt/sources.list"}, lists...) {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		switch filepath.Ext(path) {
		case ".sources":
			all = append(all, parseDeb822(string(data))...)
		case ".list":
			all = append(all, parseList(string(data))...)
		}
	}
	sources := inSuite(all, codename, suite)
	if len(sources) == 0 {
		return nil, fmt.Errorf("apt's sources on this machine name no Debian suite %q in component main", codename)
	}
	return sources, nil
}

// osRelease returns the value of key in a file like /etc/os-release.
func osRelease(text, key string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			return strings.Trim(value, `"'`)
		}
	}
	return ""
}

// parseDeb822 reads a .sources file; paragraphs that are disabled or only for
// sources are left out.
func parseDeb822(text string) []aptSource {
	var sources []aptSource
	fields, last := map[string]string{}, ""
	flush := func() {
		if slices.Contains(strings.Fields(fields["types"]), "deb") && fields["enabled"] != "no" {
			sources = append(sources, aptSource{
				uris:       strings.Fields(fields["uris"]),
				suites:     strings.Fields(fields["suites"]),
				components: strings.Fields(fields["components"]),
				signedBy:   keyringPath(fields["signed-by"]),
			})
		}
		fields, last = map[string]string{}, ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			flush()
		case line[0] == ' ' || line[0] == '\t':
			fields[last] += line
		default:
			name, value, _ := strings.Cut(line, ":")
			last = strings.ToLower(name)
			fields[last] = strings.TrimSpace(value)
		}
	}
	flush()
	return sources
}

// parseList reads a .list file: deb [option=value…] URI SUITE COMPONENT…
func parseList(text string) []aptSource {
	var sources []aptSource
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind != "deb" {
			continue
		}
		var s aptSource
		rest = strings.TrimSpace(rest)
		if options, after, ok := strings.Cut(rest, "]"); ok && strings.HasPrefix(rest, "[") {
			for _, option := range strings.Fields(options[1:]) {
				if value, ok := strings.CutPrefix(option, "signed-by="); ok {
					s.signedBy = keyringPath(value)
				}
			}
			rest = after
		}
		if words := strings.Fields(rest); len(words) > 2 {
			s.uris, s.suites, s.components = words[:1], words[1:2], words[2:]
			sources = append(sources, s)
		}
	}
	return sources
}

// keyringPath returns value when it is a file's path; keys may also stand in the
// sources themselves, and those go without saying here.
func keyringPath(value string) string {
	if strings.HasPrefix(value, "/") {
		return value
	}
	return ""
}

// inSuite returns the sources of Debian's component main for suite, from those
// that the machine has for its own codename.
func inSuite(all []aptSource, codename, suite string) []aptSource {
	var found []aptSource
	for _, s := range all {
		var suites []string
		for _, name := range s.suites {
			base, pocket, _ := strings.Cut(name, "-")
			if (base == codename || base == "stable") && (pocket == "" || pocket == "updates" || pocket == "security") {
				suites = append(suites, strings.TrimSuffix(suite+"-"+pocket, "-"))
			}
		}
		uris := expandMirrors(s.uris)
		if len(suites) == 0 || len(uris) == 0 || !slices.Contains(s.components, "main") {
			continue
		}
		found = append(found, aptSource{uris, suites, []string{"main"}, cmp.Or(s.signedBy, debianKeyring)})
	}
	return found
}

// expandMirrors replaces lists of mirrors, as cloud images have them, by the
// first mirror of the list, and drops what is not on the web.
func expandMirrors(uris []string) []string {
	var out []string
	for _, uri := range uris {
		if path, ok := strings.CutPrefix(uri, "mirror+file:"); ok {
			data, err := os.ReadFile("/" + strings.TrimLeft(path, "/"))
			words := strings.Fields(string(data))
			if err != nil || len(words) == 0 {
				continue
			}
			uri = words[0]
		}
		if strings.HasPrefix(uri, "http://") || strings.HasPrefix(uri, "https://") {
			out = append(out, uri)
		}
	}
	return out
}

// renderSources returns a .sources file.
func renderSources(sources []aptSource) string {
	var b strings.Builder
	for i, s := range sources {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n",
			strings.Join(s.uris, " "), strings.Join(s.suites, " "), strings.Join(s.components, " "), s.signedBy)
	}
	return b.String()
}
