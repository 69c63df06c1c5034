package daemon

import (
	"slices"
	"strings"
	"sync"

	"github.com/distribution/reference"
)

// taken is what was asked for by names that a context of whoever builds may have.
type taken struct {
	mu    sync.Mutex
	names []string
}

// ask notes that a name was asked for.
func (t *taken) ask(ref string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if name := contextName(ref); !slices.Contains(t.names, name) {
		t.names = append(t.names, name)
	}
}

// Untaken returns the names of contexts that whoever builds gave and that no image was
// asked for by, sorted, and those that images were asked for by. The frontend itself is one
// of them: the daemon has taken it.
func (d *Daemon) Untaken() (given, asked []string) {
	d.taken.mu.Lock()
	defer d.taken.mu.Unlock()
	asked = slices.Sorted(slices.Values(d.taken.names))
	options := d.Gateway.BuildOpts().Opts
	for key := range options {
		name, ok := strings.CutPrefix(key, "context:")
		if name, _, _ = strings.Cut(name, "::"); !ok || slices.Contains(given, name) { // a platform
			continue
		}
		// Another spelling of a name is none: BuildKit looks for the shortest.
		if !slices.Contains(asked, name) && name != contextName(options["source"]) {
			given = append(given, name)
		}
	}
	slices.Sort(given)
	return given, asked
}

// contextName returns a reference as contexts are named for it: as short as it can be.
func contextName(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return strings.TrimSuffix(reference.FamiliarString(named), ":latest")
}
