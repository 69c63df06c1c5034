package rust

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/toml"
)

// config is what the project's .cargo/config.toml say, the nearest first.
// https://doc.rust-lang.org/cargo/reference/config.html
type config struct{ files []*configFile }

// configFile is one of them. Relative paths in it start where its directory is.
type configFile struct {
	base string // the directory that .cargo is in
	file string
	root *toml.Value
}

// configOf returns the configuration that cargo finds from a directory upwards.
func configOf(p *language.Project, dir string) (*config, diag.List) {
	return language.Once(p.Memo, dir, func() (*config, diag.List) { return readConfig(p.FS, dir) })
}

func readConfig(fsys fs.FS, dir string) (*config, diag.List) {
	c := &config{}
	var diags diag.List
	for up := range language.Parents(dir) {
		there, _ := fs.ReadDir(fsys, path.Join(up, ".cargo")) // mostly there is none
		read := false
		for _, e := range there {
			file := path.Join(up, ".cargo", e.Name())
			switch e.Name() {
			case "config", "config.toml":
				if read {
					continue // cargo reads the one without an ending where both are there
				}
				before := len(c.files)
				diags.Add(c.read(fsys, file))
				read = len(c.files) > before
			case "credentials", "credentials.toml":
				diags.Add(brought(fsys, file))
			}
		}
	}
	return c, diags
}

// read reads a file, and then those that it includes: the last one counts before others.
// Whether one must be there is cargo's to say.
// https://doc.rust-lang.org/cargo/reference/config.html#including-extra-configuration-files
func (c *config) read(fsys fs.FS, file string) (diags diag.List) {
	if slices.Contains(c.names(), file) || !fs.ValidPath(file) {
		return nil
	}
	root, _, diags := toml.Read(fsys, file)
	if root == nil {
		return diags
	}
	c.files = append(c.files, &configFile{path.Dir(path.Dir(file)), file, root})
	for _, v := range slices.Backward(root.Get("include").List()) {
		name := v.Text()
		if v.Table != nil {
			name = v.Get("path").Text()
		}
		diags.Add(c.read(fsys, path.Join(path.Dir(file), name)))
	}
	return diags
}

// names returns the paths of the files.
func (c *config) names() (files []string) {
	for _, f := range c.files {
		files = append(files, f.file)
	}
	return files
}

// get returns a value of the nearest file that has it.
func (c *config) get(keys ...string) *toml.Value {
	for _, f := range c.files {
		if v := f.root.Get(keys...); v != nil {
			return v
		}
	}
	return nil
}

// profiles returns the names of profiles that the configuration makes.
func (c *config) profiles() (names []string) {
	for _, f := range c.files {
		names = append(names, f.root.Get("profile").Names()...)
	}
	return names
}

// vendored returns the directory that has the default registry's packages, "" where
// they are downloaded.
// https://doc.rust-lang.org/cargo/reference/source-replacement.html
func (c *config) vendored() string {
	name := "crates-io"
	for range 8 {
		for _, f := range c.files {
			if d := f.root.Get("source", name, "directory"); d != nil {
				return path.Join(f.base, d.Text())
			}
		}
		next := c.get("source", name, "replace-with").Text()
		if next == "" {
			return ""
		}
		name = next
	}
	return ""
}

// fetching returns what of the configuration says where packages come from, as a file of
// its own. Fetch reads it in place of the project's: it has the network and secrets,
// and the project's may name programs to be run.
func (c *config) fetching() string {
	var out strings.Builder
	seen := map[string]bool{}
	for _, f := range c.files {
		for _, t := range data {
			for _, name := range f.root.Get(t.table).Names() {
				f.write(&out, seen, []string{t.table, name}, t.keys)
			}
		}
		for _, t := range single {
			f.write(&out, seen, t.path, t.keys)
		}
	}
	return out.String()
}

// data and single are the tables of the configuration that say where packages come
// from and how long cargo waits for them, with the keys that are data: for each name,
// and once. The values of counts are numbers.
var (
	data = []struct {
		table string
		keys  []string
	}{
		{"registries", []string{"index", "protocol"}},
		{"source", []string{"replace-with", "directory", "registry", "local-registry", "git", "branch", "tag", "rev"}},
	}
	single = []struct{ path, keys []string }{
		{[]string{"registry"}, []string{"default"}},
		{[]string{"net", "ssh"}, []string{"known-hosts"}},
		{[]string{"net"}, []string{"retry"}},
		{[]string{"http"}, []string{"timeout", "low-speed-limit"}},
	}
	counts = []string{"retry", "timeout", "low-speed-limit"}
)

// write writes some keys of a table, as the first file that has the table says them.
func (f *configFile) write(out *strings.Builder, seen map[string]bool, table, keys []string) {
	header := quoted(table...)
	v := f.root.Get(table...)
	if v == nil || seen[header] {
		return
	}
	var lines []string
	for _, key := range keys {
		if text := f.value(key, v.Get(key)); text != "" {
			lines = append(lines, key+" = "+text)
		}
	}
	if len(lines) > 0 {
		seen[header] = true
		fmt.Fprintf(out, "[%s]\n%s\n", header, strings.Join(lines, "\n"))
	}
}

// value returns a value as TOML, "" for none. Directories are those of the context.
func (f *configFile) value(key string, v *toml.Value) string {
	text := func(v *toml.Value) string { return tomlString(v.Text()) }
	switch {
	case v == nil:
		return ""
	case v.Items != nil:
		var items []string
		for _, item := range v.Items {
			items = append(items, text(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case key == "directory" || key == "local-registry":
		return tomlString(path.Join(language.SourceDir, f.base, v.Text()))
	case slices.Contains(counts, key):
		return count(v.Text())
	}
	return text(v)
}

// count returns a text that is a number, "" for others, which cargo would not take.
func count(s string) string {
	if _, err := strconv.ParseUint(s, 10, 32); err != nil {
		return ""
	}
	return s
}

// quoted returns a key of several parts.
func quoted(parts ...string) string {
	var all []string
	for _, p := range parts {
		all = append(all, tomlString(p))
	}
	return strings.Join(all, ".")
}

// tomlString returns a text as a string of TOML.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// patches reports packages that the configuration puts in place of others: the lock
// would be another one without it, and fetch does not read it.
func (c *config) patches() (diags diag.List) {
	for _, f := range c.files {
		for _, key := range []string{"patch", "paths"} {
			if v := f.root.Get(key); v != nil {
				diags.Errorf(v.Place(), "%s puts packages in place of others", f.file).Hint =
					"do that by [patch] of " + manifestFile + ": the lock depends on it"
			}
		}
	}
	return diags
}

// rustflags returns the words that rustc is told for a target. Flags for the target are
// taken in place of those for every build.
// https://doc.rust-lang.org/cargo/reference/config.html#buildrustflags
func (c *config) rustflags(target platform) (words []diag.Text) {
	var flags []*toml.Value
	for _, table := range c.tables(target) {
		flags = append(flags, table.Get("rustflags").List()...)
	}
	if len(flags) == 0 {
		for _, f := range c.files {
			flags = append(flags, f.root.Get("build", "rustflags").List()...)
		}
	}
	for _, v := range flags {
		for _, word := range strings.Fields(v.Text()) {
			words = append(words, diag.Text{Value: word, Range: v.Range})
		}
	}
	return words
}

// nativeCPU warns of flags for the builder's own processor.
func (c *config) nativeCPU(target platform) (diags diag.List) {
	for _, word := range c.rustflags(target) {
		diags.Add(language.NativeCPU(word.Range, word.Value))
	}
	return diags
}
