package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// A hostTool is a program that the machine must have, and the distribution's
// packages that bring it.
type hostTool struct {
	program  string
	packages []string
}

// The programs of the machine that the lab runs. Only what a run needs is
// looked for, so a machine that has it all needs neither apt nor a network.
var (
	runc       = hostTool{"runc", []string{"runc"}}
	mmdebstrap = hostTool{"mmdebstrap", []string{"mmdebstrap"}}
)

// testTools are the programs that tests run and the lab itself does not need to
// come up.
var testTools = []hostTool{mvn, {"node", []string{"nodejs"}}, {"pip3", []string{"python3-pip"}}}

// caBundles are the places where distributions keep the machine's certificates.
var caBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

// caBundle returns the file that this machine's programs trust, private
// authorities included, or "" when there is none.
func caBundle() string {
	return firstFile(append([]string{os.Getenv("SSL_CERT_FILE")}, caBundles...)...)
}

// requireRoot is the first thing up says on a machine where nothing could work.
func requireRoot() error {
	if os.Getuid() != 0 {
		return errors.New("the lab runs buildkitd and runc as root; run it as root (sudo make lab)")
	}
	return nil
}

// ensure installs the packages of the tools that are missing.
func (l *Lab) ensure(ctx context.Context, tools ...hostTool) error {
	return l.aptInstall(ctx, missing(tools...))
}

// missing returns the packages of those tools that the machine does not have.
func missing(tools ...hostTool) []string {
	var packages []string
	for _, t := range tools {
		if _, err := lookPath(t.program); err != nil {
			packages = append(packages, t.packages...)
		}
	}
	return packages
}

// ensureMachine makes the machine one that can build and run images: it installs
// what is missing, all at once, and lets the kernel emulate. Stand-ins need more,
// where the frontend's base image is not to be had.
func (l *Lab) ensureMachine(ctx context.Context) error {
	tools := []hostTool{runc}
	if l.frontendBaseSilent(ctx) {
		tools = append(tools, mmdebstrap)
	}
	packages := append(missing(tools...), missingEmulation()...)
	if caBundle() == "" {
		packages = append(packages, "ca-certificates")
	}
	if err := l.aptInstall(ctx, packages); err != nil {
		return err
	}
	return l.ensureEmulation(ctx)
}

// lookPath is exec.LookPath that also looks in the system's directories, which
// the PATH of a plain user's shell lacks.
func lookPath(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if path := filepath.Join(dir, program); isFile(path) {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// aptInstall installs packages; it does nothing for none.
func (l *Lab) aptInstall(ctx context.Context, packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	if _, err := lookPath("apt-get"); err != nil {
		return fmt.Errorf("%s missing, and there is no apt-get here to install it; install it by hand", strings.Join(packages, ", "))
	}
	if err := requireRoot(); err != nil {
		return fmt.Errorf("%s missing: %w", strings.Join(packages, ", "), err)
	}
	unlock, err := lockFile(filepath.Join(l.Cache, "apt.lock"), nil)
	if err != nil {
		return err
	}
	defer unlock()
	l.host.Lock()
	defer l.host.Unlock()
	return l.step("installing "+strings.Join(packages, " "), func(log io.Writer) error {
		env := []string{"DEBIAN_FRONTEND=noninteractive"}
		if !l.aptUpdated {
			if err := (proc{args: []string{"apt-get", "update"}, env: env}).run(ctx, log); err != nil {
				return err
			}
			l.aptUpdated = true
		}
		// Another installation, such as a machine's unattended one, ends sooner or later.
		args := append([]string{"apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"}, packages...)
		return proc{args: args, env: env}.run(ctx, log)
	})
}

const binfmtDir = "/proc/sys/fs/binfmt_misc"

// foreignArch returns the architecture that this machine does not run by
// itself, of the two that the lab runs images for.
func foreignArch() string {
	if runtime.GOARCH == "arm64" {
		return "amd64"
	}
	return "arm64"
}

// emulator returns the name under which the kernel knows the emulator of arch.
func emulator(arch string) string {
	if arch == "amd64" {
		return "qemu-x86_64"
	}
	return "qemu-aarch64"
}

// ensureEmulation lets the kernel run programs of the foreign architecture.
// buildkitd looks at that once, when it starts, so this comes before.
func (l *Lab) ensureEmulation(ctx context.Context) error {
	name := emulator(foreignArch())
	if emulates(name) {
		return nil
	}
	if err := requireRoot(); err != nil {
		return fmt.Errorf("no emulation of linux/%s: %w", foreignArch(), err)
	}
	if err := l.aptInstall(ctx, missingEmulation()); err != nil {
		return err
	}
	if emulates(name) {
		return nil
	}
	return l.step("enabling "+name, func(log io.Writer) error {
		if !isFile(filepath.Join(binfmtDir, "status")) {
			if err := syscall.Mount("binfmt_misc", binfmtDir, "binfmt_misc", 0, ""); err != nil {
				return fmt.Errorf("mounting %s: %w", binfmtDir, err)
			}
		}
		if err := (proc{args: []string{"update-binfmts", "--enable", name}}).run(ctx, log); err != nil {
			return err
		}
		if !emulates(name) {
			return fmt.Errorf("%s is still not enabled in %s", name, binfmtDir)
		}
		return nil
	})
}

// missingEmulation returns the packages that emulation needs and the machine
// does not have.
func missingEmulation() []string {
	name := emulator(foreignArch())
	if _, err := lookPath("update-binfmts"); emulates(name) || err == nil && isQemuInstalled(name) {
		return nil
	}
	return []string{"qemu-user-static", "binfmt-support"}
}

func isQemuInstalled(name string) bool {
	if _, err := lookPath(name + "-static"); err == nil {
		return true
	}
	_, err := lookPath(name)
	return err == nil
}

// emulates tells whether the kernel runs programs through the emulator name in
// containers too: flag F means that the kernel opened the emulator when it was
// registered, so a root filesystem without it does not matter.
func emulates(name string) bool {
	data, err := os.ReadFile(filepath.Join(binfmtDir, name))
	if err != nil || !strings.HasPrefix(string(data), "enabled") {
		return false
	}
	for line := range strings.Lines(string(data)) {
		if flags, ok := strings.CutPrefix(line, "flags: "); ok {
			return strings.Contains(flags, "F")
		}
	}
	return false
}

// unmountBelow undoes the mounts that a killed buildkitd left below dir, which
// would keep it from being removed or used again.
func unmountBelow(dir string) error {
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("listing mounts: %w", err)
	}
	for _, target := range mountsBelow(string(data), dir) {
		if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
			return fmt.Errorf("unmounting %s: %w", target, err)
		}
	}
	return nil
}

// mountsBelow returns the mount points below dir in a table like
// /proc/self/mountinfo, the last mounted first.
func mountsBelow(table, dir string) []string {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var targets []string
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if target := unescape.Replace(fields[4]); strings.HasPrefix(target, dir+"/") {
			targets = append(targets, target)
		}
	}
	slices.Reverse(targets)
	return targets
}
