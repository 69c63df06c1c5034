package llb

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	digest "github.com/opencontainers/go-digest"

	"github.com/stagefront/stagefront/frontend/language/golang"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// baseImage is a runtime that says as much as one can.
const baseImage = `{
	"architecture": "arm64", "os": "linux", "os.version": "13", "os.features": ["a"], "created": "2020-01-01T00:00:00Z",
	"config": {
		"User": "web", "WorkingDir": "/srv", "Env": ["PATH=/bin", "A=b=c", "EMPTY="],
		"Entrypoint": ["/bin/base"], "Cmd": ["serve"], "StopSignal": "SIGQUIT", "ExposedPorts": {"1/tcp": {}},
		"Labels": {"base": "base", "base-own": "base", "base-given": "base", "all": "base"},
		"Healthcheck": {"Test": ["CMD", "/bin/check"]}
	},
	"rootfs": {"type": "layers", "diff_ids": ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]},
	"history": [{"created_by": "base"}]
}`

func parsed(t *testing.T, config string) *dockerspec.DockerOCIImage {
	t.Helper()
	img, err := ParseImage([]byte(config))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// stages are those of a plan for arm that is stamped with a time.
func stages() *Stages {
	return &Stages{
		Plan:    &plan.Plan{Language: &golang.Language, Target: spec.Platform{OS: "linux", Architecture: "arm", Variant: "v6"}},
		Options: Options{Epoch: time.Unix(1, 0).UTC()},
	}
}

// TestImageConfig takes a system, variables, labels and history of the base, and
// nothing that it runs.
func TestImageConfig(t *testing.T) {
	export := &plan.Export{
		Layers: []plan.Layer{{Name: "files"}, {Name: "program"}},
		Config: plan.Config{
			Entrypoint: []string{"/app"}, Env: spec.Vars{{Name: "A", Value: "b"}}, Workdir: "/app", User: "65532:65532",
			Ports: []string{"80/tcp"}, Volumes: []string{"/data"},
			Labels:      spec.Vars{{Name: "base-own", Value: "own"}, {Name: "own-given", Value: "own"}, {Name: "own", Value: "own"}, {Name: "all", Value: "own"}},
			Healthcheck: &plan.Healthcheck{Test: []string{"CMD", "/probe"}, Interval: time.Second, Timeout: 2, StartPeriod: 3, StartInterval: 4, Retries: 5},
		},
	}
	given := map[string]string{"base-given": "given", "own-given": "given", "given": "given", "all": "given"}
	base := parsed(t, baseImage)
	img := stages().ImageConfig(export, base, given)
	got, err := json.Marshal(img)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"created":"1970-01-01T00:00:01Z","architecture":"arm","os":"linux","os.version":"13","os.features":["a"],"variant":"v6",` +
		`"rootfs":{"type":"layers","diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]},` +
		`"history":[{"created_by":"base"},` +
		`{"created":"1970-01-01T00:00:01Z","created_by":"go: files","comment":"stagefront.v0"},` +
		`{"created":"1970-01-01T00:00:01Z","created_by":"go: program","comment":"stagefront.v0"}],` +
		`"config":{"User":"65532:65532","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],"Entrypoint":["/app"],"Volumes":{"/data":{}},"WorkingDir":"/app",` +
		`"Labels":{"all":"given","base":"base","base-given":"given","base-own":"own","given":"given","own":"own","own-given":"given"},` +
		`"Healthcheck":{"Test":["CMD","/probe"],"Interval":1000000000,"Timeout":2,"StartPeriod":3,"StartInterval":4,"Retries":5}}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(base.History) != 1 || base.Config.Labels["all"] != "base" {
		t.Errorf("the base was changed: %+v", base)
	}
}

// TestImageConfigOfNothing has no keys that nothing was said for.
func TestImageConfigOfNothing(t *testing.T) {
	for name, img := range map[string]*dockerspec.DockerOCIImage{
		"an export on scratch": stages().ImageConfig(&plan.Export{}, nil, nil),
		"a result":             stages().BareConfig(spec.Platform{OS: "linux", Architecture: "arm", Variant: "v6"}, nil),
	} {
		got, err := json.Marshal(img)
		if want := `{"created":"1970-01-01T00:00:01Z","architecture":"arm","os":"linux","variant":"v6","rootfs":{"type":"layers","diff_ids":null},"config":{}}`; err != nil || string(got) != want {
			t.Errorf("%s: got  %s, %v\nwant %s", name, got, err, want)
		}
	}
}

func TestBase(t *testing.T) {
	got := Base(parsed(t, baseImage))
	env := spec.Vars{{Name: "PATH", Value: "/bin"}, {Name: "A", Value: "b=c"}, {Name: "EMPTY"}}
	if got.User != "web" || got.Workdir != "/srv" || got.FS != nil || !slices.Equal(got.Env, env) {
		t.Errorf("got %+v", got)
	}
	if got := Base(nil); got.User != "" || got.Workdir != "" || got.Env != nil {
		t.Errorf("got %+v of no image", got)
	}
	if img, err := ParseImage([]byte("{")); err == nil {
		t.Errorf("got %+v of no JSON", img)
	}
}

func TestEpoch(t *testing.T) {
	for value, want := range map[string]int64{"": 0, "0": 0, "1700000000": 1700000000, "253402300799": 253402300799} {
		if got, err := Epoch(value); err != nil || got.Unix() != want || got.Location() != time.UTC {
			t.Errorf("%q: got %v, %v, want %d", value, got, err, want)
		}
	}
	for _, value := range []string{"yesterday", "1.5", " 1", "0x10", "2026-01-01", "99999999999999999999", "-1", "253402300800"} {
		want := `got SOURCE_DATE_EPOCH "` + value + `", want "context", or seconds since 1970 before the year 10000`
		if got, err := Epoch(value); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, %v", value, got, err)
		}
	}
}

// TestResources sets every limit, on a daemon that knows all and on one that knows none.
func TestResources(t *testing.T) {
	ulimits := []*pb.Ulimit{{Name: "nofile", Soft: 1, Hard: 2}}
	limits := &pb.LinuxResources{Memory: 3, MemorySwap: 4, CpuShares: 5, CpuPeriod: 6, CpuQuota: 7, CpusetCpus: "0", CpusetMems: "1"}
	for _, knows := range []bool{true, false} {
		caps := pb.Caps.CapSet(nil)
		if knows {
			caps = pb.Caps.CapSet(pb.Caps.All())
		}
		all := Limits{ShmSize: 64 << 20, Ulimits: ulimits, CgroupParent: "/builds", Shares: limits}
		exec, meta := ran(t, Resources(caps, all))
		shm := slices.ContainsFunc(exec.Mounts, func(m *pb.Mount) bool {
			return m.Dest == "/dev/shm" && m.MountType == pb.MountType_TMPFS && m.TmpfsOpt.Size == 64<<20
		})
		limited := len(exec.Meta.Ulimit) == 1 && exec.Meta.Ulimit[0].String() == ulimits[0].String()
		if shm != knows || limited != knows || (exec.Meta.CgroupParent == "/builds") != knows {
			t.Errorf("a daemon that knows them: %t: got the step %v", knows, exec)
		}
		if got := meta.LinuxResources; (got.String() == limits.String()) != knows {
			t.Errorf("a daemon that knows them: %t: got the resources %v, want %v", knows, got, limits)
		}
		if lacks := len(Unlimited(caps, all)); (lacks == 0) != knows || !knows && lacks != len(all.all()) {
			t.Errorf("a daemon that knows them: %t: %d limits are told to be none", knows, lacks)
		}
	}
}

// TestNoResources sets none where none is asked for.
func TestNoResources(t *testing.T) {
	for _, limits := range []*pb.LinuxResources{nil, {}} {
		if got := Resources(pb.Caps.CapSet(pb.Caps.All()), Limits{Shares: limits}); len(got) != 0 {
			t.Errorf("%v: got %d options", limits, len(got))
		}
	}
}

// ran returns a step with some options, and what the daemon is told of it besides.
func ran(t *testing.T, opts []llb.RunOption) (*pb.ExecOp, llb.OpMetadata) {
	t.Helper()
	def := marshal(t, llb.Scratch().Run(append(opts, llb.Args([]string{"true"}))...).Root())
	for _, data := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		if exec := op.GetExec(); exec != nil {
			return exec, def.Metadata[digest.FromBytes(data)]
		}
	}
	t.Fatal("there is no step")
	return nil, llb.OpMetadata{}
}
