package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A command returns the arguments and variables by which an image is built for platforms
// and pushed, with flags about a cache.
type command func(image, platforms string, cache []string) (args, env []string)

// rival is what a spec is compared with.
type rival struct {
	name       string // behind the name of a case; "" for the expert
	title      string
	dockerfile string // the ending of its file's name; "" for none
	host       bool   // for the builder's own platform alone
	leaves     string // what it leaves beside the source, which is no part of the context
	same       bool   // it builds the spec too, so each side gets edits of its own; compared where nothing is cached, too

	// prepare gets what the rival needs, and returns how it builds.
	prepare func(ctx context.Context, registry string) (command, error)
}

var (
	expert = rival{title: "the expert's Dockerfile", dockerfile: ".Dockerfile", prepare: byDockerfile}

	// tutorial is what the guides of languages begin with. Where it is for another platform
	// it compiles under emulation, so it is compared on one.
	tutorial = rival{name: "tutorial", title: "the tutorial's Dockerfile", dockerfile: ".tutorial.Dockerfile", host: true, prepare: byDockerfile}

	ko = rival{name: "ko", title: "ko", prepare: byKo}

	// Tools are the least that can be: what compiles, without an image. Where it needs more
	// to compile for another platform it is compared on one. Python's has nothing to do.
	goBuild = tool("go build", "for arch in $(echo $0 | sed 's#linux/##g; s#,# #g'); do"+
		" CGO_ENABLED=0 GOFLAGS= GOARCH=$arch go build -trimpath '-ldflags=-s -w' -o /dev/null ./cmd/server & done; wait", "")
	// The JDK of a machine may be older than the example's.
	mavenPackage = tool("mvn package", "mvn --quiet --batch-mode --offline -DskipTests -Dmaven.compiler.release=17 package ||"+
		" mvn --quiet --batch-mode -DskipTests -Dmaven.compiler.release=17 package", "target")
	npmBuild   = tool("npm run build", "test -d node_modules || npm ci; npm run build", "node_modules\ndist")
	cargoBuild = tool("cargo build", "cargo build --quiet --locked --release", "target")

	// one is what a second platform is measured by.
	one = rival{name: "one", title: "the same spec, for the builder's platform alone", same: true, prepare: forOne}
)

// benchCase is a change of a project, and what the spec is compared with.
type benchCase struct {
	name    string
	project project
	change  change
	rival   rival
}

// cases returns all there are: all changes against the expert, an edit against the others,
// and what begins with nothing against the same spec.
func cases() (all []benchCase) {
	for _, p := range projects {
		for _, c := range p.changes {
			all = append(all, benchCase{p.name + "-" + c.name, p, c, expert})
			for _, r := range p.rivals {
				if c.name != "edit" && !(c.cold && r.same) {
					continue
				}
				all = append(all, benchCase{p.name + "-" + c.name + "-" + r.name, p, c, r})
			}
		}
	}
	return all
}

// buildx returns a build of a file by buildx.
func buildx(file string) command {
	return func(image, platforms string, cache []string) (args, env []string) {
		args = append([]string{"buildx", "build", "--progress=plain", "-f", file, "--platform", platforms}, network()...)
		return append(append(args, cache...), "-t", image, "--push", "."), nil
	}
}

func forOne(context.Context, string) (command, error) {
	build := buildx(specFile)
	return func(image, _ string, cache []string) (args, env []string) {
		return build(image, "linux/"+runtime.GOARCH, cache)
	}, nil
}

func byDockerfile(context.Context, string) (command, error) { return buildx(dockerfile), nil }

// koVersion is of the ko that is compared.
const koVersion = "v0.19.1"

// byKo compiles ko. It has the flags and the base of the spec.
func byKo(ctx context.Context, registry string) (command, error) {
	bin, err := os.MkdirTemp("", "bench-ko-")
	if err != nil {
		return nil, err
	}
	install := exec.CommandContext(ctx, "go", "install", "github.com/google/ko@"+koVersion)
	install.Env = append(os.Environ(), "GOBIN="+bin, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compiling ko: %w\n%s", err, out)
	}
	return func(image, platforms string, _ []string) (args, env []string) {
		repository, tag, _ := cutLast(image, ":")
		args = []string{filepath.Join(bin, "ko"), "build", "--bare", "--insecure-registry", "--sbom=none", "--platform=" + platforms, "-t", tag, "./cmd/server"}
		return args, []string{"KO_DOCKER_REPO=" + repository, "KO_DEFAULTBASEIMAGE=" + registry + "/distroless/static-debian13:nonroot", "GOFLAGS=-ldflags=-s"}
	}, nil
}

// tool is a language's own, called by a script whose name is the platforms. One that leaves
// files is for the builder's platform.
func tool(title, script, leaves string) rival {
	prepare := func(context.Context, string) (command, error) {
		return func(_, platforms string, _ []string) (args, env []string) {
			return []string{"sh", "-ec", script, platforms}, nil
		}, nil
	}
	return rival{name: "tool", title: title + ", without an image", host: leaves != "", leaves: leaves, prepare: prepare}
}

// cutLast cuts a text at the last of some separators.
func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}
