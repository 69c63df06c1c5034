package build

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strconv"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// located has a failed step shown where the project has the cause: at the line that its
// reason begins with, else at what the language knows that it is about, which is named then:
//
//	[python linux/arm64] build dependencies: requirements.txt:30: greenlet 3.0.1 has no wheel for …
func (j *job) located(err error) error {
	var f *daemon.Failure
	if !errors.As(err, &f) {
		return err
	}
	p := &language.Project{FS: j.Files, Spec: j.Plan.Spec, Host: j.Plan.Host}
	out := *f
	out.Place = lineNamed(p.FS, p.Dir(), f.Text)
	if cause := j.Plan.Language.Cause; out.Place.IsZero() && cause != nil {
		if out.Place = cause(p, f.Text); !out.Place.IsZero() {
			out.Text = out.Place.FileLine() + ": " + f.Text
		}
	}
	return &out
}

var namedLine = regexp.MustCompile(`^([^\s:]+):(\d+):(?:\d+:)? `)

// lineNamed returns the line of a file that a reason begins with, by its path in the
// project's directory or in the context; zero where there is no such line.
func lineNamed(fsys fs.FS, dir, reason string) diag.Range {
	match := namedLine.FindStringSubmatch(reason)
	if match == nil {
		return diag.Range{}
	}
	line, _ := strconv.Atoi(match[2])
	for _, name := range []string{path.Join(dir, match[1]), path.Clean(match[1])} {
		if !fs.ValidPath(name) || !language.IsFile(fsys, name) {
			continue
		}
		if src, _ := language.ReadSource(fsys, name); src != nil && src.Line(line).Start.Line == line {
			return src.Line(line)
		}
	}
	return diag.Range{}
}
