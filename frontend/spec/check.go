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

func (s *Spec) checkFiles(diags *diag.List) {
	seen := map[string]diag.Range{}
	for _, f := range s.Files {
		switch {
		case !f.From.IsSet() && !f.To.IsSet():
			diags.Errorf(f.Range, "got a file without \"from\" and \"to\"")
			continue
		case !f.From.IsSet() && f.Source.IsSet():
			diags.Errorf(f.Source.Range, "got \"source\" without \"from\"").Hint = "name the path in it to copy"
			continue
		case !f.From.IsSet() && !path.IsAbs(f.To.Value):
			diags.Errorf(f.To.Range, "got %q, want an absolute path in the image", f.To.Value).Hint = absolute(f.To.Value)
			continue
		case !f.From.IsSet() && path.Clean(f.To.Value) == "/":
			diags.Errorf(f.To.Range, "the root directory is there, and belongs to root").Hint = "name a directory"
			continue
		}
		if !f.checkFrom(diags) {
			continue
		}
		if f.To.IsSet() && !path.IsAbs(f.To.Value) {
			diags.Errorf(f.To.Range, "got %q, want an absolute path in the image", f.To.Value).Hint = "leave it out for a place in the working directory"
			continue
		}
		checkMounted(f.To, diags)
		// Many files may go into the same directory.
		to, into := f.Destination(s.Workdir.Or("/app"))
		if first, twice := seen[to]; !into && twice {
			diags.Errorf(cmpRange(f.To, f.Range), "%q is written twice", to).Hint = alreadyIn(first)
		} else if !into {
			seen[to] = cmpRange(f.To, f.Range)
		}
	}
}

// cmpRange returns the range of a key, or of its block where it is not set.
func cmpRange(t Text, block diag.Range) diag.Range {
	if t.IsSet() {
		return t.Range
	}
	return block
}

// checkFrom reports whether what is to be copied can be; an entry without it is
// an empty directory.
func (f *File) checkFrom(diags *diag.List) bool {
	from := f.From
	if !from.IsSet() {
		return true
	}
	_, patternErr := path.Match(from.Value, "")
	before := len(*diags)
	switch {
	case strings.Contains(from.Value, "://"):
		diags.Errorf(from.Range, "got a URL, want a path in the build context").Hint = "build.script can download with \"network: default\"; an image's file needs its \"source\""
	case strings.HasPrefix(from.Value, "~"):
		diags.Errorf(from.Range, "%q is outside of the build context", from.Value).Hint = "copy it into the context, or name a \"source\" for it"
	case strings.Contains(from.Value, "\\"):
		diags.Errorf(from.Range, "got %q, want \"/\" between directories", from.Value)
	case strings.Contains(from.Value, " /"):
		src, dest, _ := strings.Cut(from.Value, " /")
		diags.Errorf(from.Range, "no destination in %q", from.Value).Hint = fmt.Sprintf("write %q", strings.TrimSpace(src)+":/"+dest)
	case patternErr != nil:
		diags.Errorf(from.Range, "got the broken pattern %q", from.Value).Hint = "close the \"[\""
	case !f.Source.IsSet() && !local(strings.TrimPrefix(from.Value, "/")):
		diags.Errorf(from.Range, "%q is outside of the build context", from.Value).Hint = "build from a directory that holds it, with \"project\" for this one, or name a \"source\""
	case isPattern(from.Value) && f.To.IsSet() && !strings.HasSuffix(f.To.Value, "/"):
		diags.Errorf(f.To.Range, "%q may be several files, want a directory to copy them into", from.Value).Hint = fmt.Sprintf("write %q", f.To.Value+"/")
	}
	return len(*diags) == before
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

func (s *Spec) checkHealthcheck(diags *diag.List) {
	h := s.Healthcheck
	t := h.Test
	if !t.IsSet() && !h.Disable.Or(false) {
		for _, r := range []diag.Range{h.Interval.Range, h.Timeout.Range, h.StartPeriod.Range, h.StartInterval.Range, h.Retries.Range} {
			if !r.IsZero() {
				diags.Errorf(r, "the healthcheck has no \"test\"").Hint = "say what to run: \"test: [CMD, program, …]\""
				return
			}
		}
	}
	if len(t.Items) == 0 || !t.List && t.Items[0].Value == "" {
		return
	}
	if (!t.List || t.Items[0].Value == "CMD-SHELL") && s.shellless() {
		diags.Errorf(t.Range, "the healthcheck needs a shell, and the runtime has none").Hint = "write [CMD, program, …], with a program of the image"
		return
	}
	if t.List {
		checkHealthTest(t, diags)
	}
}

func checkHealthTest(t Argv, diags *diag.List) {
	first := t.Items[0]
	switch first.Value {
	case "CMD":
		if len(t.Items) == 1 {
			diags.Errorf(t.Range, "got [CMD] without a program").Hint = "write [CMD, program, …]"
		} else if program := t.Items[1]; strings.ContainsAny(program.Value, " \t\n") {
			diags.Errorf(program.Range, "got %q, want one program", program.Value).Hint = "its arguments follow it in the list: [CMD, " + quoteWords(program.Value) + "]"
		}
	case "CMD-SHELL":
		if len(t.Items) != 2 {
			diags.Errorf(t.Range, "got %d words after CMD-SHELL, want one command", len(t.Items)-1).Hint = "write it as one text, or CMD for a list of arguments"
		}
	case "NONE":
		if len(t.Items) > 1 {
			diags.Errorf(t.Items[1].Range, "got %q after NONE, want nothing", t.Items[1].Value)
		}
	case "cmd", "cmd-shell", "none":
		diags.Errorf(first.Range, "got %q, want CMD, CMD-SHELL or NONE", first.Value).Hint = "write " + strings.ToUpper(first.Value)
	default:
		var words []string
		for _, x := range t.Items {
			words = append(words, fmt.Sprintf("%q", x.Value))
		}
		diags.Errorf(first.Range, "got %q, want CMD, CMD-SHELL or NONE", first.Value).Hint = "write [CMD, " + strings.Join(words, ", ") + "]"
	}
}

func (s *Spec) checkRuntime(diags *diag.List) {
	scratch := s.Runtime.Or("distroless") == "scratch"
	if !s.Certificates.Or(true) && !scratch && !s.noRuntime {
		diags.Errorf(s.Certificates.Range, "certificates can be left out of a scratch image only").Hint = "write \"runtime: scratch\", or remove the key"
	}
	if r := s.Runtime; r.IsSet() && strings.ContainsAny(r.Value, " \t\n") {
		diags.Errorf(r.Range, "got %q, want one image", r.Value).Hint = "name stages under \"targets\""
	}
	if scratch && s.Build.Cgo.Or(false) && !s.linksStatically() {
		diags.Errorf(s.Runtime.Range, "scratch has no C library, and programs with cgo need one").Hint =
			"remove \"runtime\" for distroless, or link statically: \"ldflags: [-extldflags=-static]\""
	}
}

// linksStatically reports whether the linker is told to put the C library into the program.
func (s *Spec) linksStatically() bool {
	texts := slices.Concat(s.Build.Ldflags.Items, s.Build.Flags)
	for _, p := range s.Build.Env {
		texts = append(texts, p.Value)
	}
	return slices.ContainsFunc(texts, func(t Text) bool { return strings.Contains(t.Value, "-static") })
}

func (s *Spec) checkBuild(diags *diag.List) {
	b := s.Build
	if n := b.Network; n.IsSet() && n.Value != "none" && n.Value != "default" {
		diags.Errorf(n.Range, "got network %q, want none or default", n.Value)
	}
	first := map[string]diag.Range{}
	for _, id := range b.Secrets {
		at, twice := first[id.Value]
		if id.Value == "" || strings.ContainsAny(id.Value, "/=, ") {
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

func (s *Spec) checkBuildFiles(diags *diag.List) {
	for _, f := range s.Build.Files {
		switch {
		case !f.From.IsSet():
			diags.Errorf(f.Range, "got no \"from\"").Hint = "an empty directory belongs to \"files\""
		case !f.checkFrom(diags):
		case f.To.IsSet() && !local(f.To.Value):
			diags.Errorf(f.To.Range, "got %q, want a path relative to the build context", f.To.Value).Hint = "what goes into the image belongs to \"files\""
		case !f.Source.IsSet() && !f.To.IsSet():
			diags.Errorf(f.Range, "%q is in the source already", f.From.Value).Hint = "name another \"source\", or where it goes"
		}
		if !f.Owner.Range.IsZero() {
			diags.Errorf(f.Owner.Range, "owners mean nothing in the source").Hint = "remove \"owner\""
		}
	}
}

// shellless reports whether the runtime is one of ours without a shell.
func (s *Spec) shellless() bool {
	r := s.Runtime.Or("distroless")
	return !s.noRuntime && (r == "distroless" || r == "scratch")
}
