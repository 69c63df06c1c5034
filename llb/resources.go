package llb

import (
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
)

// Limits are what whoever builds lets every step have.
type Limits struct {
	ShmSize      int64 // of /dev/shm, in bytes
	Ulimits      []*pb.Ulimit
	CgroupParent string
	Shares       *pb.LinuxResources // of cpu and memory; may be nil
}

// limit is one of the limits: the flag that sets it, and what a daemon must know for it.
type limit struct {
	flag string
	set  bool
	cap  apicaps.CapID
	opts func() []llb.RunOption
}

func (l Limits) all() []limit {
	return []limit{
		{"--shm-size", l.ShmSize > 0, pb.CapExecMountTmpfsSize, l.shm},
		{"--ulimit", len(l.Ulimits) > 0, pb.CapExecMetaUlimit, l.ulimits},
		{"--cgroup-parent", l.CgroupParent != "", pb.CapExecMetaCgroupParent, l.cgroup},
		{"--memory, --cpu-shares and their like", l.Shares.SizeVT() > 0, pb.CapExecMetaLinuxResources, l.shares},
	}
}

// Resources returns the limits of every step, as far as the daemon knows them.
func Resources(caps apicaps.CapSet, limits Limits) (opts []llb.RunOption) {
	for _, l := range limits.all() {
		if l.set && caps.Supports(l.cap) == nil {
			opts = append(opts, l.opts()...)
		}
	}
	return opts
}

// Unlimited returns the flags of the limits that the daemon does not know.
func Unlimited(caps apicaps.CapSet, limits Limits) (flags []string) {
	for _, l := range limits.all() {
		if l.set && caps.Supports(l.cap) != nil {
			flags = append(flags, l.flag)
		}
	}
	return flags
}

func (l Limits) shm() []llb.RunOption {
	return []llb.RunOption{llb.AddMount("/dev/shm", llb.Scratch(), llb.Tmpfs(llb.TmpfsSize(l.ShmSize)))}
}

func (l Limits) ulimits() (opts []llb.RunOption) {
	for _, u := range l.Ulimits {
		opts = append(opts, llb.AddUlimit(llb.UlimitName(u.Name), u.Soft, u.Hard))
	}
	return opts
}

func (l Limits) cgroup() []llb.RunOption {
	return []llb.RunOption{llb.WithCgroupParent(l.CgroupParent)}
}

func (l Limits) shares() []llb.RunOption {
	s := l.Shares
	return []llb.RunOption{llb.WithLinuxResources(llb.LinuxResources{
		Memory: s.Memory, MemorySwap: s.MemorySwap,
		CPUShares: s.CpuShares, CPUPeriod: s.CpuPeriod, CPUQuota: s.CpuQuota,
		CpusetCpus: s.CpusetCpus, CpusetMems: s.CpusetMems,
	})}
}
