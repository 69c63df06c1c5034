package python

import (
	"path"
	"slices"
)

// indexes returns the addresses that the project takes for its default index, in place of
// which whoever builds may have a mirror, and those that it names beside it.
func (m *manifest) indexes() (defaults, own []string) {
	add := func(isDefault bool, address string) {
		switch {
		case address == "":
		case isDefault:
			defaults = append(defaults, anonymous(address))
		default:
			own = append(own, anonymous(address))
		}
	}
	config, _ := m.toml(path.Join(m.dir, "uv.toml"))
	for _, i := range slices.Concat(m.pyproject.Get("tool", "uv", "index").List(), config.Get("index").List()) {
		add(i.Get("default").Text() == "true", i.Get("url").Text())
	}
	for _, s := range m.pyproject.Get("tool", "poetry", "source").List() {
		add(slices.Contains([]string{"", "primary", "default"}, s.Get("priority").Text()), s.Get("url").Text())
	}
	for n, s := range m.pipfile.Get("source").List() {
		add(n == 0, s.Get("url").Text())
	}
	return defaults, own
}
