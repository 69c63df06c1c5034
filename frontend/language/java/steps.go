package java

import (
	"path"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// environment is the environment of all steps: sources are UTF-8 for old compilers too.
var environment = spec.Vars{{Name: "LC_ALL", Value: "C.UTF-8"}}

// prepare returns the step that compiles our programs.
func (j *project) prepare() *language.Fetch {
	args := []string{"javac", "-d", toolsDir}
	files := programFiles(".java")
	for _, f := range files {
		args = append(args, path.Join(language.FilesDir, f.Path))
	}
	return &language.Fetch{
		Step:   language.Step{Name: "prepare the build", Args: args, Env: environment, Dir: ".", Files: files},
		Output: toolsDir,
		Sealed: true,
	}
}

// command returns a call of our program; it runs the tool with the flags of the spec.
func (j *project) command(verb string, options ...string) []string {
	// A short run: the JVM's first compiler is enough.
	args := []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", toolsDir, j.tool.program, verb}
	args = append(args, options...)
	if j.tool.module != "" {
		args = append(args, "--module", j.tool.module)
	}
	if j.start != "" && verb == "compile" {
		args = append(args, "--start", j.start)
	}
	if j.start == "" && j.tool.main.Value != "" && verb == "compile" {
		args = append(args, "--declared", j.tool.main.Value)
	}
	return append(append(args, "--"), j.Spec.Build.Flags.Values()...)
}

func (j *project) fetch(name string, tools *language.Fetch, manifests, sources []string) *language.Fetch {
	return &language.Fetch{
		Step: language.Step{
			Name: name, Args: j.command("fetch", "--online"), Env: environment, Dir: j.tool.root, Files: j.tool.files,
			Fetches: language.Refs(tools), Mirrors: mirrors, Secrets: j.tool.secrets, Range: j.at(),
		},
		Manifests: manifests,
		Hidden:    sources,
		Output:    j.tool.output,
		Writable:  true,
	}
}

// attempts returns the ways to compile or test, in order: with what the
// manifests brought, with what the rest of the project brought, with the network.
func (j *project) attempts(verb string, tools, deps, whole *language.Fetch) *language.Step {
	first := language.Step{
		Name: verb + " " + j.tool.label, Args: j.command(verb), Env: environment, Dir: j.tool.root,
		Files: j.tool.files, Fetches: language.Refs(tools, deps), Writes: true, Reports: true, Range: j.at(),
	}
	second := first
	second.Name += ", with what the rest of the project asks for"
	second.Fetches = language.Refs(tools, whole)
	third := second
	third.Name = verb + " " + j.tool.label + " with the network"
	third.Args = j.command(verb, "--online")
	third.Network, third.Mirrors, third.Secrets = true, mirrors, j.tool.secrets
	first.Otherwise, second.Otherwise = &second, &third
	return &first
}
