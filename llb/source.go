package llb

import (
	"context"
	"fmt"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/util/apicaps"

	"github.com/stagefront/stagefront/frontend/spec"
)

// State is what a chain of steps leaves, before it is run. Others hold states and
// hand them back; only this package makes them.
type State = llb.State

// SourceMap is a file that steps refer to places of.
type SourceMap = llb.SourceMap

// Definition is a state as it is sent to the daemon.
type Definition = llb.Definition

// Scratch returns the state without files.
func Scratch() State { return llb.Scratch() }

// Image returns the files of an image that a reference with its digest names, with
// the environment of its config. name is for the person watching.
func Image(ref string, config []byte, p spec.Platform, mode llb.ResolveMode, name string) (State, error) {
	platform := OCIPlatform(p)
	state, err := llb.Image(ref, llb.Platform(platform), mode, llb.WithCustomName(name)).WithImageConfig(config)
	if err != nil {
		return State{}, fmt.Errorf("reading the config of %s: %w", ref, err)
	}
	return state.Platform(platform), nil
}

// LocalFile returns one file of a directory of whoever builds.
func LocalFile(local, name, session string) State {
	return llb.Local(local,
		llb.SessionID(session), llb.FollowPaths([]string{name}),
		llb.SharedKeyHint(local+"-"+name), internal("load "+name),
		llb.Differ(llb.DiffNone, false))
}

// Unfiltered returns the options by which a build context is read without its
// ignore rules, as far as some paths of it go.
func Unfiltered(paths []string) []llb.LocalOption {
	return []llb.LocalOption{
		llb.ExcludePatterns(nil), llb.FollowPaths(paths),
		llb.SharedKeyHint("context-unfiltered"), internal("look for ignored files"),
		llb.Differ(llb.DiffNone, false),
	}
}

// internal names a step that is no step of the project.
func internal(name string) llb.ConstraintsOpt { return llb.WithCustomName("[internal] " + name) }

// Marshal returns a state as it is sent to a daemon with some capabilities, whose
// steps run on the host.
func Marshal(ctx context.Context, s State, caps apicaps.CapSet, host spec.Platform) (*Definition, error) {
	return s.Marshal(ctx, llb.WithCaps(caps), llb.Platform(OCIPlatform(host)))
}

// StepName returns the name of the step of a definition that has a digest, "" when
// it has none.
func StepName(def *Definition, digest string) string {
	return described(def, digest, "llb.customname")
}

// StepDoes returns what the step of a definition that has a digest comes to, "" when
// its arguments say it.
func StepDoes(def *Definition, digest string) string { return described(def, digest, doesKey) }

func described(def *Definition, digest, key string) string {
	for d, meta := range def.Metadata {
		if d.String() == digest {
			return meta.Description[key]
		}
	}
	return ""
}

// LastStep returns the name of the step whose result a definition is.
func LastStep(def *Definition) string {
	head, err := def.Head()
	if err != nil || head == "" {
		return "nothing"
	}
	return StepName(def, head.String())
}

// Proxy returns the proxies among build args, nil without one.
func Proxy(args map[string]string) *llb.ProxyEnv {
	var env llb.ProxyEnv
	for _, p := range []struct {
		name string
		into *string
	}{
		{"http_proxy", &env.HTTPProxy}, {"https_proxy", &env.HTTPSProxy}, {"ftp_proxy", &env.FTPProxy},
		{"no_proxy", &env.NoProxy}, {"all_proxy", &env.AllProxy},
	} {
		for _, name := range []string{strings.ToUpper(p.name), p.name} {
			if v := args[name]; v != "" {
				*p.into = v
			}
		}
	}
	if env == (llb.ProxyEnv{}) {
		return nil
	}
	return &env
}
