package frontend

import (
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	apicapspb "github.com/moby/buildkit/util/apicaps/pb"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestRefused asks for what nobody would get: it is told before anything is loaded.
func TestRefused(t *testing.T) {
	const stages = `; there are "toolchain", "fetch", "script", "compile", "test", "export" and "sbom"`
	for option, want := range map[string]string{
		"no-cache=compile,server":                       `--no-cache-filter names "server", which is no stage` + stages,
		"no-cache=compil":                               `--no-cache-filter names "compil", which is no stage; did you mean "compile"?`,
		"cmdline=org/stagefront:1 --a b":                `the frontend takes no arguments, got "--a b"; end the syntax line after the image; everything else is a key of the spec`,
		"build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR=maybe": `got BUILDKIT_CONTEXT_KEEP_GIT_DIR "maybe", want true or false`,
		"build-arg:SOURCE_DATE_EPOCH=assets":            `got SOURCE_DATE_EPOCH "assets", want "context", or seconds since 1970 before the year 10000`,
	} {
		g := gateway.New(t, "language: go\n")
		key, value, _ := strings.Cut(option, "=")
		g.Opts[key] = value
		_, err := Build(t.Context(), g)
		if err == nil || strings.TrimPrefix(err.Error(), "stagefront.yaml:1:1: ") != want || len(g.Execs) > 0 {
			t.Errorf("%s: got %v after %q, want %s", option, err, g.Execs, want)
		}
	}
}

// TestNotRefused asks for what is honoured, in words that look alike.
func TestNotRefused(t *testing.T) {
	g := gateway.New(t, "language: go\n")
	g.Opts["platform"] = "linux/amd64"
	for key, value := range map[string]string{
		"no-cache": "Compile,export", "cmdline": "org/stagefront:1 ", "source": "org/stagefront:1",
		"build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR": "1", "build-arg:SOURCE_DATE_EPOCH": "5", "build-arg:no_proxy": "*",
		"context:org/stagefront:1": "docker-image://example.com/mirror",
	} {
		g.Opts[key] = value
	}
	if _, err := Build(t.Context(), g); err != nil || len(g.Warnings) > 0 {
		t.Errorf("got %v and warnings %q", err, texts(g))
	}
}

// TestTold asks for what cannot be had here, and need not end the build.
func TestTold(t *testing.T) {
	for option, want := range map[string]string{
		"build-arg:SOURCE_DATE_EPOCH=context":           "the build context has no time for SOURCE_DATE_EPOCH, so files are of 1970; a repository and an archive of a server have one; else give seconds since 1970",
		"build-arg:version=1":                           `build arg "version" is not declared; did you mean "VERSION"?`,
		"context:golang:1.25-trixie=docker-image://own": `the context "golang:1.25-trixie" is given, and nothing in this build has that name; did you mean "golang:1.26-trixie"?`,
		"context:elsewhere=docker-image://assets":       `the context "elsewhere" is given, and nothing in this build has that name; there are "gcr.io/distroless/static-debian13:nonroot" and "golang:1.26-trixie"`,
	} {
		g := gateway.New(t, "language: go\nenv: {V: \"${VERSION}\"}\nbuild: {args: {VERSION: one}}\n")
		g.Opts["platform"] = "linux/amd64"
		key, value, _ := strings.Cut(option, "=")
		g.Opts[key] = value
		if _, err := Build(t.Context(), g); err != nil {
			t.Errorf("%s: %v", option, err)
		}
		if len(g.Warnings) != 1 || strings.TrimPrefix(g.Warnings[0].Text, "UndeclaredArg: ") != want {
			t.Errorf("%s: got warnings %q, want %s", option, texts(g), want)
		}
	}
}

// TestSaysName looks for a name in a spec, which has longer ones too.
func TestSaysName(t *testing.T) {
	const text = "# syntax=org/stagefront\nruntime: debian:trixie-slim\ntargets:\n  front-end:\n    files: [{source: assets, from: /, to: /}]\nx: last"
	for name, want := range map[string]bool{
		"debian:trixie-slim": true, "assets": true, "front-end": true, "last": true,
		"debian": false, "trixie-slim": false, "debian:trixie": false, "asset": false, "front": false, "end": false,
	} {
		if got := saysName([]byte(text), name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}

// texts returns the warnings that were sent.
func texts(g *gateway.Gateway) (all []string) {
	for _, w := range g.Warnings {
		all = append(all, w.Text)
	}
	return all
}

// old is a daemon that knows no limits.
type old struct{ *gateway.Gateway }

func (o old) BuildOpts() client.BuildOpts {
	opts := o.Gateway.BuildOpts()
	known := slices.DeleteFunc(pb.Caps.All(), func(c *apicapspb.APICap) bool {
		return slices.Contains([]string{string(pb.CapExecMountTmpfsSize), string(pb.CapExecMetaUlimit)}, c.ID)
	})
	opts.LLBCaps = pb.Caps.CapSet(known)
	return opts
}

// TestUnlimited asks a daemon for limits that it does not know.
func TestUnlimited(t *testing.T) {
	g := gateway.New(t, "language: go\n")
	g.Opts["platform"], g.Opts["ulimit"], g.Opts["shm-size"] = "linux/amd64", "nofile=1024", "1048576"
	if _, err := Build(t.Context(), old{g}); err != nil {
		t.Fatal(err)
	}
	got := texts(g)
	const rest = ", so no step has that limit; take a newer one, or limit the builder itself"
	want := []string{"this BuildKit does not know --shm-size" + rest, "this BuildKit does not know --ulimit" + rest}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got warnings %q, want %q", got, want)
	}
}
