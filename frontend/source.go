package frontend

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// source is what whoever builds gave to build from.
type source struct {
	state llb.State    // the build context after its ignore rules
	tree  *daemon.Tree // what is in it
	epoch time.Time    // stamp of every file of the image
	dated bool         // it is the time of the build context
}

// parse parses the spec; r.doc is nil when it cannot be.
func (r *request) parse() diag.List {
	doc, diags := spec.Parse(r.File)
	r.doc = doc
	return diags
}

// load brings the build context to the daemon, as far as the ignore rules let
// it: what is planned from is also what is compiled.
func (r *request) load(ctx context.Context) error {
	state, err := r.MainContext(ctx)
	if err != nil {
		return err
	}
	r.source.state = *state
	if r.source.tree, err = r.Solve(ctx, *state); err != nil {
		return err
	}
	r.source.tree.ReadDir(".") // which tells of most names that planning asks for
	r.source.epoch, err = r.sourceEpoch(ctx)
	return err
}

// sourceEpoch returns the time that every file of the image is stamped with.
func (r *request) sourceEpoch(ctx context.Context) (time.Time, error) {
	value := r.UI.BuildArgs["SOURCE_DATE_EPOCH"]
	if value == "context" {
		t, err := r.UI.ResolveMainContextSourceDateEpoch(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if t != nil {
			r.source.dated = true
			return *t, nil
		}
		value = ""
	}
	return llb.Epoch(value)
}

// options returns what whoever builds asked for.
func (r *request) options() llb.Options {
	c := r.UI.Config
	o := r.Gateway.BuildOpts()
	return llb.Options{
		Caps:           o.LLBCaps,
		SourceMap:      r.SourceMap(),
		Proxy:          llb.Proxy(c.BuildArgs),
		ExtraHosts:     c.ExtraHosts,
		Network:        c.NetworkMode,
		Hostname:       c.Hostname,
		CacheNamespace: c.CacheIDNamespace,
		NoCache:        r.UI.IsNoCache,
		Session:        o.SessionID,
		Resources:      llb.Resources(o.LLBCaps, r.limits()),
		Epoch:          r.source.epoch,
	}
}

// limits returns what whoever builds lets every step have.
func (r *request) limits() llb.Limits {
	c := r.UI.Config
	return llb.Limits{ShmSize: c.ShmSize, Ulimits: c.Ulimits, CgroupParent: c.CgroupParent, Shares: c.LinuxResources}
}

// sourceNames returns the names of what files may be taken of: the targets of the
// file, and the contexts that whoever builds gave.
func (r *request) sourceNames() []string {
	var targets, contexts []string
	for _, t := range r.doc.Targets() {
		targets = append(targets, t.Name.Value)
	}
	for key := range r.Gateway.BuildOpts().Opts {
		if name, ok := strings.CutPrefix(key, "context:"); ok {
			name, _, _ = strings.Cut(name, "::") // a platform
			contexts = append(contexts, name)
		}
	}
	slices.Sort(contexts)
	return append(targets, contexts...)
}
