package language

import (
	"io/fs"
	"strings"
)

// OSRelease returns what an image says of its distribution, by the names of
// os-release: ID, VERSION_ID, PRETTY_NAME. It is empty where there is no such file.
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html
func OSRelease(image fs.FS) map[string]string {
	said := map[string]string{}
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		data, err := fs.ReadFile(image, name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				said[name] = strings.Trim(value, `"'`)
			}
		}
		return said
	}
	return said
}
