package frontend

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/gateway/client"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagefront/stagefront/frontend/trial"
)

// gateway is a stub of BuildKit's gateway: it knows local files, images by
// name, and what steps leave behind.
type gateway struct {
	opts     map[string]string
	locals   map[string]fstest.MapFS
	images   []string
	contents map[string]fstest.MapFS    // of images, by what their name begins with
	compiled func(goarch string) []byte // what Go leaves
	left     map[string]fstest.MapFS    // by steps, by what their name begins with

	mu       sync.Mutex
	warnings []string
	execs    []string            // names of the steps that were solved
	graphs   map[string][]string // and of all that they are made from
	calls    map[string]int
}

// count notes a call.
func (g *gateway) count(call string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.calls == nil {
		g.calls = map[string]int{}
	}
	g.calls[call]++
}

func (g *gateway) BuildOpts() client.BuildOpts {
	return client.BuildOpts{
		Opts:      g.opts,
		SessionID: "session",
		Workers:   []client.WorkerInfo{{Platforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}}}},
		LLBCaps:   pb.Caps.CapSet(pb.Caps.All()),
		Caps:      gwpb.Caps.CapSet(gwpb.Caps.All()),
	}
}

func (g *gateway) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	g.count("resolve")
	if !slices.Contains(g.images, ref) {
		return "", "", nil, errors.New(ref + ": not found")
	}
	config, err := json.Marshal(ocispecs.Image{Platform: *opt.ImageOpt.Platform})
	return ref, digest.FromString(ref), config, err
}

func (g *gateway) ResolveSourceMetadata(context.Context, *pb.SourceOp, sourceresolver.Opt) (*sourceresolver.MetaResponse, error) {
	return nil, errors.New("not used")
}

func (g *gateway) Inputs(context.Context) (map[string]llb.State, error) { return nil, nil }

func (g *gateway) NewContainer(context.Context, client.NewContainerRequest) (client.Container, error) {
	return nil, errors.New("no containers")
}

func (g *gateway) Warn(_ context.Context, _ digest.Digest, msg string, _ client.WarnOpts) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.warnings = append(g.warnings, msg)
	return nil
}

// Solve returns the files of a local source, of an image, or of what a step leaves.
func (g *gateway) Solve(_ context.Context, req client.SolveRequest) (*client.Result, error) {
	g.count("solve")
	defs := req.Definition.Def
	var head, last pb.Op
	if err := head.UnmarshalVT(defs[len(defs)-1]); err != nil {
		return nil, err
	}
	ref := &tree{gateway: g, MapFS: fstest.MapFS{}}
	for _, data := range defs {
		if digest.FromBytes(data).String() == head.Inputs[0].Digest {
			if err := last.UnmarshalVT(data); err != nil {
				return nil, err
			}
		}
	}
	switch op := last.Op.(type) {
	case *pb.Op_Source:
		ref.MapFS = g.sourceFiles(op.Source.Identifier)
	case *pb.Op_Exec:
		name := req.Definition.Metadata[head.Inputs[0].Digest].Description["llb.customname"]
		g.mu.Lock()
		g.execs = append(g.execs, name)
		if g.graphs == nil {
			g.graphs = map[string][]string{}
		}
		for _, m := range req.Definition.Metadata {
			g.graphs[name] = append(g.graphs[name], m.Description["llb.customname"])
		}
		g.mu.Unlock()
		ref.MapFS = g.stepFiles(name, op.Exec.Meta)
	}
	result := client.NewResult()
	result.SetRef(ref)
	return result, nil
}

func (g *gateway) sourceFiles(id string) fstest.MapFS {
	if name, local := strings.CutPrefix(id, "local://"); local {
		return g.locals[name]
	}
	for prefix, files := range g.contents {
		if strings.HasPrefix(id, "docker-image://"+prefix) {
			return files
		}
	}
	return fstest.MapFS{}
}

func (g *gateway) stepFiles(name string, step *pb.Meta) fstest.MapFS {
	for prefix, files := range g.left {
		if strings.HasPrefix(name, prefix) {
			return files
		}
	}
	files := fstest.MapFS{}
	for _, e := range step.Env {
		arch, ok := strings.CutPrefix(e, "GOARCH=")
		if i := slices.Index(step.Args, "-o"); ok && i >= 0 {
			files[path.Base(step.Args[i+1])] = &fstest.MapFile{Data: g.compiled(arch), Mode: 0o755}
		}
	}
	return files
}

// tree is a stub of a build result.
type tree struct {
	gateway *gateway
	fstest.MapFS
}

func (t *tree) ToState() (llb.State, error)    { return llb.Scratch(), nil }
func (t *tree) Evaluate(context.Context) error { return nil }

func (t *tree) ReadFile(_ context.Context, req client.ReadRequest) ([]byte, error) {
	t.gateway.count("read")
	data, err := fs.ReadFile(t.MapFS, clean(req.Filename))
	if r := req.Range; r != nil && err == nil {
		data = data[min(r.Offset, len(data)):min(r.Offset+r.Length, len(data))]
	}
	return data, overGRPC(err)
}

func (t *tree) StatFile(_ context.Context, req client.StatRequest) (*fstypes.Stat, error) {
	t.gateway.count("stat")
	info, err := fs.Stat(t.MapFS, clean(req.Path))
	if err != nil {
		return nil, overGRPC(err)
	}
	return stat(info), nil
}

func (t *tree) ReadDir(_ context.Context, req client.ReadDirRequest) ([]*fstypes.Stat, error) {
	t.gateway.count("list")
	entries, err := fs.ReadDir(t.MapFS, clean(req.Path))
	var stats []*fstypes.Stat
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		stats = append(stats, stat(info))
	}
	return stats, overGRPC(err)
}

func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+name), "/") + map[bool]string{true: "."}[path.Clean("/"+name) == "/"]
}

func stat(i fs.FileInfo) *fstypes.Stat {
	return &fstypes.Stat{Path: i.Name(), Mode: uint32(i.Mode()), Size: i.Size()}
}

// overGRPC returns an error as it comes through gRPC: its text alone.
func overGRPC(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("rpc error: code = Unknown desc = lstat: no such file or directory")
	}
	return errors.New(err.Error())
}

// newGateway returns a gateway for a Go project of one file and a spec.
func newGateway(t *testing.T, spec string) *gateway {
	t.Helper()
	programs := map[string][]byte{"amd64": trial.Program(t, "amd64"), "arm64": trial.Program(t, "arm64")}
	return &gateway{
		opts: map[string]string{"filename": "stagefront.yaml", "platform": "linux/amd64,linux/arm64"},
		locals: map[string]fstest.MapFS{
			"dockerfile": {"stagefront.yaml": {Data: []byte(spec)}},
			"context": {
				"go.mod":  {Data: []byte("module example.com/app\n\ngo 1.26\n")},
				"main.go": {Data: []byte("package main\n\nfunc main() {}\n")},
			},
		},
		images: []string{
			"docker.io/library/golang:1.26-trixie",
			"gcr.io/distroless/static-debian13:nonroot",
		},
		compiled: func(arch string) []byte { return programs[arch] },
	}
}
