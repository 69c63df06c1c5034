package frontend

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinks follows the links of the documents that stay in the repository: the file
// exists, and has the heading that they lead to.
func TestLinks(t *testing.T) {
	documents, err := filepath.Glob("../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("got %d documents: %v", len(documents), err)
	}
	count := 0
	for _, name := range append(documents, "../README.md", "../CHANGELOG.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range linksOf(string(data)) {
			count++
			if err := follow(name, link); err != nil {
				t.Errorf("%s: the link to %s: %v", name, link, err)
			}
		}
	}
	if count == 0 {
		t.Error("no document has a link")
	}
}

var (
	fence   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	target  = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.*?)(?: +#+)?$`)
	marked  = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)
)

// linksOf returns where the links of a document lead, but those to other sites.
func linksOf(text string) (links []string) {
	for _, m := range target.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		if !strings.Contains(m[1], ":") {
			links = append(links, m[1])
		}
	}
	return links
}

// follow returns why a link of a document leads nowhere.
func follow(document, link string) error {
	name, anchor, anchored := strings.Cut(link, "#")
	file := document
	if name != "" {
		file = filepath.Join(filepath.Dir(document), filepath.FromSlash(name))
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("no such file")
	}
	if !anchored {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !anchors(string(data))[anchor] {
		return fmt.Errorf("%s has no such heading", file)
	}
	return nil
}

// anchors returns the fragments that lead to headings of a document, as GitHub makes
// them: lower case, without punctuation, blanks as "-"; of equal ones the second has
// "-1" behind it, and so on.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		words := marked.ReplaceAllString(m[1], "$1")
		anchor := strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(words), ""), " ", "-")
		unique := anchor
		for n := 1; all[unique]; n++ {
			unique = fmt.Sprintf("%s-%d", anchor, n)
		}
		all[unique] = true
	}
	return all
}

func TestLinksBroken(t *testing.T) {
	dir := t.TempDir()
	document := filepath.Join(dir, "a.md")
	text := "# The `build.env` key, again\n## Twice\n## Twice\n" +
		"```\n[code](none.md)\n# no heading\n```\n" +
		"[b](b.md), [site](https://example.com/x), [below](#twice-1 \"title\") and [c](c/d.md#x)\n"
	for name, data := range map[string]string{document: text, filepath.Join(dir, "b.md"): "# [B](a.md)"} {
		if err := os.WriteFile(name, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(linksOf(text), " "); got != "b.md #twice-1 c/d.md#x" {
		t.Errorf("got the links %s", got)
	}
	for link, works := range map[string]bool{
		"b.md": true, "b.md#b": true, "#the-buildenv-key-again": true, "#twice": true, "#twice-1": true, ".": true,
		"c.md": false, "b.md#c": false, "#twice-2": false, "#no-heading": false, "c/d.md#x": false,
	} {
		if err := follow(document, link); (err == nil) != works {
			t.Errorf("%s: got %v", link, err)
		}
	}
}
