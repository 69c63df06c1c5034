package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestForeignRoot proves that a root of which nothing ran has what the machine's
// own has: the same files with the same modes and owners, apart from those that
// are named for an architecture and those that say what a script has seen.
func TestForeignRoot(t *testing.T) {
	own := rootFiles(t, "linux/"+nativeArch, nativeArch)
	foreign := rootFiles(t, "linux/"+foreignArch(), foreignArch())
	var differ []string
	for name, f := range own {
		if foreign[name] != f {
			differ = append(differ, fmt.Sprintf("%s: own %q, foreign %q", name, f, foreign[name]))
		}
	}
	for name, f := range foreign {
		if own[name] == "" {
			differ = append(differ, fmt.Sprintf("%s: own none, foreign %q", name, f))
		}
	}
	slices.Sort(differ)
	if len(differ) > 0 {
		t.Errorf("%d files differ:\n%s", len(differ), strings.Join(differ, "\n"))
	}
}

// rootFiles returns the mode, owner and link of the files of a root with some
// packages, by names without an architecture in them.
func rootFiles(t *testing.T, platform, arch string) map[string]string {
	t.Helper()
	files, err := openBase(t, "index.docker.io", "library/python:3.11-slim-trixie", platform).Files()
	if err != nil {
		t.Fatal(err)
	}
	neutral := strings.NewReplacer(triplets[arch], "TRIPLET", ":"+arch, ":ARCH")
	found := map[string]string{}
	for name, f := range files {
		if !ofMachine.MatchString(name) {
			found[neutral.Replace(name)] = fmt.Sprintf("%v %d:%d %s", f.Mode, f.UID, f.GID, neutral.Replace(f.Linkname))
		}
	}
	return found
}

// ofMachine are the loader, other names of the architecture, what one alone has,
// dpkg's notes of its last run, and directories that a slim image has emptied.
var ofMachine = regexp.MustCompile(`^/$|/ld-linux|/ld\.so$|^(/usr)?/lib64|^/usr/bin/(i386|x86_64|aarch64)$|/padlock\.so$` +
	`|^/var/lib/dpkg/(arch|arch-native|status-old|lock.*)$|^/usr/share/(doc|man|locale|lintian|info)(/|$)`)

// TestForeignRootRuns proves that the unpacked root works as one that was
// installed: users, the loader, alternatives, certificates, time zones, and a
// package database that dpkg finds no fault with.
func TestForeignRootRuns(t *testing.T) {
	const script = `id -un; getent passwd _apt | cut -d: -f1; awk 'BEGIN { print "awk" }'; ldconfig -p | grep -c libssl.so.3
grep -c BEGIN /etc/ssl/certs/ca-certificates.crt | grep -qv '^0$' && TZ=Europe/Riga date -d @0 +%Z
dpkg --audit; dpkg-query -W -f '${Status}\n' libc6; apt-get --version | head -c 4; python3 -c 'import ssl, sqlite3; print("", ssl.OPENSSL_VERSION[:7])'
`
	const want = "root\n_apt\nawk\n1\nMSK\ninstall ok installed\napt  OpenSSL\n"
	for _, platform := range bothPlatforms {
		i := openBase(t, "index.docker.io", "library/python:3.11-slim-trixie", platform)
		got, err := i.Run(t.Context(), image.RunOptions{Args: []string{"sh", "-euc", script}})
		if err != nil || got.Stdout != want {
			t.Errorf("%s: got %+v, %v, want %q", platform, got, err, want)
		}
	}
}
