package frontend

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/golden"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// talk returns a gateway for an example, which is built for two platforms.
func (c conversation) talk(t *testing.T) *gateway.Gateway {
	t.Helper()
	g := gateway.New(t, "")
	g.Images, g.Left = c.images, c.left
	g.Locals["context"] = fstest.MapFS{}
	for _, f := range trial.Example(t, c.example).Files {
		g.Locals["context"][f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	g.Locals["dockerfile"] = fstest.MapFS{"stagefront.yaml": g.Locals["context"]["stagefront.yaml"]}
	for step, arch := range c.program {
		g.Left[step]["greeter"] = &fstest.MapFile{Data: trial.Program(t, arch), Mode: 0o755}
	}
	g.Compiled = func(arch string) []byte { return trial.Program(t, arch) }
	return g
}

// TestDockerfile prints an example of every language, and has BuildKit's own frontend
// make of it, for each platform, a graph and the config that the example's image has.
func TestDockerfile(t *testing.T) {
	for _, c := range conversations {
		t.Run(c.example, func(t *testing.T) {
			asks, builds := c.talk(t), c.talk(t)
			for _, g := range []*gateway.Gateway{asks, builds} {
				g.Configs = map[string]string{}
				for _, name := range g.Images { // as every image has it; else BuildKit adds one
					g.Configs[name] = `{"config": {"Env": ["PATH=/usr/local/bin:/usr/bin"]}}`
				}
			}
			asks.Opts["requestid"] = "frontend.dockerfile"
			answer, err := Build(t.Context(), asks)
			if err != nil {
				t.Fatal(err)
			}
			text := answer.Metadata["result.txt"]
			golden.File(t, "testdata/dockerfile/"+c.example+".Dockerfile", abridged(text))
			parsed(t, text)
			image, err := Build(t.Context(), builds)
			if err != nil {
				t.Fatal(err)
			}
			for _, arch := range []string{"amd64", "arm64"} {
				want := image.Metadata["containerimage.config/linux/"+arch]
				sameConfig(t, converted(t, asks, text, arch), want)
			}
		})
	}
}

// document is one in a Dockerfile: the line that begins it, and what is in it.
var document = regexp.MustCompile(`(?m)^(.*<<"?(EOF\d*)"?.*\n)((?:.*\n)*?)EOF\d*$`)

// abridged returns a Dockerfile without the most of long documents: programs that have
// tests of their own, and change.
func abridged(text []byte) []byte {
	const most = 12
	return document.ReplaceAllFunc(text, func(found []byte) []byte {
		part := document.FindSubmatch(found)
		lines := bytes.SplitAfter(part[3], []byte("\n"))
		if len(lines) <= most {
			return found
		}
		return slices.Concat(part[1], lines[0], []byte("…\n"), part[2])
	})
}

// parsed has a Dockerfile read as BuildKit does, which has nothing to warn of.
func parsed(t *testing.T, text []byte) {
	t.Helper()
	read, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range read.Warnings {
		t.Errorf("the parser warns: %s", w.Short)
	}
	if _, _, err := instructions.Parse(read.AST, nil); err != nil {
		t.Fatal(err)
	}
}

// pinned answers for the digests of a gateway's images.
type pinned struct{ *gateway.Gateway }

func (p pinned) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	name, _, _ := strings.Cut(ref, "@")
	return p.Gateway.ResolveImageConfig(ctx, name, opt)
}

// converted returns the image config that a Dockerfile gives for an architecture, once
// its graph was made.
func converted(t *testing.T, g *gateway.Gateway, text []byte, arch string) []byte {
	t.Helper()
	caps := pb.Caps.CapSet(pb.Caps.All())
	from := llb.LocalFile("context", "", "session")
	opt := dockerfile2llb.ConvertOpt{
		MainContext: &from, MetaResolver: pinned{g}, LLBCaps: &caps,
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: arch},
	}
	opt.BuildPlatforms = []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}}
	made, err := dockerfile2llb.Dockerfile2LLB(t.Context(), text, opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.State.Marshal(t.Context()); err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(made.Image)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// sameConfig compares what a container is started by. History and layers are made by
// who builds, and the order of variables means nothing.
func sameConfig(t *testing.T, got, want []byte) {
	t.Helper()
	if g, w := startedBy(t, got), startedBy(t, want); g != w {
		t.Errorf("got %s, want %s", g, w)
	}
}

// startedBy returns the platform and the config of an image as text.
func startedBy(t *testing.T, config []byte) string {
	t.Helper()
	image, err := llb.ParseImage(config)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(image.Config.Env)
	if image.Config.WorkingDir == "" {
		image.Config.WorkingDir = "/"
	}
	text, err := json.Marshal([]any{image.Platform, image.Config})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDockerfileWords prints projects that say what examples do not, and has BuildKit
// read what is printed. Where the file says that it lacks something, configs differ.
func TestDockerfileWords(t *testing.T) {
	golden.Archives(t, "testdata/dockerfile/words/*.txtar", func(t *testing.T, a *txtar.Archive) string {
		g := gateway.New(t, "")
		g.Opts["requestid"], g.Opts["context:tools"] = "frontend.dockerfile", "local:tools"
		g.Opts["local-sessionid:tools"] = "session"
		g.Locals["dockerfile"], g.Locals["context"], g.Locals["tools"] = fstest.MapFS{}, fstest.MapFS{}, fstest.MapFS{}
		for _, f := range a.Files {
			g.Locals["dockerfile"][f.Name] = &fstest.MapFile{Data: f.Data}
			g.Locals["context"][f.Name] = &fstest.MapFile{Data: f.Data}
		}
		// A context that whoever builds gives is an image where there is none of that name.
		g.Images = append(g.Images, "example.com/loud:latest", "docker.io/library/tools:latest")
		g.Configs = map[string]string{"example.com/loud:latest": `{"config": {
			"Env": ["LOUD=yes"], "Volumes": {"/loud": {}}, "Cmd": ["loud"], "OnBuild": ["RUN loud"]}}`}
		g.Images = append(g.Images, "docker.io/library/python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot")
		g.Left = map[string]fstest.MapFS{
			"[python linux/": {"natives": {}}, "[python] compile": {"report.json": {Data: []byte("{}")}, "app.natives": {}, "venv.natives": {}},
		}
		result, err := Build(t.Context(), g)
		if err != nil {
			return "error: " + err.Error() + "\n"
		}
		text := result.Metadata["result.txt"]
		parsed(t, text)
		for _, arch := range []string{"amd64", "arm64"} {
			converted(t, g, text, arch)
		}
		return string(abridged(text))
	})
}
