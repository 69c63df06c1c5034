package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// spares are the daemons beside the lab's own, which have the registry alone in common with
// it and begin with nothing: a second one, and one without root as Kubernetes runs it.
var spares = []buildkitd{
	{name: "second", data: "second"},
	{name: "rootless", data: "rootless", rootless: true},
}

// startSpare starts a spare daemon and prints where it listens.
func (l *Lab) startSpare(ctx context.Context, b buildkitd) error {
	if b.rootless {
		if err := l.ensure(ctx, rootlesskit); err != nil {
			return err
		}
	}
	if err := l.startBuildkitd(ctx, b); err != nil {
		return err
	}
	fmt.Fprintf(l.out, "unix://%s\n", l.socket(b))
	return nil
}

// removeSpare stops a spare daemon and removes all that it has.
func (l *Lab) removeSpare(b buildkitd) error {
	stopped, err := l.daemon(b.name).stop()
	if err != nil {
		return err
	}
	if stopped {
		fmt.Fprintf(l.out, "stopped %s\n", b.name)
	}
	if err := unmountBelow(l.path(b.data)); err != nil {
		return err
	}
	return os.RemoveAll(l.path(b.data))
}

// rootlesskit makes a user root of a namespace of its own. The package brings what
// gives the user ids to have there, too.
var rootlesskit = hostTool{"rootlesskit", []string{"rootlesskit"}}

// rootlessHome is where a rootless daemon finds its directory: it may not look into
// those above a checkout. It is mounted there for the daemon alone.
const rootlessHome = "/mnt"

// runRootless starts a daemon as a user that the machine need not have. In its view of
// the machine the directory $1, with the program $2 and the configuration $3, is at
// rootlessHome, and the users are those of $1/etc. As in a pod, whose runtime hides
// parts of /proc, steps get no view of processes of their own.
const runRootless = `set -e
touch "$1/buildkitd" "$1/buildkitd.toml"
mount --bind "$2" "$1/buildkitd"
mount --bind "$3" "$1/buildkitd.toml"
mount --rbind "$1" /mnt
for file in passwd subuid subgid; do mount --bind "$1/etc/$file" "/etc/$file"; done
exec setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/mnt XDG_RUNTIME_DIR=/mnt \
	rootlesskit --state-dir=/mnt/rootlesskit /mnt/buildkitd --config=/mnt/buildkitd.toml --oci-worker-no-process-sandbox
`

// rootless makes the directory of a rootless daemon, with its socket as link, and returns
// the command that starts it.
func (l *Lab) rootless(b buildkitd, program, config, link string) ([]string, error) {
	home := l.path(b.data)
	users := map[string]string{
		"passwd": "root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/mnt:/bin/sh\n",
		"subuid": "user:100000:65536\n",
		"subgid": "user:100000:65536\n",
	}
	if err := os.MkdirAll(filepath.Join(home, "etc"), 0o755); err != nil {
		return nil, err
	}
	for file, content := range users {
		if err := os.WriteFile(filepath.Join(home, "etc", file), []byte(content), 0o644); err != nil {
			return nil, err
		}
	}
	err := errors.Join(os.Chown(home, 1000, 1000), os.Symlink(filepath.Join(home, "buildkitd.sock"), link))
	return []string{"unshare", "--mount", "--propagation=private", "sh", "-c", runRootless, "sh", home, program, config}, err
}
