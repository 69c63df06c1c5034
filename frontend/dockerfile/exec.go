package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/llb"
)

// exec prints the stage of a step that runs something.
func (p *printer) exec(v *vertex, e *pb.ExecOp) (*stage, error) {
	e = withoutLog(e)
	at := map[*pb.Mount]place{}
	var root place
	for _, m := range e.Mounts {
		found, err := p.place(p.inputOf(v.Op, m.Input))
		if err != nil {
			return nil, err
		}
		if at[m] = found; m.Dest == "/" {
			root = found
		}
	}
	if scratchMounts(e, at) {
		p.nothing() // before the stage that mounts it
	}
	s := p.on(v, root)
	env := s.environment(e)
	s.user(orRoot(e.Meta.User))
	for _, m := range e.Mounts {
		switch {
		case !left(m):
		case at[m].none():
			s.workdir(m.Dest)
		default:
			s.copy(copied{from: at[m], src: path.Join("/", m.Selector), to: strings.TrimSuffix(m.Dest, "/") + "/"})
		}
	}
	s.workdir(e.Meta.Cwd)
	s.run(p.flags(e, at), env, e.Meta.Args)
	return s, nil
}

// withoutLog returns a step without what keeps its log, which nobody would read.
func withoutLog(e *pb.ExecOp) *pb.ExecOp {
	quiet := e.CloneVT()
	quiet.Mounts = slices.DeleteFunc(quiet.Mounts, func(m *pb.Mount) bool { return m.Dest == llb.LoggerDir || m.Dest == llb.RootLogDir })
	quiet.Meta.Args = llb.Words(quiet.Meta.Args)
	return quiet
}

func orRoot(user string) string {
	if user == "" {
		return "0:0"
	}
	return user
}

// left reports whether a step's result is what it leaves in a mount.
func left(m *pb.Mount) bool {
	return m.MountType == pb.MountType_BIND && m.Dest != "/" && m.Output >= 0
}

// thrownAway reports whether a mount is a directory without files for the step alone.
func thrownAway(m *pb.Mount, at place) bool {
	return m.MountType == pb.MountType_BIND && m.Dest != "/" && !left(m) && at.none()
}

func scratchMounts(e *pb.ExecOp, at map[*pb.Mount]place) bool {
	return slices.ContainsFunc(e.Mounts, func(m *pb.Mount) bool { return thrownAway(m, at[m]) })
}

// environment sets the variables of a step that its stage has not yet, and returns those
// that only what is run may set: what has several lines, which no instruction can, and
// all of a step that others begin with the files of, since they would have them too.
func (s *stage) environment(e *pb.ExecOp) (env []string) {
	isBase := slices.ContainsFunc(e.Mounts, func(m *pb.Mount) bool { return m.Dest == "/" && m.Output >= 0 })
	for _, v := range e.Meta.Env {
		name, value, _ := strings.Cut(v, "=")
		switch {
		case name == "SSH_AUTH_SOCK" || slices.Contains(s.config.Env, v):
		case isBase || strings.Contains(value, "\n"):
			env = append(env, v)
		default:
			s.say("ENV %s=%s", escaped(name), quoted(value))
			s.config.Env = append(slices.DeleteFunc(s.config.Env, func(old string) bool {
				return strings.HasPrefix(old, name+"=")
			}), v)
		}
	}
	return env
}

// flags returns what a step may see and reach.
func (p *printer) flags(e *pb.ExecOp, at map[*pb.Mount]place) (flags []string) {
	switch e.Network {
	case pb.NetMode_NONE:
		flags = append(flags, "--network=none")
	case pb.NetMode_HOST:
		flags = append(flags, "--network=host")
	}
	if e.Security == pb.SecurityMode_INSECURE {
		flags = append(flags, "--security=insecure")
	}
	for _, m := range e.Mounts {
		if m.Dest == "/" || left(m) {
			continue
		}
		from := at[m]
		if thrownAway(m, from) {
			from = place{stage: p.nothing()}
		}
		flags = append(flags, "--mount="+mountValue(mount(m, from)))
	}
	for _, env := range e.Secretenv {
		fields := []string{"type=secret", "id=" + env.ID, "env=" + env.Name}
		if !env.Optional {
			fields = append(fields, "required=true")
		}
		flags = append(flags, "--mount="+mountValue(fields))
	}
	return flags
}

// mount returns the fields of a mount.
func mount(m *pb.Mount, at place) []string {
	target := "target=" + m.Dest
	switch m.MountType {
	case pb.MountType_SECRET:
		o := m.SecretOpt
		return owned([]string{"type=secret", "id=" + o.ID, target}, o.Mode, o.Uid, o.Gid, !o.Optional)
	case pb.MountType_SSH:
		return []string{"type=ssh", "id=" + m.SSHOpt.ID, "required=" + strconv.FormatBool(!m.SSHOpt.Optional)}
	case pb.MountType_TMPFS:
		return []string{"type=tmpfs", target, fmt.Sprintf("size=%d", m.TmpfsOpt.GetSize())}
	case pb.MountType_CACHE:
		fields := []string{"type=cache", "id=" + m.CacheOpt.ID, target, "sharing=" + strings.ToLower(m.CacheOpt.Sharing.String())}
		if m.Readonly {
			fields = append(fields, "readonly")
		}
		return fields
	}
	fields := []string{"type=bind"}
	if from := at.from(); from != "" {
		fields = append(fields, "from="+from)
	}
	if source := path.Join("/", at.dir, m.Selector); source != "/" {
		fields = append(fields, "source="+source)
	}
	fields = append(fields, target)
	if !m.Readonly {
		fields = append(fields, "rw")
	}
	return fields
}

// owned adds who may read a secret.
func owned(fields []string, mode, uid, gid uint32, required bool) []string {
	fields = append(fields, fmt.Sprintf("mode=%04o", mode))
	if uid != 0 || gid != 0 {
		fields = append(fields, fmt.Sprintf("uid=%d", uid), fmt.Sprintf("gid=%d", gid))
	}
	if required {
		fields = append(fields, "required=true")
	}
	return fields
}

// run prints what is run. A script of several lines is printed as such.
func (s *stage) run(flags, env, args []string) {
	lines := append([]string{"RUN"}, flags...)
	if text, ok := script(env, args); ok && len(s.config.Shell) == 0 {
		m := mark(text)
		lines = append(lines, `<<"`+m+`"`)
		s.say("%s\n%s%s", strings.Join(lines, " \\\n    "), text, m)
		return
	}
	if len(env) > 0 {
		args = slices.Concat([]string{"env"}, env, args)
	}
	s.say("%s", strings.Join(append(lines, words(args)), " \\\n    "))
}

// script returns the script of several lines that a shell is called with, after
// variables, the shell's options and its arguments are set.
func script(env, args []string) (string, bool) {
	if len(args) < 3 || args[0] != "sh" || !strings.HasPrefix(args[1], "-") || !strings.HasSuffix(args[1], "c") {
		return "", false
	}
	text := strings.Trim(args[2], "\n") + "\n"
	if strings.Count(text, "\n") < 2 {
		return "", false
	}
	var b strings.Builder
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		b.WriteString("export " + name + "=" + shellQuoted(value) + "\n")
	}
	if options := strings.TrimSuffix(args[1], "c"); options != "-" {
		b.WriteString("set " + options + "\n")
	}
	if len(args) > 4 {
		b.WriteString("set --")
		for _, a := range args[4:] {
			b.WriteString(" " + shellQuoted(a))
		}
		b.WriteString("\n")
	}
	out := b.String() + text
	return out, plain(out) && !strings.HasPrefix(out, "#!")
}
