package dockerfile

import (
	"encoding/base64"
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/solver/pb"
)

// file prints the stage of an operation on files.
func (p *printer) file(v *vertex, f *pb.FileOp) (*stage, error) {
	base, err := p.place(p.inputOf(v.Op, f.Actions[0].Input))
	if err != nil {
		return nil, err
	}
	removed, rest, err := chain(v.Op, f.Actions)
	if err != nil {
		return nil, err
	}
	made := make([]copied, len(rest))
	for i, a := range rest { // other stages end before this one begins
		if made[i], err = p.prepare(v, a); err != nil {
			return nil, err
		}
	}
	s := p.on(v, base, removed...)
	for i, a := range rest {
		s.act(a, made[i])
	}
	return s, nil
}

// chain returns what actions remove before others, and those. Each goes on with what
// the one before it left.
func chain(op *pb.Op, all []*pb.FileAction) (removed []string, rest []*pb.FileAction, err error) {
	for i, a := range all {
		if i > 0 && int(a.Input) != len(op.Inputs)+i-1 || int(a.SecondaryInput) >= len(op.Inputs) {
			return nil, nil, errUnsayable
		}
		rm := a.GetRm()
		switch {
		case rm == nil:
			rest = append(rest, a)
		case rm.AllowWildcard || len(rest) > 0:
			return nil, nil, errUnsayable
		default:
			removed = append(removed, pattern(strings.TrimPrefix(rm.Path, "/")))
		}
	}
	return removed, rest, nil
}

// pattern returns the pattern of an ignore file that means a path alone.
func pattern(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `!`, `\!`).Replace(name)
}

// prepare prints the stages that an action copies from, and returns the copy. An action
// that an instruction of its own says is no copy.
func (p *printer) prepare(v *vertex, a *pb.FileAction) (copied, error) {
	switch o := a.Action.(type) {
	case *pb.FileAction_Copy:
		return p.copyOf(v, o.Copy, p.inputOf(v.Op, a.SecondaryInput))
	case *pb.FileAction_Mkfile:
		if f := o.Mkfile; !plain(string(f.Data)) {
			return copied{
				from: place{stage: p.bytes(v, f.Data)}, src: "/made/file", to: f.Path,
				mode: octal(f.Mode), owner: ids(f.Owner),
			}, nil
		}
	case *pb.FileAction_Mkdir:
		if cut(o.Mkdir.Path) {
			return copied{}, errUnsayable
		}
		if d := o.Mkdir; d.Mode != 0o755 {
			s := p.stage(path.Base(d.Path), "a directory that gets its mode where it is copied to", "scratch")
			s.workdir(path.Join("/made", path.Base(d.Path)))
			return copied{
				from: place{stage: s}, src: "/made", to: path.Dir(d.Path), mode: octal(d.Mode), owner: ids(d.Owner),
			}, nil
		}
	case *pb.FileAction_Symlink:
		return copied{from: place{stage: p.link(v, o.Symlink)}, src: "/made", to: path.Dir(o.Symlink.Newpath)}, nil
	default:
		return copied{}, errUnsayable
	}
	return copied{}, nil
}

// copyOf returns a copy of an input.
func (p *printer) copyOf(v *vertex, c *pb.FileActionCopy, in input) (copied, error) {
	from, err := p.place(in)
	if err != nil {
		return copied{}, err
	}
	if len(c.IncludePatterns) > 0 {
		return copied{}, errUnsayable
	}
	if from.none() {
		from.stage = p.nothing()
	}
	out := copied{
		from: from, src: c.Src, to: c.Dest, wild: c.AllowWildcard,
		mode: modeOf(c), owner: ids(c.Owner), exclude: c.ExcludePatterns,
	}
	if !c.DirCopyContents && alone(in, c.Src) {
		out.src = "/" // whose content is that directory
	}
	return out, nil
}

// alone reports whether an input is one directory and nothing else.
func alone(in input, name string) bool {
	actions := in.GetFile().GetActions()
	return len(actions) == 1 && actions[0].Input < 0 && actions[0].GetMkdir().GetPath() == name && path.Dir(name) == "/"
}

func modeOf(c *pb.FileActionCopy) string {
	if c.ModeStr != "" {
		return c.ModeStr
	}
	return octal(c.Mode)
}

// octal returns a mode, "" where none is said.
func octal(mode int32) string {
	if mode < 0 {
		return ""
	}
	return fmt.Sprintf("%04o", mode)
}

// ids returns an owner by numbers.
func ids(o *pb.ChownOpt) string {
	if o == nil {
		return ""
	}
	return fmt.Sprintf("%d:%d", o.User.GetByID(), o.Group.GetByID())
}

// act prints an action.
func (s *stage) act(a *pb.FileAction, made copied) {
	switch {
	case !made.from.none() || made.from.context:
		s.copy(made)
	case a.GetMkdir() != nil:
		owner := ids(a.GetMkdir().Owner)
		if owner == "" {
			owner = "0:0"
		}
		s.user(owner)
		s.workdir(a.GetMkdir().Path)
	case a.GetMkfile() != nil:
		f := a.GetMkfile()
		flags := "--chmod=" + octal(f.Mode)
		if owner := ids(f.Owner); owner != "" {
			flags = "--chown=" + owner + " " + flags
		}
		m := mark(string(f.Data))
		s.say("COPY %s <<\"%s\" %s\n%s%s", flags, m, escaped(f.Path), f.Data, m)
	}
}

// bytes prints the stage that makes a file of what cannot stand in one.
func (p *printer) bytes(v *vertex, data []byte) *stage {
	s := p.withShell(v.name + " bytes")
	var text strings.Builder
	for code := base64.StdEncoding.EncodeToString(data); code != ""; {
		n := min(76, len(code))
		text.WriteString(code[:n] + "\n")
		code = code[n:]
	}
	s.say("RUN <<\"EOF\"\nmkdir /made\nbase64 -d >/made/file <<\"END\"\n%sEND\nEOF", text.String())
	return s
}

// link prints the stage that makes a symbolic link, which is copied with its directory:
// a copy of the link alone would follow it.
func (p *printer) link(v *vertex, l *pb.FileActionSymlink) *stage {
	s := p.withShell(v.name + " link")
	s.say("RUN mkdir /made && ln -s %s %s", shellQuoted(l.Oldpath), shellQuoted(path.Join("/made", path.Base(l.Newpath))))
	return s
}

// withShell begins a stage that has a shell: on a toolchain where there is one.
func (p *printer) withShell(title string) *stage {
	if p.shell == nil {
		p.shell = p.toolchain()
	}
	return p.stage(title, "what no instruction makes, a shell does", p.shell.name)
}

// toolchain returns the stage of the first image that a step runs in, or of one that
// is known to everybody.
func (p *printer) toolchain() *stage {
	for _, v := range p.order {
		if v.GetSource() != nil && p.runs(v) {
			if at, err := p.place(input{vertex: v}); err == nil {
				return at.stage
			}
		}
	}
	return p.stage("shell", "any image with a shell", "--platform=${BUILDER} busybox")
}
