package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A daemon is a process that outlives the command that started it. Its file in
// .lab/run holds its identity, so that it is never mistaken for another process
// that later got the same number.
type daemon struct {
	name    string
	dir     string // that it works in
	pidFile string
	logFile string
}

func (l *Lab) daemon(name string) daemon {
	return daemon{name: name, dir: l.Root, pidFile: l.path("run", name+".pid"), logFile: l.path("logs", name+".log")}
}

// identity returns what tells the process pid apart from all others, ever: its
// number, its start time and the boot they belong to. It is "" when there is no
// such process, or when it has ended and only waits for its parent.
//
//	4711 1234567 3fa85f64-5717-4562-b3fc-2c963f66afa6
func identity(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	// The program's name is in parentheses and may hold anything; fields are
	// counted from behind it. State is the first, start time the twentieth.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return ""
	}
	return fmt.Sprintf("%d %s %s", pid, fields[19], strings.TrimSpace(string(boot)))
}

// pid returns the daemon's process id, or 0 when it does not run. A file that
// some earlier process left behind is no error.
func (d daemon) pid() int {
	data, err := os.ReadFile(d.pidFile)
	if err != nil {
		return 0
	}
	want := strings.TrimSpace(string(data))
	first, _, _ := strings.Cut(want, " ")
	pid, err := strconv.Atoi(first)
	if err != nil || pid <= 1 || identity(pid) != want {
		return 0
	}
	return pid
}

// start runs args detached from this process, its output in the daemon's log,
// and notes its identity.
func (d daemon) start(env []string, args ...string) error {
	log, err := os.OpenFile(d.logFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("starting %s: %w", d.name, err)
	}
	defer log.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", d.name, err)
	}
	id := identity(cmd.Process.Pid)
	if err := os.WriteFile(d.pidFile, []byte(id+"\n"), 0o644); err != nil {
		return errors.Join(fmt.Errorf("noting the process id of %s: %w", d.name, err), cmd.Process.Kill())
	}
	// Waiting reaps the process if it ends before this one does, so that pid
	// does not take a dead child for a daemon.
	go cmd.Wait()
	return nil
}

// waitReady returns when ready says so. It is an error when the daemon ends
// first or a minute passes; the error ends with the log's last lines.
func (d daemon) waitReady(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		if d.pid() == 0 {
			return fmt.Errorf("%s ended while starting%s", d.name, logTail(d.logFile))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after a minute: %w%s", d.name, err, logTail(d.logFile))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop ends the daemon, asking first, and tells whether there was one. It
// returns when the process is gone.
func (d daemon) stop() (stopped bool, err error) {
	defer func() {
		if err == nil {
			os.Remove(d.pidFile)
		}
	}()
	pid := d.pid()
	if pid == 0 {
		return false, nil
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return false, fmt.Errorf("stopping %s (process %d): %w", d.name, pid, err)
		}
		for range 200 {
			if d.pid() == 0 {
				return true, nil
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return false, fmt.Errorf("%s (process %d) does not end", d.name, pid)
}
