package llb

import (
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
)

// Resources returns the limits that whoever builds sets for every step, as far
// as the daemon knows them: the size of /dev/shm in bytes, ulimits, the parent
// cgroup, and shares of cpu and memory.
func Resources(caps apicaps.CapSet, shmSize int64, ulimits []*pb.Ulimit, cgroupParent string, limits *pb.LinuxResources) []llb.RunOption {
	var opts []llb.RunOption
	if shmSize > 0 && caps.Supports(pb.CapExecMountTmpfsSize) == nil {
		opts = append(opts, llb.AddMount("/dev/shm", llb.Scratch(), llb.Tmpfs(llb.TmpfsSize(shmSize))))
	}
	if caps.Supports(pb.CapExecMetaUlimit) == nil {
		for _, u := range ulimits {
			opts = append(opts, llb.AddUlimit(llb.UlimitName(u.Name), u.Soft, u.Hard))
		}
	}
	if cgroupParent != "" && caps.Supports(pb.CapExecMetaCgroupParent) == nil {
		opts = append(opts, llb.WithCgroupParent(cgroupParent))
	}
	if limits.SizeVT() > 0 && caps.Supports(pb.CapExecMetaLinuxResources) == nil {
		opts = append(opts, llb.WithLinuxResources(llb.LinuxResources{
			Memory: limits.Memory, MemorySwap: limits.MemorySwap,
			CPUShares: limits.CpuShares, CPUPeriod: limits.CpuPeriod, CPUQuota: limits.CpuQuota,
			CpusetCpus: limits.CpusetCpus, CpusetMems: limits.CpusetMems,
		}))
	}
	return opts
}
