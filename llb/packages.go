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
	opts := []llb.RunOption{
		llb.Args([]string{"sh", "-euc", installScript, "install", p.Architecture}),
		llb.AddEnv("TOOLS", strings.Join(p.Names, " ")),
		llb.AddEnv("PACKAGES", strings.Join(p.Libraries, " ")),
		llb.AddEnv("DEBIAN_FRONTEND", "noninteractive"),
		named(fmt.Sprintf("[%s %s] install %s", s.Plan.Language, s.Plan.Target, all)),
		// Not over the system's bundle: a package of it would replace it.
		caSecret("/run/secrets/ca-certificates.crt"),
		s.at(p.Range),
	}
	return s.Image.Run(append(opts, s.networked("toolchain")...)...).Root()
}

// installScript installs $TOOLS for the builder, and $PACKAGES for the
// architecture $1 where Debian builds them for several side by side
// (Multi-Arch: same), for the builder otherwise. What is no library is a tool.
// https://wiki.debian.org/Multiarch/Implementation
const installScript = `
apt="apt-get -qq -y -o Dpkg::Use-Pty=0"
if [ -s /run/secrets/ca-certificates.crt ]; then
	apt="$apt -o Acquire::https::CAInfo=/run/secrets/ca-certificates.crt"
fi
arch=$1
if [ -n "$PACKAGES" ]; then
	dpkg --add-architecture "$arch"
fi
$apt update
for p in $PACKAGES; do
	if apt-cache show "$p" 2>/dev/null | grep -q '^Multi-Arch: same'; then
		p="$p:$arch"
	elif case "$p" in lib*-dev) true ;; *) false ;; esac && [ "$(apt-cache policy "$p:$arch" | grep -c Candidate)" = 1 ]; then
		p="$p:$arch"
	fi
	TOOLS="$TOOLS $p"
done
$apt install --no-install-recommends $TOOLS
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
`
