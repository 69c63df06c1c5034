package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
)

// stage is a stage of the file, whose lines are printed as they are said.
type stage struct {
	out    *strings.Builder
	name   string
	image  bool                            // without a change
	config dockerspec.DockerOCIImageConfig // what stages that are from it begin with
}

// stage begins a stage.
func (p *printer) stage(name, title, from string) *stage {
	s := &stage{out: &p.out, name: p.unique(name)}
	p.out.WriteString("\n")
	if title != "" {
		p.out.WriteString("# " + oneLine(title) + "\n")
	}
	s.say("FROM %s AS %s", from, s.name)
	return s
}

// on begins the stage of a vertex with the files of a place but for some.
func (p *printer) on(v *vertex, at place, but ...string) *stage {
	if !at.none() && !at.context && at.dir == "" && len(but) == 0 {
		s := p.stage(v.name, v.name, at.from())
		if at.stage != nil {
			s.config = at.stage.config
			s.config.Env = append([]string(nil), s.config.Env...)
		}
		return s
	}
	from := "scratch"
	if v.GetExec() != nil { // it runs what was copied of an image for the builder
		from = "--platform=${BUILDER} scratch"
	}
	s := p.stage(v.name, v.name, from)
	s.config.WorkingDir = "/"
	if !at.none() {
		s.copy(copied{from: at, src: "/", to: "/", exclude: but})
	}
	return s
}

// nothing returns the stage without files.
func (p *printer) nothing() *stage {
	if p.empty == nil {
		p.empty = p.stage("empty", "what is thrown away begins with nothing", "scratch")
	}
	return p.empty
}

// unique returns a name for a stage that no other has.
func (p *printer) unique(title string) string {
	base := slug(title)
	name := base
	for n := 2; p.names[name] || name == "scratch" || name == "context"; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	p.names[name] = true
	return name
}

var noName = regexp.MustCompile(`[^a-z0-9]+`)

// slug returns what a stage of a title may be called:
//
//	[go linux/arm64] compile ./cmd/hello
//	go-linux-arm64-compile-cmd-hello
func slug(title string) string {
	const most = 60
	s := noName.ReplaceAllString(strings.ToLower(title), "-")
	s = strings.Trim(s, "-")
	if len(s) > most {
		s = strings.TrimRight(s[:most], "-")
	}
	if s == "" || s[0] < 'a' {
		s = strings.TrimRight("step-"+s, "-")
	}
	return s
}

// say prints an instruction.
func (s *stage) say(format string, args ...any) {
	fmt.Fprintf(s.out, format+"\n", args...)
}

// workdir changes the working directory, which is made where it is not there.
func (s *stage) workdir(dir string) {
	s.say("WORKDIR %s", escaped(dir))
	s.config.WorkingDir = dir
}

// user changes who runs steps, and owns the directories that workdir makes.
func (s *stage) user(name string) {
	if s.config.User != name && (s.config.User != "" || name != "0:0") {
		s.say("USER %s", escaped(name))
		s.config.User = name
	}
}

// copied is a copy from a place.
type copied struct {
	from        place
	src, to     string // paths, literally; of a directory, its content is copied
	wild        bool   // src is a pattern
	mode, owner string // "" as they are
	exclude     []string
	link        bool
}

// copy prints a copy.
func (s *stage) copy(c copied) {
	words := []string{"COPY"}
	flag := func(name, value string) {
		if value != "" {
			words = append(words, "--"+name+"="+flagValue(value))
		}
	}
	if c.link {
		words = append(words, "--link")
	}
	flag("from", c.from.from())
	flag("chown", c.owner)
	flag("chmod", c.mode)
	for _, x := range c.exclude {
		flag("exclude", x)
	}
	src := path.Join("/", c.from.dir, c.src)
	if !c.wild {
		src = literal(src)
	}
	s.say("%s %s", strings.Join(words, " "), paths(src, c.to))
}
