package java

import (
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// environment is the environment of all steps: sources are UTF-8 for old compilers too.
var environment = spec.Vars{{Name: "LC_ALL", Value: "C.UTF-8"}}

// prepare returns the step that compiles our programs.
func (j *project) prepare() *language.Fetch {
	files := programFiles("")
	args := []string{"sh", "-eu", path.Join(language.FilesDir, "prepare.sh"), strings.Join(j.tool.extension, " "), toolsDir}
	args = append(args, paths(files)...)
	files = append(files, language.File{Path: "prepare.sh", Data: prepareScript})
	if j.tool.extension != nil {
		files = append(files, programFiles("maven")...)
	}
	return &language.Fetch{
		Step:   language.Step{Name: "prepare the build", Args: args, Env: environment, Dir: ".", Files: files},
		Output: toolsDir,
		Sealed: true,
	}
}

// keepClasses returns the step that keeps what a JVM made of the tool's classes, nil where
// it has no extension. It runs beside fetch, which waits for downloads.
func (j *project) keepClasses(tools *language.Fetch) *language.Fetch {
	if j.tool.extension == nil {
		return nil
	}
	return &language.Fetch{
		Step: language.Step{
			Name: "keep the classes of " + j.tool.command, Args: append(run("Archive"), j.tool.extension...), Env: environment, Dir: ".",
			Files: programFiles("maven"), Fetches: language.Refs(tools),
		},
		Output: "/opt/classes",
		Sealed: true,
	}
}

// run returns the start of a call of one of our programs. It is a short run: the
// JVM's first compiler is enough.
func run(program string) []string {
	return []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", toolsDir, program}
}

// command returns a call of our program; it runs the tool with the flags of the spec.
func (j *project) command(verb string, options ...string) []string {
	args := append(append(run(j.tool.program), verb), options...)
	if j.tool.module != "" {
		args = append(args, "--module", j.tool.module)
	}
	if j.start != "" && verb == "compile" {
		args = append(args, "--start", j.start)
	}
	if j.start == "" && j.tool.main.Value != "" && verb == "compile" {
		args = append(args, "--declared", j.tool.main.Value, "--declared-at", j.tool.main.Range.FileLine())
	}
	for _, jar := range j.tool.vendored {
		if verb == "compile" {
			args = append(args, "--library", jar)
		}
	}
	return append(append(args, "--"), j.Spec.Build.Flags.Values()...)
}

// does returns what a call of our program comes to: that of the tool itself.
func (j *project) does(task string) string {
	return strings.Join(slices.Concat([]string{j.tool.command, task}, j.tool.of, j.Spec.Build.Flags.Values()), " ")
}

// fetch returns a run of the tool for what it downloads. Maven's is our own program:
// the tool and its plugins run as another user behind it, who sees none of the
// secrets. Build files of Gradle are programs that ask for secrets by themselves.
func (j *project) fetch(name string, tools *language.Fetch, manifests, sources []string) *language.Fetch {
	f := &language.Fetch{
		Step: language.Step{
			Name: name, Args: j.command("fetch", "--online"), Does: j.does(j.tool.tasks["fetch"]), Env: environment, Dir: j.tool.root, Files: j.tool.files,
			Fetches: language.Refs(tools), Mirrors: mirrors, Secrets: j.tool.secrets, Range: j.at(), Runs: language.Own,
		},
		Manifests: manifests,
		Hidden:    sources,
		Output:    j.tool.output,
		Writable:  true,
	}
	if j.tool.apart {
		f.Runs = language.Tools
		f.Through = append(run("Apart"), language.SourceDir, f.Output, "--")
	}
	return f
}

// attempts returns the ways to compile or test, in order: with what the manifests
// brought, with what the rest of the project brought, with the network. The spec's
// word on the network is the last one.
func (j *project) attempts(verb string, tools, deps, whole, classes *language.Fetch) *language.Step {
	first := language.Step{
		Name: verb + " " + j.tool.label, Args: j.command(verb), Does: j.does(j.tool.tasks[verb]), Env: environment, Dir: j.tool.root, Runs: language.Own,
		Files: j.tool.files, Fetches: language.Refs(tools, deps, classes), Writes: true, Reports: true, Range: j.at(), Unread: j.tool.unread,
	}
	last := first
	last.Args, last.Mirrors = j.command(verb, "--online"), mirrors
	if online(j.Project) {
		return &last
	}
	second := first
	second.Name += ", with what the rest of the project asks for"
	second.Fetches = language.Refs(tools, whole, classes)
	if why, at := j.offline(); why != "" {
		second.Args, second.Range = j.command(verb, "--offline", why), at
	} else {
		last.Name += " with the network"
		last.Fetches, last.Network = second.Fetches, true
		second.Otherwise = &last
	}
	if j.tool.generates { // what the manifests bring would not do, and that is known
		second.Name = first.Name
		return &second
	}
	first.Otherwise = &second
	return &first
}

// online reports whether the spec gives the steps of a project the network.
func online(p *language.Project) bool { return p.Spec.Build.Network.Or("none") != "none" }

// offline returns what to do about a step that lacks something and is not given
// the network for it, with the place that says so; "" where it is given.
func (j *project) offline() (string, diag.Range) {
	build := &j.Spec.Build
	switch {
	case build.Network.IsSet():
		return "\"network: none\" holds: commit what is lacking, or remove the line", build.Network.Range
	case len(build.Secrets) > 0:
		return "code of the project and its plugins is not given the network together with secrets by itself: write \"network: default\"", build.Secrets[0].Range
	}
	return "", diag.Range{}
}
