package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
	"go.yaml.in/yaml/v4"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// A delivery is what a file of some tool says of one build.
type delivery struct {
	Context    string
	Dockerfile string
	Target     string
	Platforms  []string
}

// delivered are the files of examples/go-delivery by which tools build, each with who
// reads it as its tool does, and the targets that it builds.
var delivered = []struct {
	file    string
	read    func(t *testing.T, lab *labenv.Lab, file string) []delivery
	targets []string
}{
	{"compose.yaml", baked, []string{"server", "smoke"}},
	{"docker-bake.hcl", baked, []string{"server", "smoke"}},
	{".github/workflows/image.yaml", ofGitHub, []string{"server", "smoke", "test"}},
	{".gitlab-ci.yml", ofGitLab, []string{"server", "smoke", "test"}},
	{".buildkite/pipeline.yml", ofBuildkite, []string{"server", "smoke", "test"}},
	{"kubernetes/build.yaml", ofKubernetes, []string{"server"}},
	{"skaffold.yaml", ofSkaffold, []string{"server"}},
	{"Tiltfile", ofTilt, []string{"server"}},
}

// TestDelivery reads every file of examples/go-delivery by which a tool builds, and
// finds the example's spec and targets in it. Then bake builds both images for both
// platforms: one of them asks the other for its version.
func TestDelivery(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-delivery")
	for _, d := range delivered {
		var targets []string
		for _, b := range d.read(t, lab, filepath.Join(dir, d.file)) {
			if b.Context != "." || b.Dockerfile != "stagefront.yaml" {
				t.Errorf("%s builds %q of %q, want the spec", d.file, b.Dockerfile, b.Context)
			}
			targets = append(targets, b.Target)
		}
		slices.Sort(targets)
		if got := slices.Compact(targets); !slices.Equal(got, d.targets) {
			t.Errorf("%s builds the targets %q, want %q", d.file, got, d.targets)
		}
	}
	registry := lab.Registry + "/e2e/delivery"
	// Tests are done again for each delivery, by which BuildKit empties caches that others here need.
	printed, err := lab.Run(t, dir, "env", "REGISTRY="+registry, "VERSION=1.2.3", "buildx", "bake", "--progress=plain", "--provenance=false", "--push", "--set=test.no-cache-filter=", "default", "test")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	for _, platform := range platforms {
		address := freeAddress(t)
		c := startServer(t, open(t, registry+"/server:1.2.3", platform), image.RunOptions{Args: []string{"-address", address}})
		if got := get(t, c, "http://"+address+"/healthz"); got != "ok\n" {
			t.Errorf("%s: got %q, want ok", platform, got)
		}
		smoke, err := open(t, registry+"/smoke:1.2.3", platform).Run(t.Context(), image.RunOptions{Args: []string{"http://" + address}})
		if want := "http://" + address + " is version 1.2.3\n"; err != nil || smoke.Stdout != want {
			t.Errorf("%s: got %+v, %v, want %q", platform, smoke, err, want)
		}
	}
}

// baked returns the builds that bake reads in a file of its own or of Compose.
func baked(t *testing.T, lab *labenv.Lab, file string) (builds []delivery) {
	return bakedAs(t, lab, file)
}

// bakedAs is baked of some targets of the file.
func bakedAs(t *testing.T, lab *labenv.Lab, file string, targets ...string) (builds []delivery) {
	t.Helper()
	printed, err := lab.Run(t, filepath.Dir(file), append([]string{"buildx", "bake", "--progress=quiet", "--print", "-f", file}, targets...)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	var read struct{ Target map[string]delivery }
	if err := json.Unmarshal([]byte(printed), &read); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	for _, b := range read.Target {
		builds = append(builds, b)
	}
	return builds
}

// readYAML reads the first document of a file.
func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("reading %s: %v", file, err)
	}
}

// ofGitHub returns the builds of a workflow's steps, one for each program of the matrix.
func ofGitHub(t *testing.T, _ *labenv.Lab, file string) (builds []delivery) {
	var workflow struct {
		Jobs map[string]struct {
			Strategy struct{ Matrix struct{ Program []string } }
			Steps    []struct {
				Uses string
				With struct{ Context, File, Target, Platforms string }
			}
		}
	}
	readYAML(t, file, &workflow)
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			if !strings.HasPrefix(step.Uses, "docker/build-push-action@") {
				continue
			}
			for _, program := range job.Strategy.Matrix.Program {
				target := strings.ReplaceAll(step.With.Target, "${{ matrix.program }}", program)
				builds = append(builds, delivery{step.With.Context, step.With.File, target, strings.Split(step.With.Platforms, ",")})
			}
		}
	}
	return builds
}

// ofGitLab returns the builds of a job's script, one for each program of the matrix.
func ofGitLab(t *testing.T, _ *labenv.Lab, file string) (builds []delivery) {
	var pipeline struct {
		Image struct {
			Parallel struct {
				Matrix []struct {
					Program []string `yaml:"PROGRAM"`
				}
			}
			Script []string
		}
	}
	readYAML(t, file, &pipeline)
	for _, matrix := range pipeline.Image.Parallel.Matrix {
		for _, program := range matrix.Program {
			for _, line := range pipeline.Image.Script {
				builds = append(builds, ofCommand(t, strings.ReplaceAll(line, "$PROGRAM", program)))
			}
		}
	}
	return builds
}

// ofCommand returns the build of a command line that quotes nothing.
func ofCommand(t *testing.T, line string) (b delivery) {
	t.Helper()
	options, found := strings.CutPrefix(line, "docker buildx build ")
	if !found {
		t.Fatalf("%q is no build", line)
	}
	words := strings.Fields(options)
	for i, word := range words[:len(words)-1] {
		switch value := words[i+1]; word {
		case "-f":
			b.Dockerfile = value
		case "--target":
			b.Target = value
		case "--platform":
			b.Platforms = strings.Split(value, ",")
		}
	}
	b.Context = words[len(words)-1]
	return b
}

// ofBuildkite returns what bake reads for the commands of a pipeline.
func ofBuildkite(t *testing.T, lab *labenv.Lab, file string) (builds []delivery) {
	var pipeline struct {
		Steps []struct {
			Command string
			Matrix  []string
		}
	}
	readYAML(t, file, &pipeline)
	for _, step := range pipeline.Steps {
		target, found := strings.CutPrefix(step.Command, "docker buildx bake ")
		if !found {
			t.Errorf("%q is no build", step.Command)
		}
		target, _, _ = strings.Cut(target, " ")
		targets := []string{target}
		if target == "{{matrix}}" {
			targets = step.Matrix
		}
		bakefile := filepath.Join(filepath.Dir(file), "../docker-bake.hcl")
		builds = append(builds, bakedAs(t, lab, bakefile, targets...)...)
	}
	return builds
}

// ofKubernetes returns the builds of a job's containers, whose context is this
// repository of a server.
func ofKubernetes(t *testing.T, _ *labenv.Lab, file string) (builds []delivery) {
	var job struct {
		Spec struct {
			Template struct {
				Spec struct{ Containers []struct{ Args []string } }
			}
		}
	}
	readYAML(t, file, &job)
	for _, container := range job.Spec.Template.Spec.Containers {
		options := map[string]string{}
		for _, arg := range container.Args {
			option, _ := strings.CutPrefix(arg, "--opt=")
			name, value, _ := strings.Cut(option, "=")
			options[name] = value
		}
		if options["context"] == "https://git.example.com/me/delivery.git#main" {
			options["context"] = "."
		}
		builds = append(builds, delivery{options["context"], options["filename"], options["target"], strings.Split(options["platform"], ",")})
	}
	return builds
}

// ofSkaffold returns the builds of artifacts.
func ofSkaffold(t *testing.T, _ *labenv.Lab, file string) (builds []delivery) {
	var config struct {
		Build struct {
			Artifacts []struct {
				Context string
				Docker  struct{ Dockerfile, Target string }
			}
		}
	}
	readYAML(t, file, &config)
	for _, a := range config.Build.Artifacts {
		builds = append(builds, delivery{Context: a.Context, Dockerfile: a.Docker.Dockerfile, Target: a.Docker.Target})
	}
	return builds
}

// ofTilt runs a Tiltfile, whose functions note what they are called with.
func ofTilt(t *testing.T, _ *labenv.Lab, file string) (builds []delivery) {
	build := func(_ *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var ref string
		var b delivery
		var buildArgs *starlark.Dict
		err := starlark.UnpackArgs(fn.Name(), args, kwargs, "ref", &ref, "context", &b.Context, "build_args?", &buildArgs, "dockerfile?", &b.Dockerfile, "target?", &b.Target)
		builds = append(builds, b)
		return starlark.None, err
	}
	deploy := func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		manifest, _ := starlark.AsString(args[0])
		_, err := os.Stat(filepath.Join(filepath.Dir(file), manifest))
		return starlark.None, err
	}
	resource := func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return starlark.None, nil
	}
	known := starlark.StringDict{
		"docker_build": starlark.NewBuiltin("docker_build", build),
		"k8s_yaml":     starlark.NewBuiltin("k8s_yaml", deploy),
		"k8s_resource": starlark.NewBuiltin("k8s_resource", resource),
	}
	if _, err := starlark.ExecFileOptions(&syntax.FileOptions{}, &starlark.Thread{}, file, nil, known); err != nil {
		t.Fatal(err)
	}
	return builds
}

// baking is a program whose runtime, and a file of which, other targets of bake make.
const baking = `
-- docker-bake.hcl --
variable "REF" { default = "" }

target "default" {
  dockerfile = "stagefront.yaml"
  platforms  = ["linux/amd64", "linux/arm64"]
  output     = ["type=registry,name=${REF}"]
  contexts = {
    "example.com/runtime" = "target:runtime"
    words                 = "target:words"
  }
}
target "runtime" {
  dockerfile = "runtime.yaml"
  platforms  = ["linux/amd64", "linux/arm64"]
  contexts   = { words = "target:words" }
}
target "words" {
  dockerfile-inline = "FROM scratch\nCOPY words.txt /words.txt\n"
  platforms         = ["linux/amd64", "linux/arm64"]
}
-- words.txt --
baked
-- stagefront.yaml --
# syntax=org/stagefront
runtime: example.com/runtime
env: {HERE: /from/words.txt}
files:
  - {source: words, from: /words.txt, to: /from/words.txt}
-- runtime.yaml --
# syntax=org/stagefront
runtime: scratch
env: {THERE: /base/words.txt}
files:
  - {source: words, from: /words.txt, to: /base/words.txt}
-- go.mod --
module example.com/baking

go 1.26.0
-- main.go --
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, name := range []string{"HERE", "THERE"} {
		data, err := os.ReadFile(os.Getenv(name))
		fmt.Println(name, string(data), err)
	}
}
`

// TestBakeContexts builds with named contexts that are other targets of bake, one of
// them by a Dockerfile: as runtime, and as a source of files.
func TestBakeContexts(t *testing.T) {
	lab := start(t)
	dir := project(t, baking)
	ref := lab.Registry + "/e2e/bake-contexts"
	if printed, err := lab.Run(t, dir, "env", "REF="+ref, "buildx", "bake", "--progress=plain", "--provenance=false"); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		result, err := img.Run(t.Context(), image.RunOptions{})
		if want := "HERE baked\n <nil>\nTHERE baked\n <nil>\n"; err != nil || result.Stdout != want {
			t.Errorf("got %+v, %v, want %q", result, err, want)
		}
	})
}
