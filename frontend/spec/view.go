package spec

import (
	"fmt"
	"maps"
	"reflect"
	"sync"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/memo"
)

// view is a document as it is on one platform with the values of its build
// args. Every target is decoded once in it, and what is wrong whoever asks is
// found once: a file of N targets would else be looked through N times for each.
type view struct {
	doc      *Document
	args     map[string]string
	platform Platform
	whole    func() *whole // see look
	specs    memo.Map[question, decoded]
}

// question is what a spec of a view is asked for by.
type question struct {
	target string
	asking bool
}

// decoded is a spec, or nil and why there is none.
type decoded struct {
	spec  *Spec
	diags diag.List
}

// view returns the document as a request sees it.
func (doc *Document) view(req Request) *view {
	key := fmt.Sprintf("%v %q", req.Platform, req.BuildArgs) // fmt sorts the names of maps
	v, _ := doc.views.Get(key, func() (*view, error) {
		v := &view{doc: doc, args: maps.Clone(req.BuildArgs), platform: req.Platform}
		v.whole = sync.OnceValue(v.look)
		return v, nil
	})
	return v
}

// spec returns the spec of a target.
func (v *view) spec(q question) decoded {
	d, _ := v.specs.Get(q, func() (decoded, error) { return v.decode(q), nil })
	return d
}

// whole is what is known of all targets of a view together.
type whole struct {
	laid    map[string]*laid // by the names of targets
	targets diag.List        // what is wrong with them as such
	flaws   []flaw           // in their own keys
	cycles  diag.List
}

// laid is a target laid over the top level, with the values of its build args.
type laid struct {
	tree    *node
	vars    Vars
	diags   diag.List
	missing diag.List // build args without a value
}

// flaw is what is wrong in a target whoever asks.
type flaw struct {
	target string
	diag.Diagnostic
}

// look looks through all targets.
func (v *view) look() *whole {
	w := &whole{laid: map[string]*laid{}, targets: v.doc.checkTargets()}
	sources := map[string][]*node{}
	for _, t := range v.doc.targets {
		name := t.Name.Value
		l := v.lay(v.doc.overlay(t.patch))
		w.laid[name] = l
		for _, d := range v.flaws(t.patch, l) {
			w.flaws = append(w.flaws, flaw{name, d})
		}
		sources[name] = v.sources(l)
	}
	w.cycles = v.doc.checkCycles(sources)
	return w
}

func (v *view) lay(tree *node) *laid {
	l := &laid{tree: tree}
	l.vars, l.diags, l.missing = args(tree, v.args)
	return l
}

// flaws returns what is wrong in a target as far as it is wrong whoever asks:
// shapes, keys and variables. Values are checked against each other when the
// target is asked for.
func (v *view) flaws(patch *node, l *laid) (diags diag.List) {
	if patch.kind != mapNode {
		return nil
	}
	root, _, unknown := expanded(patch.without("targets"), l.vars, v.platform)
	var s Spec
	d := decoder{}
	d.value(root, &s)
	diags.Add(l.diags, unknown, d.diags)
	return diags
}

// others returns the flaws of the targets that are not asked for; those of the
// one that is are found where it is decoded.
func (w *whole) others(target string) (diags diag.List) {
	for _, f := range w.flaws {
		if f.target != target {
			diags = append(diags, f.Diagnostic)
		}
	}
	return diags
}

// decode lays a target over the top level, expands its variables, and checks its values.
func (v *view) decode(q question) decoded {
	w := v.whole()
	l := w.laid[q.target]
	if isTop(q.target) {
		l = v.lay(v.doc.top)
	}
	if l == nil {
		diags := v.doc.noTarget(q.target)
		diags.Add(w.targets)
		return decoded{nil, diags}
	}
	var diags diag.List
	root, open, unknown := expanded(l.tree, l.vars, v.platform)
	diags.Add(w.targets, w.others(q.target), w.cycles, l.diags, unknown)
	if !q.asking {
		diags.Add(l.missing)
	}
	s := &Spec{Missing: l.missing, Open: open}
	d := decoder{}
	d.value(root, s)
	s.noRuntime = l.tree.mistaken("runtime", reflect.TypeFor[Spec]())
	diags.Add(d.diags, s.check())
	if diags.Failed() {
		return decoded{nil, diags}
	}
	return decoded{s, diags}
}
