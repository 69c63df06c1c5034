package image

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/sys/user"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// The settings below are Docker's, so that what works here works there: the
// capabilities, the hidden files of /proc, the mounts. The network differs: it
// is the machine's, so that tests reach servers on loopback.
var (
	capabilities = []string{
		"CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID",
		"CAP_KILL", "CAP_MKNOD", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP",
		"CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
	}
	maskedPaths = []string{
		"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
		"/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
		"/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
	}
	readonlyPaths = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
	systemMounts  = []specs.Mount{
		{Destination: "/proc", Type: "proc", Source: "proc", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/dev", Type: "tmpfs", Source: "tmpfs", Options: []string{"nosuid", "strictatime", "mode=755", "size=65536k"}},
		{Destination: "/dev/pts", Type: "devpts", Source: "devpts", Options: []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
		{Destination: "/dev/shm", Type: "tmpfs", Source: "shm", Options: []string{"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
		{Destination: "/dev/mqueue", Type: "mqueue", Source: "mqueue", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/sys", Type: "sysfs", Source: "sysfs", Options: []string{"nosuid", "noexec", "nodev", "ro"}},
	}
)

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// spec returns what runc is told. HOME, when the image does not set it, is
// runc's to find in the image's passwd, as under Docker.
func (i *Image) spec(rootfs string, opts RunOptions) (*specs.Spec, error) {
	config := i.Config.Config
	args := commandLine(config.Entrypoint, config.Cmd, opts)
	if len(args) == 0 {
		return nil, errors.New("no command: the image has neither entrypoint nor cmd")
	}
	who, err := i.findUser(cmp.Or(opts.User, config.User))
	if err != nil {
		return nil, err
	}
	return &specs.Spec{
		Version:  "1.0.2",
		Hostname: "stagefront",
		Root:     &specs.Root{Path: rootfs, Readonly: opts.ReadOnly},
		Mounts:   mounts(opts.Mounts),
		Process: &specs.Process{
			Args:         args,
			Env:          environment([]string{defaultPath, "HOSTNAME=stagefront"}, config.Env, opts.Env),
			Cwd:          cmp.Or(opts.WorkingDir, config.WorkingDir, "/"),
			User:         who,
			Capabilities: grants(who),
		},
		Linux: &specs.Linux{
			Namespaces:    []specs.LinuxNamespace{{Type: specs.PIDNamespace}, {Type: specs.IPCNamespace}, {Type: specs.UTSNamespace}, {Type: specs.MountNamespace}},
			MaskedPaths:   maskedPaths,
			ReadonlyPaths: readonlyPaths,
		},
	}, nil
}

// commandLine returns the container's argument list, as Docker composes it.
func commandLine(entrypoint, cmd []string, opts RunOptions) []string {
	if opts.Entrypoint != nil {
		entrypoint, cmd = opts.Entrypoint, nil
	}
	if opts.Args != nil {
		cmd = opts.Args
	}
	return append(append([]string{}, entrypoint...), cmd...)
}

// environment merges lists of NAME=value; a later value takes the place of an
// earlier one.
func environment(lists ...[]string) []string {
	var env []string
	at := map[string]int{}
	for _, list := range lists {
		for _, v := range list {
			name, _, _ := strings.Cut(v, "=")
			if n, ok := at[name]; ok {
				env[n] = v
				continue
			}
			at[name] = len(env)
			env = append(env, v)
		}
	}
	return env
}

// findUser resolves USER or USER:GROUP, numbers or names of the image's own.
func (i *Image) findUser(name string) (specs.User, error) {
	passwd, _ := i.ReadFile("/etc/passwd") // an image may lack either: then numbers do
	group, _ := i.ReadFile("/etc/group")
	u, err := user.GetExecUser(name, nil, bytes.NewReader(passwd), bytes.NewReader(group))
	if err != nil {
		return specs.User{}, fmt.Errorf("finding user %q in the image: %w", name, err)
	}
	who := specs.User{UID: uint32(u.Uid), GID: uint32(u.Gid)}
	for _, gid := range u.Sgids {
		who.AdditionalGids = append(who.AdditionalGids, uint32(gid))
	}
	return who, nil
}

// grants returns the capabilities: a user other than root may only have what a
// setuid program would give, as after any exec.
func grants(who specs.User) *specs.LinuxCapabilities {
	if who.UID != 0 {
		return &specs.LinuxCapabilities{Bounding: capabilities}
	}
	return &specs.LinuxCapabilities{Bounding: capabilities, Effective: capabilities, Permitted: capabilities}
}

// mounts returns the system's mounts, the machine's names of hosts, and extra.
func mounts(extra []Mount) []specs.Mount {
	all := append([]specs.Mount{}, systemMounts...)
	for _, file := range []string{"/etc/resolv.conf", "/etc/hosts"} {
		if _, err := os.Stat(file); err == nil {
			extra = append([]Mount{{Source: file, Target: file, ReadOnly: true}}, extra...)
		}
	}
	for _, m := range extra {
		options := []string{"rbind", "rw"}
		if m.ReadOnly {
			options = []string{"rbind", "ro"}
		}
		all = append(all, specs.Mount{Destination: m.Target, Type: "bind", Source: m.Source, Options: options})
	}
	return all
}
