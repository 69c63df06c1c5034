package frontend

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pictureFile has the picture of the packages, the only block of mermaid in it.
const pictureFile = "../docs/architecture.md"

// picture is a diagram of packages. Its arrows are imports. An import that follows
// from arrows, because they lead to the same package over others, is not drawn.
type picture struct {
	layer  map[string]string   // by package, the layer that it stands in
	arrows map[string][]string // by package, those that it imports
}

// drawn returns the picture of the architecture's document.
func drawn(t *testing.T) *picture {
	t.Helper()
	data, err := os.ReadFile(pictureFile)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), "```mermaid\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("%s has no block of mermaid", pictureFile)
	}
	p, err := parsePicture(block)
	if err != nil {
		t.Fatalf("%s: %v", pictureFile, err)
	}
	return p
}

// The lines that a picture may have: packages stand in layers, which are subgraphs.
//
//	subgraph decide [it decides]
//	    plan["frontend/plan"]
//	end
//	plan --> languages & spec
var (
	beginLine = regexp.MustCompile(`^subgraph (\w+) \[[^\]]+\]$`)
	nodeLine  = regexp.MustCompile(`^(\w+)\["([^"]+)"\]$`)
	arrowLine = regexp.MustCompile(`^(\w+) --> (\w+(?: & \w+)*)$`)
)

// parsePicture reads a diagram in the part of mermaid's language that pictures use.
func parsePicture(text string) (*picture, error) {
	p := &picture{map[string]string{}, map[string][]string{}}
	names, layer := map[string]string{}, ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		unreadable := fmt.Errorf("line %d of the picture: cannot read %q", i+1, line)
		begin, node, arrow := beginLine.FindStringSubmatch(line), nodeLine.FindStringSubmatch(line), arrowLine.FindStringSubmatch(line)
		switch {
		case begin != nil:
			layer = begin[1]
		case line == "end":
			layer = ""
		case node != nil && layer != "" && names[node[1]] == "":
			names[node[1]], p.layer[node[2]] = node[2], layer
		case arrow != nil:
			from := names[arrow[1]]
			for _, to := range strings.Split(arrow[2], " & ") {
				if from == "" || names[to] == "" {
					return nil, fmt.Errorf("%w: no package is called that", unreadable)
				}
				p.arrows[from] = append(p.arrows[from], names[to])
			}
		case line != "" && !strings.HasPrefix(line, "flowchart "):
			return nil, unreadable
		}
	}
	return p, nil
}

// compare returns what must be changed for the picture to show what packages import.
func (p *picture) compare(packages []imports) (problems []string) {
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	real := map[string][]string{}
	for _, i := range packages {
		from := placeOf(i.path)
		real[from] = append(real[from], i.direct...)
		if p.layer[from] == "" {
			say("the picture lacks %s: write a node for it into the layer that it belongs to", from)
			p.layer[from] = "none" // once is enough
		}
	}
	for from, direct := range real {
		for _, dep := range direct {
			to := placeOf(dep)
			if _, own := real[to]; own && to != from && !p.leads(from, to, "") {
				say("%s imports %s, and no arrows of the picture lead there: draw one where layers allow it, else do without the import", from, to)
			}
		}
	}
	for from := range p.layer {
		if _, there := real[from]; !there {
			say("the picture has %s, which is no package: remove its node", from)
			continue
		}
		for _, to := range p.arrows[from] {
			switch {
			case !slices.ContainsFunc(real[from], func(dep string) bool { return placeOf(dep) == to }):
				say("the picture has an arrow from %s to %s, which is not imported: remove it", from, to)
			case p.leads(from, to, to):
				say("the picture has an arrow from %s to %s, where other arrows lead already: remove it", from, to)
			}
		}
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}

// leads reports whether arrows lead from one package to another, without the arrow
// from the first to skip.
func (p *picture) leads(from, to, skip string) bool {
	seen := map[string]bool{from: true}
	next := slices.DeleteFunc(slices.Clone(p.arrows[from]), func(a string) bool { return a == skip })
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if at == to {
			return true
		}
		if !seen[at] {
			seen[at] = true
			next = append(next, p.arrows[at]...)
		}
	}
	return false
}

// TestPicture holds a picture of four packages against imports that it does not show.
func TestPicture(t *testing.T) {
	const text = `flowchart TD
		subgraph decide [it decides]
			a["a"]
			b["b"]
		end
		subgraph know [they know]
			c["c"]
			each["frontend/language/*"]
		end
		a --> b & each
		b --> c
	`
	for _, c := range []struct {
		packages []imports
		want     []string
	}{
		{[]imports{
			{"a", []string{"b", "c", "fmt", "frontend/language/x"}, nil}, {"b", []string{"c"}, nil}, {"c", nil, nil},
			{"frontend/language/x", nil, nil}, {"frontend/language/y", nil, nil},
		}, nil},
		{[]imports{
			{"a", []string{"b", "frontend/language/y"}, nil}, {"b", nil, nil}, {"c", []string{"b"}, nil},
			{"d", nil, nil}, {"frontend/language/y", []string{"c"}, nil},
		}, []string{
			"c imports b, and no arrows of the picture lead there: draw one where layers allow it, else do without the import",
			"frontend/language/* imports c, and no arrows of the picture lead there: draw one where layers allow it, else do without the import",
			"the picture has an arrow from b to c, which is not imported: remove it",
			"the picture lacks d: write a node for it into the layer that it belongs to",
		}},
		{[]imports{{"a", []string{"b"}, nil}, {"b", nil, nil}, {"frontend/language/z", nil, nil}}, []string{
			"the picture has an arrow from a to frontend/language/*, which is not imported: remove it",
			"the picture has an arrow from b to c, which is not imported: remove it",
			"the picture has c, which is no package: remove its node",
		}},
	} {
		p, err := parsePicture(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.compare(c.packages); !slices.Equal(got, c.want) {
			t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestPictureTwice draws an arrow where others lead already.
func TestPictureTwice(t *testing.T) {
	p, err := parsePicture("subgraph l [all]\na[\"a\"]\nb[\"b\"]\nc[\"c\"]\nend\na --> b & c\nb --> c")
	if err != nil {
		t.Fatal(err)
	}
	got := p.compare([]imports{{"a", []string{"b", "c"}, nil}, {"b", []string{"c"}, nil}, {"c", nil, nil}})
	if want := "the picture has an arrow from a to c, where other arrows lead already: remove it"; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPictureUnreadable(t *testing.T) {
	for _, text := range []string{"a --> b", "a[\"a\"]", "subgraph l [all]\na[\"a\"]\na[\"b\"]", "subgraph l [all]\na[\"a\"]\nend\na --> b", "a -.-> b"} {
		if p, err := parsePicture(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, p)
		}
	}
}
