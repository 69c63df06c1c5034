package language

import (
	"regexp"
	"strings"
)

// HasCredentials reports whether a text, which may list several URLs in the way of
// any tool, has one with a user or a password in it. The user of SSH is none: the
// key is the secret there.
//
//	https://joe:secret@example.com/simple
//	http://joe:pa/ss@example.com/simple, which some tools take for the same
func HasCredentials(text string) bool {
	for {
		before, rest, ok := strings.Cut(text, "://")
		if !ok {
			return false
		}
		if named(rest) && !(strings.HasSuffix(strings.ToLower(before), "ssh") && !strings.Contains(userOf(rest), ":")) {
			return true
		}
		text = rest
	}
}

// named reports whether what stands behind a URL's scheme begins with a user.
func named(rest string) bool {
	url := urlOf(rest)
	authority, path := url, ""
	if i := strings.IndexAny(url, "/?#\\"); i >= 0 {
		authority, path = url[:i], url[i:]
	}
	if strings.Contains(authority, "@") {
		return true
	}
	// A host and a port, unless it is the begin of a password with a slash in it.
	_, port, ok := strings.Cut(authority[strings.LastIndex(authority, "]")+1:], ":")
	return ok && strings.Trim(port, "0123456789") != "" && strings.Contains(path, "@")
}

// userOf returns what stands before the last @ of a URL without its scheme.
func userOf(rest string) string {
	url := urlOf(rest)
	return url[:max(strings.LastIndex(url, "@"), 0)]
}

// urlOf returns the URL that a text begins with, which no scheme stands before. A
// comma ends none, because a password may have one; the next scheme does. No more than
// up to that is looked at, so that all URLs of a long line are found in linear time.
func urlOf(rest string) string {
	first, _, more := strings.Cut(rest, "://")
	if end := strings.IndexAny(first, " \t\r\n\"'`<>|"); end >= 0 {
		return first[:end]
	}
	if i := strings.LastIndexAny(first, ",;"); more && i >= 0 {
		return first[:i]
	}
	return first
}

var (
	reference = regexp.MustCompile(`\$\{[^{}]*\}|\$[A-Za-z_]\w*`)
	emptied   = regexp.MustCompile(`://(?:[^/:@\s]*:)?@`)
)

// HasPlainCredentials is HasCredentials for a file of a project, where variables may
// stand for what is secret:
//
//	https://joe:${PASSWORD}@example.com/simple
func HasPlainCredentials(text string) bool {
	if strings.Contains(text, "$") {
		text = emptied.ReplaceAllString(reference.ReplaceAllString(text, ""), "://")
	}
	return HasCredentials(text)
}
