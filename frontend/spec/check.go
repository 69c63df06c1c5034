package spec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// check returns what is wrong with values and between them, as far as the spec alone tells.
func (s *Spec) check() (diags diag.List) {
	s.checkPaths(&diags)
	s.checkVolumes(&diags)
	s.checkPorts(&diags)
	s.checkPlatforms(&diags)
	s.checkProgram(&diags)
	s.checkFiles(&diags)
	s.checkEnv(&diags)
	s.checkHealthcheck(&diags)
	s.checkRuntime(&diags)
	s.checkBuild(&diags)
	s.checkBuildFiles(&diags)
	return diags
}

func (s *Spec) checkPaths(diags *diag.List) {
	if p := s.Project; p.IsSet() && !local(p.Value) {
		diags.Errorf(p.Range, "project %q is outside of the build context", p.Value).Hint = "want a directory relative to the context's root"
	}
	if w := s.Workdir; w.IsSet() && !path.IsAbs(w.Value) {
		diags.Errorf(w.Range, "got %q, want an absolute path", w.Value).Hint = absolute(w.Value)
	}
	for _, id := range slices.Concat(s.Build.Packages, s.Platforms, s.Build.Tags, s.Checks.Skip) {
		if id.Value == "" {
			diags.Errorf(id.Range, "got an empty string").Hint = "remove the item"
		}
	}
}

// absolute returns the hint for a path that should be absolute.
func absolute(p string) string {
	if strings.ContainsAny(p, "~\\$") || strings.HasPrefix(path.Clean(p), "..") {
		return "write one that begins with \"/\", with \"/\" between directories"
	}
	return fmt.Sprintf("write %q", path.Join("/", p))
}

// local reports whether a slash-separated path stays below the directory that it is relative to.
func local(p string) bool {
	clean := path.Clean(p)
	return !path.IsAbs(p) && clean != ".." && !strings.HasPrefix(clean, "../")
}

func (s *Spec) checkVolumes(diags *diag.List) {
	seen := map[string]diag.Range{}
	for _, v := range s.Volumes {
		host, container, bound := cutLast(v.Value, ":")
		if bound && !strings.Contains(container, "/") { // ro, z
			host, container, _ = cutLast(host, ":")
		}
		switch first, twice := seen[path.Clean(v.Value)]; {
		case v.Value == "":
			diags.Errorf(v.Range, "got an empty string").Hint = "remove the item"
		case bound:
			diags.Errorf(v.Range, "got %q, want a path in the container", v.Value).Hint =
				fmt.Sprintf("write %q; who runs the image binds it: docker run -v %s:%s", container, host, container)
		case !path.IsAbs(v.Value):
			diags.Errorf(v.Range, "got %q, want an absolute path", v.Value).Hint = absolute(v.Value)
		case path.Clean(v.Value) == "/":
			diags.Errorf(v.Range, "the root directory cannot be a volume").Hint = "name a directory"
		case twice:
			diags.Errorf(v.Range, "duplicate volume %q", v.Value).Hint = alreadyIn(first)
		default:
			checkMounted(v, diags)
		}
		seen[path.Clean(v.Value)] = v.Range
	}
}

// alreadyIn returns the hint for what stands at another place too.
func alreadyIn(first diag.Range) string {
	return "it is in line " + itoa(first.Start.Line) + " already"
}

// checkMounted reports a path of the image that the container engine mounts over.
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems
func checkMounted(p Text, diags *diag.List) {
	for _, dir := range []string{"/dev", "/proc", "/sys"} {
		if clean := path.Clean(p.Value); clean == dir || strings.HasPrefix(clean, dir+"/") {
			diags.Errorf(p.Range, "nothing can be put into %s", dir).Hint = "the container engine mounts over it; choose another place"
		}
	}
}

func (s *Spec) checkPorts(diags *diag.List) {
	first := map[Port]diag.Range{}
	for _, p := range s.Ports {
		port := Port{Number: p.Number, Protocol: p.Protocol}
		if at, twice := first[port]; twice {
			diags.Errorf(p.Range, "duplicate port %d/%s", p.Number, p.Protocol).Hint = alreadyIn(at)
			continue
		}
		first[port] = p.Range
	}
}

// checkPlatforms puts the platforms into the registry's words, by which they are compared.
func (s *Spec) checkPlatforms(diags *diag.List) {
	seen := map[string]diag.Range{}
	for i, text := range s.Platforms {
		if text.Value == "" {
			continue
		}
		p, hint := parsePlatform(text.Value)
		if hint != "" {
			diags.Errorf(text.Range, "got platform %q, want os/architecture[/variant]", text.Value).Hint = hint
			continue
		}
		s.Platforms[i].Value = p.String()
		if first, twice := seen[p.String()]; twice {
			diags.Errorf(text.Range, "duplicate platform %q", text.Value).Hint = alreadyIn(first)
			continue
		}
		seen[p.String()] = text.Range
	}
}

func (s *Spec) checkProgram(diags *diag.List) {
	e := s.Entrypoint
	switch {
	case e.List && len(e.Items) > 0 && e.Items[0].Value == "":
		diags.Errorf(e.Items[0].Range, "got an empty string, want the program")
	case !e.List && len(e.Items) > 0 && strings.HasPrefix(e.Items[0].Value, "["):
		diags.Errorf(e.Range, "got a list in quotes, want one program").Hint = "remove the quotes around the list"
	case !e.List && len(e.Items) > 0 && strings.ContainsAny(e.Items[0].Value, " \t\n"):
		diags.Errorf(e.Range, "got %q, want one program", e.Items[0].Value).Hint = "its arguments follow it in a list: [" + quoteWords(e.Items[0].Value) + "]"
	}
	if n := s.StopSignal; n.IsSet() && !isSignal(n.Value) {
		diags.Errorf(n.Range, "unknown signal %q", n.Value).Hint = signalHint(n.Value)
	}
}

func (s *Spec) checkEnv(diags *diag.List) {
	for _, p := range slices.Concat(s.Env, s.Build.Env) {
		switch {
		case strings.Contains(p.Name.Value, "${"):
			diags.Errorf(p.Name.Range, "got a variable in the name %q", p.Name.Value).Hint = "variables work in values"
		case strings.ContainsAny(p.Name.Value, "= \t\n"):
			diags.Errorf(p.Name.Range, "%q is no name of an environment variable", p.Name.Value).Hint = splitHint(p.Name.Value)
		case !p.Value.IsSet():
			diags.Errorf(p.Name.Range, "%s has no value", p.Name.Value).Hint =
				"an image cannot take it from the shell that builds; write a value, \"\" for an empty one, or ${" + p.Name.Value + "} with a build arg"
		}
	}
	for _, p := range s.Labels {
		if strings.Contains(p.Name.Value, "${") {
			diags.Errorf(p.Name.Range, "got a variable in the name %q", p.Name.Value).Hint = "variables work in values"
		} else if !p.Value.IsSet() {
			diags.Errorf(p.Name.Range, "label %q has no value", p.Name.Value).Hint = "write one, \"\" for an empty one"
		}
	}
	for _, p := range s.Build.Args {
		switch {
		case slices.Contains(targetNames, p.Name.Value):
			diags.Errorf(p.Name.Range, "%s is built in", p.Name.Value).Hint = "remove it: ${" + p.Name.Value + "} needs no declaration"
		case !argName.MatchString(p.Name.Value):
			diags.Errorf(p.Name.Range, "%q is no name of a build arg", p.Name.Value).Hint = "want letters, digits and \"_\""
		}
	}
}

// splitHint returns the hint for a name that is NAME=VALUE or NAME VALUE.
func splitHint(name string) string {
	i := strings.IndexAny(name, "= ")
	if i < 1 {
		return ""
	}
	return fmt.Sprintf("write \"%s: …\"", strings.TrimSuffix(name[:i], ":"))
}

func (s *Spec) checkRuntime(diags *diag.List) {
	if !s.Certificates.Or(true) && !s.OnScratch() && !s.noRuntime {
		diags.Errorf(s.Certificates.Range, "certificates can be left out of a scratch image only").Hint = "write \"runtime: scratch\", or remove the key"
	}
	if r := s.Runtime; r.IsSet() && strings.ContainsAny(r.Value, " \t\n") {
		diags.Errorf(r.Range, "got %q, want one image", r.Value).Hint = "name stages under \"targets\""
	}
}

func (s *Spec) checkBuild(diags *diag.List) {
	b := s.Build
	if n := b.Network; n.IsSet() && n.Value != "none" && n.Value != "default" {
		diags.Errorf(n.Range, "got network %q, want none or default", n.Value)
	}
	first := map[string]diag.Range{}
	for _, id := range b.Secrets {
		at, twice := first[id.Value]
		if id.Value == "" || id.Value == "." || id.Value == ".." || strings.ContainsAny(id.Value, "/=, ") {
			diags.Errorf(id.Range, "got secret id %q, want one such as npm-token", id.Value).Hint = "whoever builds gives its value: --secret id=…,src=…"
		} else if twice {
			diags.Errorf(id.Range, "duplicate secret %q", id.Value).Hint = alreadyIn(at)
		} else {
			first[id.Value] = id.Range
		}
	}
	for _, c := range b.Script {
		if len(c.Args) > 0 && c.Args[0].Value == "" {
			diags.Errorf(c.Args[0].Range, "got an empty string, want a program")
		}
	}
}
