package frontend

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// heard is a gateway that keeps what it was asked to solve.
type heard struct {
	*gateway.Gateway

	mu      sync.Mutex
	steps   map[string]heardStep // by their names
	imports [][]client.CacheOptionsEntry
}

// heardStep is a step as the daemon is told of it.
type heardStep struct {
	op   *pb.ExecOp // nil for copies
	meta *pb.OpMetadata
}

func (h *heard) Solve(ctx context.Context, req client.SolveRequest) (*client.Result, error) {
	h.mu.Lock()
	h.imports = append(h.imports, req.CacheImports)
	for _, data := range req.Definition.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			return nil, err
		}
		meta := req.Definition.Metadata[digest.FromBytes(data).String()]
		if name := meta.GetDescription()["llb.customname"]; name != "" {
			h.steps[name] = heardStep{op.GetExec(), meta}
		}
	}
	h.mu.Unlock()
	return h.Gateway.Solve(ctx, req)
}

// hear builds a project that has a step of every stage, with options of whoever builds.
func hear(t *testing.T, options map[string]string) *heard {
	t.Helper()
	return hearOf(t, "language: go\nentrypoint: .\nbuild: {script: [[sh, gen.sh]], network: default, cgo: true, packages: [make]}\n", options)
}

// hearOf builds what a spec says.
func hearOf(t *testing.T, text string, options map[string]string) *heard {
	t.Helper()
	h := &heard{steps: map[string]heardStep{}, Gateway: gateway.New(t, text)}
	h.Left = map[string]fstest.MapFS{"[go] run sh gen.sh": h.Locals["context"]}
	h.Opts["platform"] = "linux/amd64"
	for key, value := range options {
		h.Opts[key] = value
	}
	if _, err := Build(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	return h
}

// step returns the one step whose name has a text in it.
func (h *heard) step(t *testing.T, text string) heardStep {
	t.Helper()
	for name, s := range h.steps {
		if strings.Contains(name, text) {
			return s
		}
	}
	t.Fatalf("no step %q", text)
	return heardStep{}
}

// TestOptions gives every option at once: steps with network have all that they are
// about, and those without only what is not about the network.
func TestOptions(t *testing.T) {
	h := hear(t, map[string]string{
		"add-hosts": "db.example=10.0.0.9", "force-network-mode": "host", "cgroup-parent": "/builds", "shm-size": "1048576",
		"ulimit": "nofile=1024:2048", "memory": "1048576", "build-arg:BUILDKIT_SANDBOX_HOSTNAME": "host.example",
		"build-arg:HTTPS_PROXY": "http://proxy:1", "build-arg:BUILDKIT_CACHE_MOUNT_NS": "apart",
	})
	for _, name := range []string{"install make", "run sh gen.sh", "compile ."} {
		s := h.step(t, name)
		m := s.op.Meta
		shm := func(m *pb.Mount) bool { return m.Dest == "/dev/shm" && m.TmpfsOpt.Size == 1<<20 }
		if len(m.Ulimit) != 1 || m.Ulimit[0].Hard != 2048 || m.CgroupParent != "/builds" || !slices.ContainsFunc(s.op.Mounts, shm) || s.meta.LinuxResources.GetMemory() != 1<<20 {
			t.Errorf("%s: got no limits: %v, %v", name, s.op, s.meta)
		}
		if s.op.Network != pb.NetMode_HOST || len(m.ExtraHosts) != 1 || m.ExtraHosts[0].IP != "10.0.0.9" || m.ProxyEnv.GetHttpsProxy() != "http://proxy:1" {
			t.Errorf("%s: got the network %v of %v", name, s.op.Network, m)
		}
		if m.Hostname != "host.example" {
			t.Errorf("%s: got the host name %q", name, m.Hostname)
		}
	}
	for _, id := range h.Caches {
		if !strings.HasPrefix(id, "apart/") {
			t.Errorf("got the cache %s, want it in the namespace", id)
		}
	}
	if len(h.Caches) == 0 {
		t.Error("there is no cache")
	}
}

// TestNetworkNone takes the network from the steps that would have one.
func TestNetworkNone(t *testing.T) {
	h := hear(t, map[string]string{"force-network-mode": "none"})
	for _, name := range []string{"install make", "run sh gen.sh", "compile ."} {
		if got := h.step(t, name).op.Network; got != pb.NetMode_NONE {
			t.Errorf("%s: got the network %v", name, got)
		}
	}
}

// TestNoCache builds each stage anew, and nothing else with it.
func TestNoCache(t *testing.T) {
	steps := map[string]string{"toolchain": "install make", "script": "run sh gen.sh", "compile": "compile .", "export": "] program"}
	for _, stage := range []string{"toolchain", "script", "COMPILE", "export", "script,compile", "", "none at all"} {
		options := map[string]string{"no-cache": stage}
		if stage == "none at all" {
			options = nil
		}
		h := hear(t, options)
		for of, name := range steps {
			want := options != nil && (stage == "" || strings.Contains(","+strings.ToLower(stage)+",", ","+of+","))
			if got := h.step(t, name).meta.IgnoreCache; got != want {
				t.Errorf("%q: %s is built anew: %t, want %t", stage, of, got, want)
			}
		}
	}
}

// TestTestsAnew runs the tests anew with the caches that there are, which a step that
// ignores the cache has not.
func TestTestsAnew(t *testing.T) {
	made := map[string]bool{}
	for _, options := range []map[string]string{{"target": "test"}, {"target": "test", "no-cache": "test"}} {
		h := hear(t, options)
		for _, name := range []string{"go test", "compile for the builder"} {
			if h.step(t, name).meta.IgnoreCache {
				t.Errorf("%v: %s ignores the cache", options, name)
			}
		}
		for _, m := range h.step(t, "go test").op.Mounts {
			made[options["no-cache"]] = made[options["no-cache"]] || m.Dest == "/run/anew"
		}
	}
	if made[""] || !made["test"] {
		t.Errorf("got a mount of the build's own: %v", made)
	}
}

// TestCacheImports hands caches of both spellings on with every solve of ours; those by
// which the spec and the ignore rules are read have nothing to import.
func TestCacheImports(t *testing.T) {
	h := hear(t, map[string]string{"cache-imports": `[{"Type": "local", "Attrs": {"src": "/cache"}}]`, "cache-from": "example.com/cache"})
	with := 0
	for _, imports := range h.imports {
		if len(imports) == 2 && imports[0].Type == "local" && imports[1].Attrs["ref"] == "example.com/cache" {
			with++
		} else if len(imports) > 0 {
			t.Errorf("got %v", imports)
		}
	}
	if without := len(h.imports) - with; with < 3 || without > 3 {
		t.Errorf("got %d solves with the caches and %d without", with, without)
	}
}

// TestCompileApart compiles dependencies of Go in a step of their own where a cache carries
// them, or where whoever builds asks for it.
func TestCompileApart(t *testing.T) {
	for option, want := range map[string]bool{
		"cache-from": true, "build-arg:STAGEFRONT_COMPILE_APART": true, "build-arg:STAGEFRONT_TRACE": false,
	} {
		h := hearOf(t, "language: go\nentrypoint: .\n", map[string]string{option: "example.com/cache"})
		apart := false
		for name := range h.steps {
			apart = apart || strings.Contains(name, "compile what app imports")
		}
		if apart != want {
			t.Errorf("%s: there is a step: %t, want %t in %v", option, apart, want, slices.Collect(maps.Keys(h.steps)))
		}
	}
}

// TestLabelsGiven puts the labels of whoever builds over those of the spec.
func TestLabelsGiven(t *testing.T) {
	const given = `"org.opencontainers.image.revision":"abc","two":"given"}`
	for target, want := range map[string]string{"": `"Labels":{"one":"spec",` + given, "binary": `"Labels":{` + given, "test": `"Labels":{` + given} {
		g := gateway.New(t, "language: go\nlabels: {one: spec, two: spec}\n")
		g.Opts["label:two"], g.Opts["label:org.opencontainers.image.revision"], g.Opts["target"] = "given", "abc", target
		out, err := Build(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(out.Metadata["containerimage.config/linux/amd64"]); !strings.Contains(got, want) {
			t.Errorf("target %q: got %s, want %s", target, got, want)
		}
	}
}

// TestPlatformKeys answers for one platform without a list, and with one where a client
// asks for that.
func TestPlatformKeys(t *testing.T) {
	for asked, key := range map[string]string{"": "containerimage.config", "true": "containerimage.config/linux/arm64"} {
		g := gateway.New(t, "language: go\n")
		g.Opts["platform"], g.Opts["multi-platform"] = "linux/arm64", asked
		out, err := Build(t.Context(), g)
		if err != nil || len(out.Metadata[key]) == 0 {
			t.Errorf("%q: got %v and %v, want %s", asked, err, out, key)
		}
	}
}
