package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/stagefront/stagefront/test/image"
)

// An engine is a Docker Engine that already runs on this machine. Nothing of
// it is changed but its images.
type engine struct {
	version    string
	containerd bool     // it keeps images of several platforms under one name
	client     string   // the docker client; "" is the machine's
	env        []string // of the docker client
}

// findEngine returns the machine's Docker Engine, or nil when there is none, or
// none with buildx.
func (l *Lab) findEngine(ctx context.Context) (*engine, error) {
	if _, err := exec.LookPath("docker"); err != nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	e := &engine{env: l.userEnv()}
	var err error
	if e.version, err = e.docker(ctx, "version", "--format", "{{.Server.Version}}"); err != nil || e.version == "" {
		return nil, nil
	}
	if _, err := e.docker(ctx, "buildx", "version"); err != nil {
		fmt.Fprintf(l.out, "Docker Engine %s runs, but its client has no buildx; using the lab instead\n", e.version)
		return nil, nil
	}
	if err := e.askStore(ctx); err != nil {
		return nil, err
	}
	// The builder that belongs to the engine has the name of the client's context.
	current, err := e.docker(ctx, "context", "inspect", "--format", "{{.Name}}")
	if err != nil {
		return nil, fmt.Errorf("asking the docker client for its context: %w", err)
	}
	e.env = append(e.env, "BUILDX_BUILDER="+current)
	return e, nil
}

// askStore finds out which image store the engine has.
func (e *engine) askStore(ctx context.Context) error {
	status, err := e.docker(ctx, "info", "--format", "{{json .DriverStatus}}")
	if err != nil {
		return fmt.Errorf("asking Docker Engine %s about its image store: %w", e.version, err)
	}
	e.containerd = strings.Contains(status, "io.containerd.snapshotter")
	return nil
}

// userEnv returns this process's environment without what .lab/env set in it.
func (l *Lab) userEnv() []string {
	if os.Getenv("DOCKER_CONFIG") != l.path("docker") {
		return os.Environ()
	}
	var env []string
	for _, v := range os.Environ() {
		switch variable, _, _ := strings.Cut(v, "="); variable {
		case "DOCKER_CONFIG", "BUILDX_CONFIG", "BUILDX_BUILDER", "BUILDKIT_HOST":
		default:
			env = append(env, v)
		}
	}
	return env
}

// docker runs a docker command and returns what it printed.
func (e *engine) docker(ctx context.Context, args ...string) (string, error) {
	return e.dockerInput(ctx, nil, args...)
}

func (e *engine) dockerInput(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, cmp.Or(e.client, "docker"), args...)
	cmd.Env, cmd.Stdin = e.env, stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("running docker %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// engineImages are the base images that the frontend image and the example need.
var engineImages = []string{
	frontendBase,
	"gcr.io/distroless/static-debian13:latest",
	"gcr.io/distroless/static-debian13:nonroot",
}

// demoOnEngine is the demo with the engine's own builder: nothing but the
// frontend image is built for it.
func (l *Lab) demoOnEngine(ctx context.Context, e *engine, dir string) error {
	store := "the classic image store, one platform at a time"
	if e.containerd {
		store = "the containerd image store"
	}
	fmt.Fprintf(l.out, "using Docker Engine %s with %s\n", e.version, store)
	standins, err := l.missingOn(ctx, e)
	if err != nil {
		return err
	}
	if err := l.load(ctx, e, standins); err != nil {
		return err
	}
	network, err := l.networkFlags(ctx)
	if err != nil {
		return err
	}
	frontend := append([]string{"docker", "buildx", "build"}, network...)
	if err := show(ctx, l.Root, e.env, append(frontend, "-t", frontendName, ".")...); err != nil {
		return err
	}
	runs, err := l.buildAndRun(ctx, e, dir)
	if err != nil {
		return err
	}
	if err := report(os.Stdout, runs); err != nil {
		return err
	}
	fmt.Fprintf(l.out, "\nthe images are in the engine's store; remove them with: docker image rm %s $(docker image ls -q demo/%s)\n", frontendName, demoExample)
	return nil
}

// missingOn returns those of engineImages that the engine can get from nowhere:
// their registry does not answer, and no mirror that the engine is set up with
// has them.
func (l *Lab) missingOn(ctx context.Context, e *engine) ([]name.Reference, error) {
	var missing []name.Reference
	for _, image := range engineImages {
		ref, err := name.ParseReference(image)
		if err != nil {
			return nil, err
		}
		if askRegistryFor(ctx, ref) != silent {
			continue
		}
		if _, err := e.docker(ctx, "pull", "--quiet", image); err != nil {
			missing = append(missing, ref)
		}
	}
	return missing, nil
}

// load puts stand-ins into the engine's store under their usual names. A classic
// store holds one platform of a name: the machine's own, since the example takes
// nothing from a base image but files that are the same everywhere.
func (l *Lab) load(ctx context.Context, e *engine, refs []name.Reference) error {
	for _, ref := range refs {
		index, err := l.standin(ctx, ref)
		if err != nil {
			return fmt.Errorf("providing %s: %w", ref, err)
		}
		archive, id, err := e.archive(ref, index)
		if err != nil {
			return fmt.Errorf("providing %s: %w", ref, err)
		}
		if have, err := e.docker(ctx, "image", "inspect", "--format", "{{.Id}}", ref.String()); err == nil && have == id.String() {
			continue
		}
		err = l.step("loading a stand-in for "+ref.String()+" into the engine's store", func(io.Writer) error {
			r, w := io.Pipe()
			go func() { w.CloseWithError(archive(w)) }()
			_, err := e.dockerInput(ctx, r, "load")
			return errors.Join(err, r.Close())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// archive returns what "docker load" reads to have index as ref, and the id that
// the image then has.
func (e *engine) archive(ref name.Reference, index v1.ImageIndex) (func(io.Writer) error, v1.Hash, error) {
	if e.containerd {
		id, err := index.Digest()
		return func(w io.Writer) error { return writeLayoutTar(w, ref, index) }, id, err
	}
	images, err := partial.FindImages(index, match.Platforms(*platformOf(nativeArch)))
	if err != nil {
		return nil, v1.Hash{}, err
	}
	id, err := images[0].ConfigName()
	return func(w io.Writer) error { return tarball.Write(ref, images[0], w) }, id, err
}

// writeLayoutTar writes index as the tar of an OCI layout that names it ref.
func writeLayoutTar(w io.Writer, ref name.Reference, index v1.ImageIndex) error {
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	names := map[string]string{
		"io.containerd.image.name":          familiarName(ref) + ":" + ref.Identifier(),
		"org.opencontainers.image.ref.name": ref.Identifier(),
	}
	if err := at.AppendIndex(index, layout.WithAnnotations(names)); err != nil {
		return err
	}
	tw := tar.NewWriter(w)
	if err := tw.AddFS(os.DirFS(dir)); err != nil {
		return err
	}
	return tw.Close()
}

// buildAndRun builds the example for the demo's platforms, at once where the
// store can hold that, and runs each image.
func (l *Lab) buildAndRun(ctx context.Context, e *engine, dir string) ([]demoRun, error) {
	ref := "demo/" + demoExample
	build := []string{"docker", "buildx", "build", "-f", "stagefront.yaml"}
	if e.containerd {
		args := append(build, "--platform", strings.Join(demoPlatforms, ","), "-t", ref, ".")
		if err := show(ctx, dir, e.env, args...); err != nil {
			return nil, err
		}
	}
	var runs []demoRun
	for _, platform := range demoPlatforms {
		one := ref
		if !e.containerd {
			one = ref + ":" + strings.TrimPrefix(platform, "linux/")
			if err := show(ctx, dir, e.env, append(append([]string{}, build...), "--platform", platform, "--load", "-t", one, ".")...); err != nil {
				return nil, err
			}
		}
		run, err := l.runOnEngine(ctx, e, one, platform)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// runOnEngine runs one image. When the engine's kernel cannot, emulation is
// installed where that is possible; elsewhere the demo says what did not run.
func (l *Lab) runOnEngine(ctx context.Context, e *engine, ref, platform string) (demoRun, error) {
	r := demoRun{platform: platform}
	if err := e.measure(ctx, ref, &r); err != nil {
		return r, err
	}
	run := func() (string, error) {
		return e.dockerInput(ctx, strings.NewReader(demoInput), "run", "--rm", "-i", "--platform", platform, ref)
	}
	var err error
	if r.output, err = run(); err == nil || !strings.Contains(err.Error(), "exec format error") {
		return r, err
	}
	fmt.Fprintf(l.out, "the engine's kernel does not run %s programs; installing emulation to run them (building needs none)\n", platform)
	if err := l.ensureEmulation(ctx); err != nil {
		r.notRunning = "no emulation: " + err.Error()
		return r, nil
	}
	if r.output, err = run(); err != nil {
		r.notRunning = err.Error()
	}
	return r, nil
}

// measure notes the image's size and digest. A classic store knows neither the
// manifest nor the compressed size.
func (e *engine) measure(ctx context.Context, ref string, r *demoRun) error {
	if !e.containerd {
		answer, err := e.docker(ctx, "image", "inspect", "--format", "{{.Size}} {{.Id}}", ref)
		if err != nil {
			return err
		}
		size, id, _ := strings.Cut(answer, " ")
		r.size, r.digest = size+" bytes", "config "+id
		return nil
	}
	dir, err := os.MkdirTemp("", "stagefront-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "image.tar")
	if _, err := e.docker(ctx, "image", "save", "--output", file, ref); err != nil {
		return err
	}
	i, err := image.OpenLayout(file, r.platform)
	if err != nil {
		return err
	}
	return r.measure(i)
}
