package dockerfile

import (
	"reflect"
	"slices"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/solver/pb"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/spec"
)

// TestConfig has BuildKit's frontend read configs with odd texts wherever an image may
// have some. What an instruction would take for something else is given to the shell
// as an argument, or is an error.
func TestConfig(t *testing.T) {
	lines := []string{"a\nUSER 0", "a \\\nb", "back\\", `["a"]`, " space", "space "}
	for _, text := range append(lines, odd...) {
		want := dockerspec.DockerOCIImageConfig{ImageConfig: ocispecs.ImageConfig{
			Entrypoint: []string{"run", text}, User: "nobody", WorkingDir: "/w", Env: []string{"PATH=/bin"},
		}}
		want.Healthcheck = &dockerspec.HealthcheckConfig{Test: []string{"CMD-SHELL", text}}
		if !slices.Contains(lines, text) {
			want.Env = append(want.Env, "ODD="+text)
			want.Labels = map[string]string{text: text}
			want.WorkingDir = "/w/" + text
			want.Volumes = map[string]struct{}{"/v/" + text: {}}
		}
		printed, err := printedConfig(t, want)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := configOf(t, printed)
		if slices.Contains(lines, text) {
			want.Healthcheck.Test = []string{"CMD", "/bin/sh", "-c", text}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v with %q, want %+v of\n%s", text, got, got.Healthcheck.Test, want, printed)
		}
	}
	for _, text := range []string{"a\nUSER 0", "a\r", "space "} {
		want := dockerspec.DockerOCIImageConfig{ImageConfig: ocispecs.ImageConfig{WorkingDir: "/" + text}}
		if printed, err := printedConfig(t, want); err == nil {
			t.Errorf("the directory %q is printed in %s", want.WorkingDir, printed)
		}
	}
}

// TestNames has names of variables and labels that more is read into, or that cannot be said.
func TestNames(t *testing.T) {
	want := dockerspec.DockerOCIImageConfig{ImageConfig: ocispecs.ImageConfig{
		Env: []string{"PATH=/bin", `A$PATH"'\B=x`}, WorkingDir: "/", Labels: map[string]string{"a=b": "x", "c": "y"},
	}}
	printed, err := printedConfig(t, want)
	if err != nil {
		t.Fatal(err)
	}
	delete(want.Labels, "a=b")
	if got := configOf(t, printed); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v of\n%s", got, want, printed)
	}
}

// printedConfig returns the Dockerfile of an image without files.
func printedConfig(t *testing.T, config dockerspec.DockerOCIImageConfig) (string, error) {
	t.Helper()
	amd64 := spec.Platform{OS: "linux", Architecture: "amd64"}
	files, err := llb.Scratch().File(llb.Mkdir("/w", 0o755)).Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	context, err := llb.Local("context").Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	images := []Image{{Platform: amd64, Files: files, Config: &dockerspec.DockerOCIImage{Config: config}}}
	return Print(images, Options{Spec: "stagefront.yaml", Host: amd64, Context: context})
}

// configOf returns the config that BuildKit's frontend reads in a Dockerfile.
func configOf(t *testing.T, text string) dockerspec.DockerOCIImageConfig {
	t.Helper()
	caps, context := pb.Caps.CapSet(pb.Caps.All()), llb.Local("context")
	made, err := dockerfile2llb.Dockerfile2LLB(t.Context(), []byte(text), dockerfile2llb.ConvertOpt{
		MainContext: &context, LLBCaps: &caps, TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
	})
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return made.Image.Config
}
