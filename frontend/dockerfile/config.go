package dockerfile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
)

// image prints the stage of a platform's image: its files, and its config.
func (p *printer) image(i Image, at place) {
	title := "the image for " + i.Platform.String()
	want := i.Config.Config
	s := &stage{out: &p.out, name: stageOf(i.Platform)}
	p.out.WriteString("\n# " + title + "\n")
	if at.stage != nil && at.dir == "" && inherits(at.stage.config, want) {
		s.say("FROM %s AS %s", at.from(), s.name)
		s.config = at.stage.config
	} else {
		s.say("FROM scratch AS %s", s.name)
		if !at.none() {
			s.copy(copied{from: at, src: "/", to: "/"})
		}
		s.config.WorkingDir = "/"
		s.config.Env = []string{scratchPath}
	}
	s.variables(want)
	s.metadata(want)
	s.starts(want)
}

// scratchPath is what an image without a base begins with.
const scratchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// sayable returns an error for a directory of which an instruction would take a part.
func sayable(want dockerspec.DockerOCIImageConfig) error {
	for _, dir := range append(slices.Sorted(maps.Keys(want.Volumes)), want.WorkingDir) {
		if cut(dir) {
			return fmt.Errorf("printing the directory %q: %w", dir, errUnsayable)
		}
	}
	return nil
}

// inherits reports whether an image can be from one with a config: no instruction takes
// away what a base says.
func inherits(base, want dockerspec.DockerOCIImageConfig) bool {
	within := func(a, b map[string]struct{}) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Keys(a)), func(k string) bool { _, ok := b[k]; return !ok })
	}
	for k := range base.Labels {
		if _, ok := want.Labels[k]; !ok {
			return false
		}
	}
	for _, e := range base.Env {
		name, _, _ := strings.Cut(e, "=")
		if !slices.ContainsFunc(want.Env, func(w string) bool { return strings.HasPrefix(w, name+"=") }) {
			return false
		}
	}
	return within(base.Volumes, want.Volumes) && within(base.ExposedPorts, want.ExposedPorts) &&
		(base.User == "" || want.User != "") &&
		(base.WorkingDir == "" || base.WorkingDir == "/" || want.WorkingDir != "") &&
		(base.StopSignal == "" || want.StopSignal != "") &&
		(base.Healthcheck == nil || want.Healthcheck != nil) &&
		len(base.OnBuild) == 0 && len(base.Shell) == 0
}

// variables prints the environment and the labels that the base has not.
func (s *stage) variables(want dockerspec.DockerOCIImageConfig) {
	for _, e := range want.Env {
		if name, value, _ := strings.Cut(e, "="); !slices.Contains(s.config.Env, e) {
			s.pair("ENV", name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Labels)) {
		if value := want.Labels[name]; s.config.Labels[name] != value || value == "" {
			s.pair("LABEL", name, value)
		}
	}
}

// pair prints a variable or a label. No instruction has a value of several lines, or a
// name with what ends it.
func (s *stage) pair(what, name, value string) {
	switch {
	case strings.ContainsAny(name+value, "\n\r"):
		s.say("# %s %s=%q has several lines, and cannot be said here", what, oneLine(name), value)
		return
	case strings.Contains(name, "="):
		s.say("# %s %q=%q has a name that cannot be said here", what, name, value)
		return
	case what == "LABEL":
		name = quoted(name)
	default:
		name = escaped(name)
	}
	s.say("%s %s=%s", what, name, quoted(value))
}

// metadata prints what is told of the image.
func (s *stage) metadata(want dockerspec.DockerOCIImageConfig) {
	for _, port := range slices.Sorted(maps.Keys(want.ExposedPorts)) {
		s.say("EXPOSE %s", port)
	}
	if len(want.Volumes) > 0 {
		var all []string
		for _, v := range slices.Sorted(maps.Keys(want.Volumes)) {
			all = append(all, escaped(v))
		}
		s.say("VOLUME %s", words(all))
	}
	if want.StopSignal != "" {
		s.say("STOPSIGNAL %s", escaped(want.StopSignal))
	}
	if h := want.Healthcheck; h != nil {
		s.say("HEALTHCHECK %s", healthcheck(h))
	}
}

// healthcheck returns how a container is asked whether it is well.
func healthcheck(h *dockerspec.HealthcheckConfig) string {
	if len(h.Test) == 0 || h.Test[0] == "NONE" {
		return "NONE"
	}
	var all []string
	for _, t := range []struct{ name, value string }{
		{"interval", h.Interval.String()}, {"timeout", h.Timeout.String()},
		{"start-period", h.StartPeriod.String()}, {"start-interval", h.StartInterval.String()},
		{"retries", fmt.Sprint(h.Retries)},
	} {
		if t.value != "0s" && t.value != "0" {
			all = append(all, "--"+t.name+"="+t.value)
		}
	}
	return strings.Join(append(all, "CMD", asked(h.Test)), " ")
}

// asked returns the command of a healthcheck. What an instruction would read as more, or
// less, than one line for a shell is given to the shell as an argument.
func asked(test []string) string {
	if test[0] != "CMD-SHELL" {
		return words(test[1:])
	}
	line := strings.Join(test[1:], " ")
	if len(test) == 2 && oneLine(line) != "" && !cut(line) && !strings.HasSuffix(line, `\`) && !json.Valid([]byte(line)) {
		return line
	}
	return words(append([]string{"/bin/sh", "-c"}, test[1:]...))
}

// starts prints what a container runs, where and as whom.
func (s *stage) starts(want dockerspec.DockerOCIImageConfig) {
	if dir := want.WorkingDir; dir != cmp.Or(s.config.WorkingDir, "/") && dir != "" {
		s.workdir(dir)
	}
	if want.User != "" && want.User != s.config.User {
		s.say("USER %s", escaped(want.User))
	}
	if len(want.Entrypoint)+len(s.config.Entrypoint) > 0 {
		s.say("ENTRYPOINT %s", words(want.Entrypoint))
	}
	if len(want.Cmd)+len(s.config.Cmd) > 0 {
		s.say("CMD %s", words(want.Cmd))
	}
}
