// Package gateway is a stub of BuildKit's gateway, with which tests have the frontend
// and its parts talk.
package gateway

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

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/gateway/client"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	apicapspb "github.com/moby/buildkit/util/apicaps/pb"
	"github.com/moby/buildkit/util/grpcerrors"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/llb"
)

// Gateway knows local files, images by name, and what steps leave behind.
type Gateway struct {
	Opts     map[string]string
	Locals   map[string]fstest.MapFS
	Images   []string                   // that there are
	Configs  map[string]string          // of images that say more than their platform
	Contents map[string]fstest.MapFS    // of images, by what their name begins with
	Compiled func(goarch string) []byte // what Go leaves
	Left     map[string]fstest.MapFS    // by steps, by what their name begins with
	Failing  map[string]error           // of images, by name, and of steps, by what their name begins with
	Log      string                     // of steps that fail
	Lacks    []apicaps.CapID            // of the gateway

	mu       sync.Mutex
	Warnings []Warning
	Execs    []string            // names of the steps that were solved
	Graphs   map[string][]string // and of all that they are made from
	Caches   []string            // ids of the caches of the steps that were solved
	Made     []string            // paths of the directories that were solved to be made
	Notes    []string            // steps that are there to be read
	Calls    map[string]int
}

// ErrSilent fails an image whose registry never answers.
var ErrSilent = errors.New("silent")

// Warning is one that was sent to whoever builds.
type Warning struct {
	Text string
	client.WarnOpts
}

// New returns a gateway for a Go project of one file and a spec, which is built for
// linux/amd64 and linux/arm64 on linux/amd64.
func New(t testing.TB, spec string) *Gateway {
	t.Helper()
	programs := map[string][]byte{"amd64": trial.Program(t, "amd64"), "arm64": trial.Program(t, "arm64")}
	return &Gateway{
		Opts: map[string]string{"filename": trial.SpecFile, "platform": "linux/amd64,linux/arm64"},
		Locals: map[string]fstest.MapFS{
			"dockerfile": {trial.SpecFile: {Data: []byte(spec)}},
			"context": {
				"go.mod":  {Data: []byte("module example.com/app\n\ngo 1.26\n")},
				"main.go": {Data: []byte("package main\n\nfunc main() {}\n")},
			},
		},
		Images: []string{
			"docker.io/library/golang:1.26-trixie",
			"gcr.io/distroless/static-debian13:nonroot",
		},
		Compiled: func(arch string) []byte { return programs[arch] },
	}
}

// count notes a call.
func (g *Gateway) count(call string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Calls == nil {
		g.Calls = map[string]int{}
	}
	g.Calls[call]++
}

// BuildOpts returns what was asked for, of a builder that can do everything but what it Lacks.
func (g *Gateway) BuildOpts() client.BuildOpts {
	return client.BuildOpts{
		Opts:      g.Opts,
		SessionID: "session",
		Workers:   []client.WorkerInfo{{Platforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}}}},
		LLBCaps:   pb.Caps.CapSet(pb.Caps.All()),
		Caps: gwpb.Caps.CapSet(slices.DeleteFunc(gwpb.Caps.All(), func(c *apicapspb.APICap) bool {
			return slices.Contains(g.Lacks, apicaps.CapID(c.ID))
		})),
	}
}

// ResolveImageConfig returns the config of an image for the platform that is asked for.
func (g *Gateway) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	g.count("resolve")
	if err := g.Failing[ref]; err != nil {
		if err == ErrSilent {
			<-ctx.Done()
			err = grpcerrors.FromGRPC(grpcerrors.ToGRPC(ctx, ctx.Err()))
		}
		return "", "", nil, err
	}
	if !slices.Contains(g.Images, ref) {
		return "", "", nil, errors.New(ref + ": not found")
	}
	var platform *ocispecs.Platform
	if opt.OCILayoutOpt != nil {
		platform = opt.OCILayoutOpt.Platform
	} else {
		platform = opt.ImageOpt.Platform
	}
	config, err := json.Marshal(ocispecs.Image{Platform: *platform})
	if own, ok := g.Configs[ref]; ok {
		config = []byte(own)
	}
	return ref, digest.FromString(ref), config, err
}

// ResolveSourceMetadata is not used.
func (g *Gateway) ResolveSourceMetadata(context.Context, *pb.SourceOp, sourceresolver.Opt) (*sourceresolver.MetaResponse, error) {
	return nil, errors.New("not used")
}

// Inputs returns none.
func (g *Gateway) Inputs(context.Context) (map[string]llb.State, error) { return nil, nil }

// Warn notes a warning.
func (g *Gateway) Warn(_ context.Context, _ digest.Digest, msg string, opts client.WarnOpts) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Warnings = append(g.Warnings, Warning{msg, opts})
	return nil
}

// Solve returns the files of a local source, of an image, or of what a step leaves.
func (g *Gateway) Solve(_ context.Context, req client.SolveRequest) (*client.Result, error) {
	g.count("solve")
	ref := &tree{gateway: g, MapFS: fstest.MapFS{}}
	result := client.NewResult()
	result.SetRef(ref)
	defs := req.Definition.Def
	if len(defs) == 0 {
		return result, nil
	}
	var head, last pb.Op
	if err := head.UnmarshalVT(defs[len(defs)-1]); err != nil {
		return nil, err
	}
	for _, data := range defs {
		g.note(data)
		if digest.FromBytes(data).String() == head.Inputs[0].Digest {
			if err := last.UnmarshalVT(data); err != nil {
				return nil, err
			}
		}
	}
	name := req.Definition.Metadata[head.Inputs[0].Digest].Description["llb.customname"]
	switch op := last.Op.(type) {
	case *pb.Op_Source:
		ref.MapFS = g.sourceFiles(op.Source.Identifier)
	case *pb.Op_File:
		if strings.HasPrefix(name, "warning: ") {
			g.mu.Lock()
			g.Notes = append(g.Notes, name)
			g.mu.Unlock()
		}
		ref.MapFS = g.stepFiles(name, &pb.Meta{})
	case *pb.Op_Exec:
		g.mu.Lock()
		g.Execs = append(g.Execs, name)
		for _, m := range op.Exec.Mounts {
			if m.CacheOpt != nil {
				g.Caches = append(g.Caches, m.CacheOpt.ID)
			}
		}
		if g.Graphs == nil {
			g.Graphs = map[string][]string{}
		}
		for _, m := range req.Definition.Metadata {
			g.Graphs[name] = append(g.Graphs[name], m.Description["llb.customname"])
		}
		g.mu.Unlock()
		if err, failing := longest(g.Failing, name); failing {
			return nil, failed(err, &last, digest.Digest(head.Inputs[0].Digest), req.Definition.Source)
		}
		ref.MapFS = g.stepFiles(name, op.Exec.Meta)
	}
	return result, nil
}

// note keeps the directories that an operation makes.
func (g *Gateway) note(data []byte) {
	var op pb.Op
	if op.UnmarshalVT(data) != nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range op.GetFile().GetActions() {
		if made := a.GetMkdir(); made != nil {
			g.Made = append(g.Made, made.Path)
		}
	}
}

// failed returns the error of a step as it comes through gRPC from the solver: with
// the step's vertex, the places that it is for, and what its mounts are known by.
func failed(err error, op *pb.Op, step digest.Digest, source *pb.Source) error {
	for _, l := range source.Locations[step.String()].GetLocations() {
		err = errdefs.WithSource(err, &errdefs.Source{Info: source.Infos[l.SourceIndex], Ranges: l.Ranges})
	}
	var mounts []string
	for _, m := range op.GetExec().GetMounts() {
		mounts = append(mounts, mountID(m.Dest))
	}
	err = errdefs.WithSolveError(errdefs.WithOp(errdefs.WrapVertex(err, step), op, nil), nil, mounts, mounts)
	return grpcerrors.FromGRPC(grpcerrors.ToGRPC(context.Background(), err))
}

func (g *Gateway) sourceFiles(id string) fstest.MapFS {
	if name, local := strings.CutPrefix(id, "local://"); local {
		return g.Locals[name]
	}
	files, _ := longest(g.Contents, strings.TrimPrefix(id, "docker-image://"))
	return files
}

// longest returns what a map has for the longest of its keys that a name begins with.
func longest[T any](of map[string]T, name string) (found T, ok bool) {
	best := ""
	for prefix, value := range of {
		if strings.HasPrefix(name, prefix) && (!ok || len(prefix) > len(best)) {
			found, ok, best = value, true, prefix
		}
	}
	return found, ok
}

func (g *Gateway) stepFiles(name string, step *pb.Meta) fstest.MapFS {
	if files, ok := longest(g.Left, name); ok {
		return files
	}
	files := fstest.MapFS{}
	for _, e := range step.Env {
		arch, ok := strings.CutPrefix(e, "GOARCH=")
		if i := slices.Index(step.Args, "-o"); ok && i >= 0 {
			files[path.Base(step.Args[i+1])] = &fstest.MapFile{Data: g.Compiled(arch), Mode: 0o755}
		}
	}
	return files
}

// tree is a stub of a build result.
type tree struct {
	gateway *Gateway
	fstest.MapFS
}

func (t *tree) ToState() (llb.State, error)    { return llb.Scratch(), nil }
func (t *tree) Evaluate(context.Context) error { t.gateway.count("evaluate"); return nil }

func (t *tree) ReadFile(_ context.Context, req client.ReadRequest) ([]byte, error) {
	t.gateway.count("read")
	data, err := fs.ReadFile(t.MapFS, clean(req.Filename))
	if r := req.Range; r != nil && err == nil {
		data = data[min(r.Offset, len(data)):min(r.Offset+r.Length, len(data))]
	}
	return data, t.overGRPC(clean(req.Filename), err)
}

func (t *tree) StatFile(_ context.Context, req client.StatRequest) (*fstypes.Stat, error) {
	t.gateway.count("stat")
	info, err := fs.Stat(t.MapFS, clean(req.Path))
	if err != nil {
		return nil, t.overGRPC(clean(req.Path), err)
	}
	return stat(info, ""), nil
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
		to, _ := t.MapFS.ReadLink(path.Join(clean(req.Path), e.Name()))
		stats = append(stats, stat(info, to))
	}
	return stats, t.overGRPC(clean(req.Path), err)
}

func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+name), "/") + map[bool]string{true: "."}[path.Clean("/"+name) == "/"]
}

func stat(i fs.FileInfo, link string) *fstypes.Stat {
	attributes, _ := i.Sys().(map[string][]byte)
	return &fstypes.Stat{Path: i.Name(), Mode: uint32(i.Mode()), Size: i.Size(), Linkname: link, Xattrs: attributes}
}

// overGRPC returns an error about a name as it comes through gRPC: its text alone.
func (t *tree) overGRPC(name string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := fs.Stat(t.MapFS, dir); err == nil && !info.IsDir() {
			return errors.New("rpc error: code = Unknown desc = lstat: not a directory")
		}
	}
	return errors.New("rpc error: code = Unknown desc = lstat: no such file or directory")
}
