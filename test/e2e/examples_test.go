package e2e

import (
	"bytes"
	"debug/elf"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

// TestCalculator builds examples/go-calculator: one static program on scratch.
func TestCalculator(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "go-calculator"), "go-calculator")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		result, err := img.Run(t.Context(), image.RunOptions{Stdin: "1 + 2\n7 / 2\n"})
		if err != nil || result.Stdout != "3\n3.5\n" {
			t.Errorf("got %+v, %v, want 3 and 3.5", result, err)
		}
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		checkSize(t, img, files)
		checkStatic(t, img, "/usr/local/bin/calculator")
		var executables []string
		for name, file := range files {
			if file.Mode.IsRegular() && file.Mode&0o111 != 0 {
				executables = append(executables, name)
			}
		}
		if want := []string{"/usr/local/bin/calculator"}; !slices.Equal(executables, want) {
			t.Errorf("got executables %q, want %q", executables, want)
		}
	})
}

// checkStatic checks that a program of an image is for its platform and needs no
// library.
func checkStatic(t *testing.T, img *image.Image, name string) {
	t.Helper()
	program, err := img.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	machines := map[string]elf.Machine{"linux/amd64": elf.EM_X86_64, "linux/arm64": elf.EM_AARCH64}
	if want := machines[img.Platform]; f.Machine != want {
		t.Errorf("%s is for %v, want %v", name, f.Machine, want)
	}
	if libraries, _ := f.ImportedLibraries(); len(libraries) > 0 {
		t.Errorf("%s needs %v, want a static program", name, libraries)
	}
}

// checkSize checks the size that the project promises for the calculator: all
// layers, without the certificates.
func checkSize(t *testing.T, img *image.Image, files map[string]image.File) {
	t.Helper()
	size, err := img.Size()
	if err != nil {
		t.Fatal(err)
	}
	size -= files["/etc/ssl/certs/ca-certificates.crt"].Size
	t.Logf("%s: %d bytes", img.Platform, size)
	if size >= 1_830_000 {
		t.Errorf("got %d bytes, want under 1,830,000", size)
	}
}

// TestHTTP builds examples/go-http and asks both images over HTTP. It does not run beside
// others: what it compiles of Go's library, they find in the cache that they would all begin
// to fill with the same.
func TestHTTP(t *testing.T) {
	lab := labenv.Get(t)
	dir := example(t, lab, "go-http")
	ref := build(t, lab, dir, "go-http", "--build-arg=VERSION=1.2.3")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		checkHTTPConfig(t, img)
		address := freeAddress(t)
		c := startServer(t, img, image.RunOptions{Args: []string{"-address", address}})
		if got := get(t, c, "http://"+address+"/hello/you"); got != "Hello, you!\n" {
			t.Errorf("got %q, want a greeting", got)
		}
		if got := get(t, c, "http://"+address+"/version"); got != "1.2.3\n" {
			t.Errorf("got version %q, want 1.2.3", got)
		}
		if got := get(t, c, "http://"+address+"/"); !strings.Contains(got, "<h1>Hello</h1>") {
			t.Errorf("got %q, want the embedded page", got)
		}
		checkHealth(t, img, address)
	})
	worker := build(t, lab, dir, "go-http-worker", "-f", "worker.yaml")
	for _, platform := range platforms {
		result, err := open(t, worker, platform).Run(t.Context(), image.RunOptions{Args: []string{"1ms", "-jobs=2"}})
		if err != nil || !strings.HasPrefix(result.Stdout, "job 1 ") || !strings.Contains(result.Stdout, "\njob 2 ") {
			t.Errorf("%s: got %+v, %v, want two jobs", platform, result, err)
		}
	}
}

func checkHTTPConfig(t *testing.T, img *image.Image) {
	t.Helper()
	c := img.Config.Config
	if _, ok := c.ExposedPorts["8080/tcp"]; !ok {
		t.Errorf("got ports %v, want 8080/tcp", c.ExposedPorts)
	}
	if got := c.Labels["org.opencontainers.image.version"]; got != "1.2.3" {
		t.Errorf("got version label %q, want 1.2.3", got)
	}
	if c.Healthcheck == nil || c.Healthcheck.Interval != 10*time.Second || !slices.Equal(c.Healthcheck.Test, []string{"CMD", "/usr/local/libexec/healthcheck", "8080", "/healthz"}) {
		t.Errorf("got healthcheck %+v", c.Healthcheck)
	}
	for _, want := range []string{"CONFIG=/app/config/server.yaml", "HOME=/home/nonroot"} {
		if !slices.Contains(c.Env, want) {
			t.Errorf("got env %q, want %s in it", c.Env, want)
		}
	}
}

// checkHealth runs the image's healthcheck against a server that is up, and
// against none.
func checkHealth(t *testing.T, img *image.Image, address string) {
	t.Helper()
	_, port, _ := net.SplitHostPort(address)
	_, nobody, _ := net.SplitHostPort(freeAddress(t))
	for port, want := range map[string]int{port: 0, nobody: 1} {
		check := slices.Clone(img.Config.Config.Healthcheck.Test[1:])
		check[1] = port
		result, err := img.Run(t.Context(), image.RunOptions{Entrypoint: check})
		if err != nil || result.ExitCode != want {
			t.Errorf("healthcheck on port %s: got %+v, %v, want exit code %d", port, result, err, want)
		}
	}
}

// TestSameDigest builds an example twice, the second time by commands that run again with
// empty caches: the images are the same to the byte. Layers are not compressed, since
// BuildKit takes those that others had compressed in another way as they are.
func TestSameDigest(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-calculator") // of the little that it imports little is compiled twice
	pushed := func(name string, flags ...string) (ref string) {
		ref = lab.Registry + "/e2e/" + name
		flags = append(flags, "--provenance=false", "--platform="+strings.Join(platforms, ","),
			"--output=type=image,push=true,compression=uncompressed,force-compression=true,name="+ref)
		printed, err := try(t, lab, dir, flags...)
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		checkLog(t, lab, dir, printed, flags)
		return ref
	}
	first, second := pushed("same-first"), pushed("same-second", afresh(t)...)
	for _, platform := range platforms {
		a, b := open(t, first, platform), open(t, second, platform)
		if a.Digest != b.Digest {
			t.Errorf("%s: got %s, then %s", platform, a.Digest, b.Digest)
		}
	}
}

// TestWays builds the calculator in every way that BuildKit is used.
func TestWays(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "go-calculator")
	output := func(name string) (ref, out string) {
		ref = lab.Registry + "/e2e/way-" + name
		return ref, "type=image,push=true,name=" + ref
	}
	secret := "id=ca-certificates,src=" + lab.CA
	platformOpt := "platform=" + strings.Join(platforms, ",")
	ways := map[string]func(out string) (string, error){
		"docker-buildx": func(out string) (string, error) {
			return lab.Build(t, dir, "-f", "stagefront.yaml", "--platform", strings.Join(platforms, ","), "--secret", secret, "-o", out, ".")
		},
		"buildx": func(out string) (string, error) {
			return lab.Run(t, dir, "buildx", "build", "--progress=plain", "-f", "stagefront.yaml", "--platform", strings.Join(platforms, ","), "--secret", secret, "-o", out, ".")
		},
		"buildctl-dockerfile": func(out string) (string, error) {
			return lab.Buildctl(t, dir, "build", "--progress=plain", "--frontend", "dockerfile.v0", "--opt", "filename=stagefront.yaml", "--opt", platformOpt,
				"--secret", secret, "--local", "context=.", "--local", "dockerfile=.", "--output", out)
		},
		"buildctl-gateway": func(out string) (string, error) {
			return lab.Buildctl(t, dir, "build", "--progress=plain", "--frontend", "gateway.v0", "--opt", "source=org/stagefront", "--opt", "filename=stagefront.yaml", "--opt", platformOpt,
				"--secret", secret, "--local", "context=.", "--local", "dockerfile=.", "--output", out)
		},
		"bake": func(out string) (string, error) {
			bake := project(t, fmt.Sprintf("-- docker-bake.hcl --\ntarget \"default\" {\n  context = %q\n  dockerfile = \"stagefront.yaml\"\n  platforms = [\"linux/amd64\", \"linux/arm64\"]\n  secret = [%q]\n  output = [%q]\n}\n", dir, secret, out))
			return lab.Bake(t, bake, "--allow", "fs.read="+dir, "--allow", "fs.read="+lab.CA)
		},
	}
	digests := map[string][]string{}
	for name, way := range ways {
		ref, out := output(name)
		if printed, err := way(out); err != nil {
			t.Errorf("%s: %v\n%s", name, err, printed)
			continue
		}
		for _, platform := range platforms {
			img := open(t, ref, platform)
			digests[platform] = append(digests[platform], img.Digest)
		}
	}
	for platform, all := range digests {
		if len(slices.Compact(slices.Sorted(slices.Values(all)))) != 1 {
			t.Errorf("%s: got digests %q, want one", platform, all)
		}
	}
}
