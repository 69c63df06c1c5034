package llb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
)

// Toolchain returns the image that steps run in: the toolchain's with the
// packages that the plan adds.
func (s *Stages) Toolchain() llb.State {
	p := s.Plan.Packages
	if p == nil {
		return s.Image
	}
	all := strings.Join(slices.Concat(p.Names, p.Libraries), " ")
	opts := append(s.logged(RootLogDir, []string{"sh", "-euc", installScript, "install", p.Architecture}, p.Range),
		llb.AddMount(RootLogDir, llb.Scratch(), llb.ForceNoOutput),
		llb.AddEnv("TOOLS", strings.Join(p.Names, " ")),
		llb.AddEnv("PACKAGES", strings.Join(p.Libraries, " ")),
		llb.AddEnv("DEBIAN_FRONTEND", "noninteractive"),
		named(fmt.Sprintf("[%s %s] install %s", s.Plan.Language, s.Plan.Target, all)),
		// Not over the system's bundle: a package of it would replace it.
		caSecret("/run/secrets/ca-certificates.crt"),
		s.at(p.Range),
	)
	return s.Image.Run(append(opts, s.networked("toolchain")...)...).Root()
}

// installScript installs $TOOLS for the builder, and $PACKAGES for the
// architecture $1 where Debian builds them for several side by side
// (Multi-Arch: same), for the builder otherwise. What is no library is a tool.
// https://wiki.debian.org/Multiarch/Implementation
//
// Images made for Docker have apt keep no index of its lists, and remove *.bin: every
// command would make it anew, for more than a second.
const installScript = `
apt="-qq -o Dpkg::Use-Pty=0 -o Acquire::Languages=none -o Dir::Cache::pkgcache=packages.index -o Dir::Cache::srcpkgcache=sources.index"
if [ -s /run/secrets/ca-certificates.crt ]; then
	apt="$apt -o Acquire::https::CAInfo=/run/secrets/ca-certificates.crt"
fi
arch=$1
if [ -n "$PACKAGES" ]; then
	dpkg --add-architecture "$arch"
fi
apt-get $apt update
for p in $PACKAGES; do
	if apt-cache $apt show "$p" 2>/dev/null | grep -q '^Multi-Arch: same'; then
		p="$p:$arch"
	elif case "$p" in lib*-dev) true ;; *) false ;; esac && [ "$(apt-cache $apt policy "$p:$arch" | grep -c Candidate)" = 1 ]; then
		p="$p:$arch"
	fi
	TOOLS="$TOOLS $p"
done
apt-get $apt -y install --no-install-recommends $TOOLS
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/*.index /var/log/apt /var/log/dpkg.log
`

// Shipped returns what packages of the toolchain's distribution have for run time on
// the target, with those that they depend on, unpacked and not installed: below
// "libraries" what is for the target's machine, below "data" what is for all, a
// directory for each package. Packages with programs are tools, and are left out. Below
// "status.d" is what each says of itself.
func (s *Stages) Shipped(packages []string, architecture string) llb.State {
	opts := append(s.logged(LogDir, []string{"sh", "-euc", shipScript, "ship", architecture}, s.Plan.Spec.Build.Packages.Range()),
		llb.AddEnv("PACKAGES", strings.Join(packages, " ")),
		llb.ReadonlyRootFS(),
		llb.AddMount("/tmp", llb.Scratch(), llb.ForceNoOutput),
		named(fmt.Sprintf("[%s %s] unpack %s", s.Plan.Language, s.Plan.Target, strings.Join(packages, " "))),
		caSecret("/run/secrets/ca-certificates.crt"),
		s.at(s.Plan.Spec.Build.Packages.Range()),
	)
	return s.Image.Run(append(opts, s.networked("toolchain")...)...).AddMount("/shipped", llb.Scratch())
}

// shipScript unpacks $PACKAGES for the architecture $1. Where nothing is said to be
// installed, apt finds all that they need.
const shipScript = `
apt="-qq -o APT::Architecture=$1 -o APT::Architectures=$1 -o APT::Install-Recommends=0 -o APT::Sandbox::User=root
	-o Dir::State::status=/dev/null -o Dir::State::lists=/tmp/lists -o Dir::Cache=/tmp/cache
	-o Acquire::Languages=none -o Dir::Cache::pkgcache=packages.index -o Dir::Cache::srcpkgcache=sources.index"
if [ -s /run/secrets/ca-certificates.crt ]; then
	apt="$apt -o Acquire::https::CAInfo=/run/secrets/ca-certificates.crt"
fi
mkdir -p /tmp/lists/partial /tmp/cache/archives/partial /shipped/libraries /shipped/data /shipped/status.d
apt-get $apt update
wanted=
for p in $PACKAGES; do
	# A tool of the builder alone is not to be had for the target.
	shown=$(apt-cache $apt show "$p" 2>&1) || case "$shown" in *"No packages found"*) continue ;; *) echo "$shown" >&2 && exit 1 ;; esac
	if echo "$shown" | grep -qE '^(Multi-Arch: same|Architecture: all)$'; then
		wanted="$wanted $p"
	fi
done
[ -n "$wanted" ] || exit 0
apt-get $apt -y install --download-only $wanted
for deb in /tmp/cache/archives/*.deb; do
	to=/shipped/libraries
	[ "$(dpkg-deb -f "$deb" Architecture)" != all ] || to=/shipped/data
	name=$(dpkg-deb -f "$deb" Package)
	to=$to/$name
	dpkg-deb -f "$deb" >"/shipped/status.d/$name"
	dpkg-deb -x "$deb" "$to"
	cd "$to"
	for dir in lib lib64; do
		[ ! -d $dir ] || { mkdir -p usr/$dir; cp -a $dir/. usr/$dir; rm -r $dir; }
	done
	if [ -d bin ] || [ -d sbin ] || [ -d usr/bin ] || [ -d usr/sbin ]; then
		cd /
		rm -r "$to"
		continue
	fi
	rm -rf var usr/include usr/lib/pkgconfig usr/lib/*/pkgconfig usr/share/pkgconfig \
		usr/share/doc usr/share/doc-base usr/share/man usr/share/info usr/share/lintian usr/share/locale usr/share/bug
	find . -name '*.a' -delete
	find . -type d -empty -delete
	cd /
	[ -n "$(ls -A "$to")" ] || rmdir "$to"
done
`
