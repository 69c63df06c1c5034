package plan

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// system is what follows from the spec alone: one layer, since each costs a build that
// changes nothing a step to look up and a blob to ask the registry for.
func (x *exporter) system(c Config) Layer {
	l := Layer{Name: "system files", Range: x.Runtime.Range}
	if x.Runtime.Kind == Scratch {
		l.Dirs = []Dir{x.dirs["/tmp"]}
		l.Ops = x.skeleton()
	}
	l.Dirs = append(l.Dirs, x.directories(c)...)
	l.Ops = append(l.Ops, x.probe()...)
	return l
}

// skeleton is what every program expects of a system and scratch has not.
func (x *exporter) skeleton() []Op {
	users := slices.Clone(accounts)
	if !slices.ContainsFunc(users, func(a Account) bool { return a.UID == x.user.UID }) {
		users = append(users, Account{"user", x.user.UID, x.user.GID, x.user.Home})
	}
	var passwd, group strings.Builder
	for _, a := range users {
		fmt.Fprintf(&passwd, "%s:x:%d:%d:%s:%s:/sbin/nologin\n", a.Name, a.UID, a.GID, a.Name, a.Home)
		if a.Name != "user" {
			fmt.Fprintf(&group, "%s:x:%d:\n", a.Name, a.GID)
		}
	}
	ops := []Op{
		{Mkfile: "/etc/passwd", Data: passwd.String(), Mode: 0o644},
		{Mkfile: "/etc/group", Data: group.String(), Mode: 0o644},
		{Mkfile: "/etc/nsswitch.conf", Data: "hosts: files dns\n", Mode: 0o644},
	}
	if x.Spec.Certificates.Or(true) {
		ops = append(ops, Op{From: language.FromCABundle, Copy: language.CABundle, To: language.CABundle, Mode: 0o644})
	}
	return ops
}

func (x *exporter) libraries(libs []Library) Layer {
	l := Layer{Name: "libraries", Range: x.Spec.Build.Packages.Range()}
	for _, lib := range libs {
		l.Ops = append(l.Ops, Op{From: lib.From, Copy: lib.Path, To: lib.To, Mode: 0o755})
	}
	return l
}

// files returns what the spec copies: what goes below the program, and what goes over it
// since it may be in one of the program's places. What the spec names is what the image
// has. Of two entries of which one may be in the place of the other the later one counts,
// so it follows that into its layer.
func (x *exporter) files(c Config, program []string) (files, over Layer) {
	files, over = Layer{Name: "files"}, Layer{Name: "files over the program"}
	for _, f := range x.Spec.Files {
		if !f.From.IsSet() {
			continue
		}
		to, _ := f.Destination(c.Workdir)
		into, at := &files, x.real(to)
		if slices.ContainsFunc(program, func(place string) bool { return spec.Overlap(place, at) }) {
			into, program = &over, append(program, at)
		}
		if into.Range.IsZero() {
			into.Range = f.Range
		}
		op := copied(f, to)
		op.UID, op.GID = x.owner(f.Owner)
		into.Ops = append(into.Ops, op)
	}
	return files, over
}

// places returns the paths of the image that a layer of the program's fills. An
// executable has none that files may be over: it is what was compiled.
func (x *exporter) places(l Layer) (all []string) {
	if x.Program != "" {
		return nil
	}
	for _, op := range l.Ops {
		all = append(all, x.real(cmp.Or(op.Mkfile, op.Link, op.To)))
	}
	return all
}

// Artifacts returns what --target binary puts below a directory: one executable, or
// what an interpreter runs, each thing where it is in an image.
func (p *Plan) Artifacts(dir string) []Layer {
	if p.Program != "" {
		to := path.Join(dir, p.Program)
		return []Layer{{Name: "program", Range: p.Compile.Range, Ops: []Op{
			{From: language.FromCompile, Copy: p.Program, To: to, Mode: 0o755},
		}}}
	}
	// Nothing is under it, and nobody owns anything of it.
	bare := &exporter{Plan: &Plan{Runtime: Runtime{Kind: Scratch}}}
	layers := p.parts()
	for i, l := range layers {
		for n := range l.Ops {
			l.Ops[n].move(dir)
		}
		layers[i] = bare.placed(l)
	}
	return layers
}

// move puts what an operation makes below a directory.
func (o *Op) move(dir string) {
	for _, at := range []*string{&o.Mkfile, &o.Link, &o.To} {
		if into := strings.HasSuffix(*at, "/"); *at != "" {
			*at = path.Join(dir, *at)
			if into {
				*at += "/"
			}
		}
	}
}

// parts are the layers of the recipe.
func (p *Plan) parts() []Layer {
	var layers []Layer
	for _, part := range p.Image.Layers {
		l := Layer{Name: part.Name, Range: p.Compile.Range}
		for _, c := range part.Copies {
			l.Ops = append(l.Ops, Op{From: c.From, Copy: c.Path, To: c.To, Exclude: c.Exclude, Mode: c.Mode})
		}
		for _, f := range part.Files {
			l.Ops = append(l.Ops, Op{Mkfile: f.Path, Data: f.Data, Mode: 0o644})
		}
		for _, k := range part.Links {
			l.Ops = append(l.Ops, Op{Link: k.Path, Target: k.To})
		}
		layers = append(layers, l)
	}
	return layers
}
