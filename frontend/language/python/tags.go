package python

import (
	"strconv"
	"strings"
)

// fits reports whether a wheel, by its file name, can be installed for a platform
// and a minor version of Python. What it takes for a wheel that fits, and the
// installer does not, is told when it is installed.
// https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
func (on wheelSet) fits(file, minor string) bool {
	parts := strings.Split(strings.TrimSuffix(file, ".whl"), "-")
	if len(parts) < 5 {
		return false
	}
	tags := parts[len(parts)-3:]
	for _, platform := range strings.Split(tags[2], ".") {
		if !on.loads(platform) {
			continue
		}
		for _, python := range strings.Split(tags[0], ".") {
			for _, abi := range strings.Split(tags[1], ".") {
				if imports(python, abi, minor) {
					return true
				}
			}
		}
	}
	return false
}

// loads reports whether a platform's C library and machine are those of a tag.
func (on wheelSet) loads(tag string) bool {
	if tag == "any" {
		return true
	}
	kernel, libc, _ := strings.Cut(on.name, "-")
	rest, ok := strings.CutSuffix(tag, "_"+kernel)
	switch {
	case !ok:
		return false
	case strings.HasPrefix(rest, "musllinux_"):
		return strings.HasSuffix(libc, "musl")
	case strings.HasSuffix(libc, "musl"):
		return rest == "linux"
	}
	have, known := strings.CutPrefix(libc, "manylinux_2_")
	if want, ok := strings.CutPrefix(rest, "manylinux_2_"); ok && known {
		return number(want) <= number(have)
	}
	return rest == "linux" || strings.HasPrefix(rest, "manylinux")
}

// imports reports whether a version of Python imports what is tagged for one.
func imports(python, abi, minor string) bool {
	ours := number(strings.TrimPrefix(minor, "3."))
	switch {
	case python == "py3":
		return abi == "none"
	case strings.HasPrefix(python, "py3"):
		return abi == "none" && number(python[3:]) <= ours
	case !strings.HasPrefix(python, "cp3"):
		return false
	case abi == "abi3":
		return number(python[3:]) <= ours
	}
	return number(python[3:]) == ours && (abi == "none" || abi == python)
}

// number returns a decimal number, a large one for what is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 1 << 30
	}
	return n
}

// locked is a package of a lock with its files.
type locked struct {
	name  string
	files []string // names; nil where the lock does not say them
}

// needsSource reports whether a package of the lock may have to be built from its
// source on a platform, because no wheel of it fits.
func (l *lockfile) needsSource(on wheelSet, minor string) bool {
	for _, p := range l.packages {
		source, wheel := p.files == nil, false
		for _, f := range p.files {
			source = source || isSource(f)
			wheel = wheel || strings.HasSuffix(f, ".whl") && on.fits(f, minor)
		}
		if source && !wheel {
			return true
		}
	}
	return l.open
}

// isSource reports whether a file is a source distribution by its name.
func isSource(file string) bool {
	for _, suffix := range []string{".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz"} {
		if strings.HasSuffix(file, suffix) {
			return true
		}
	}
	return false
}

// isArchive reports whether a path or a URL is one of a package's file.
func isArchive(name string) bool {
	name, _, _ = strings.Cut(name, "#")
	return strings.HasSuffix(name, ".whl") || isSource(name)
}
