package main

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// golang is golang:VERSION-SUITE for the machine's own architecture, which is
// the build platform; nothing of it ever runs for another.
var golang = family{
	doc:   "golang:VERSION-trixie, golang:VERSION-bookworm (this machine's architecture)",
	names: "docker.io/library/golang",
	recipe: func(ctx context.Context, l *Lab, _, tag string) (*recipe, error) {
		version, suite, ok := strings.Cut(tag, "-")
		if !ok || !slices.Contains(suites, suite) {
			return nil, nil
		}
		version, err := l.newestGo(ctx, version)
		if err != nil {
			return nil, err
		}
		return golangRecipe(l, version, suite), nil
	},
}

// golangPackages is what the official image has beside a minimal Debian and
// what builds make use of: version control, a C compiler, fetching tools.
var golangPackages = []string{
	"ca-certificates", "curl", "g++", "gcc", "git", "libc6-dev", "make", "netbase",
	"openssh-client", "pkg-config", "procps", "tzdata", "wget",
}

func golangRecipe(l *Lab, version, suite string) *recipe {
	return &recipe{
		arches: []string{nativeArch},
		layers: func(arch string) []layerRecipe {
			return append(debianLayers(l, suite, arch, golangPackages), goLayer(l, version, arch))
		},
		config: v1.Config{
			Env: []string{
				"PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"GOLANG_VERSION=" + version,
				"GOTOOLCHAIN=local",
				"GOPATH=/go",
			},
			Cmd:        []string{"bash"},
			WorkingDir: "/go",
		},
	}
}

// newestGo returns the newest release of Go that version names: 1.26 may stand
// for 1.26.5, and 1.26.3 for itself. Where the module proxy cannot be asked, the
// machine's own Go does if it fits.
func (l *Lab) newestGo(ctx context.Context, version string) (string, error) {
	own := strings.TrimPrefix(runtime.Version(), "go")
	list, err := proc{args: []string{"go", "list", "-m", "-versions", toolchainModule}, dir: l.testModule()}.output(ctx)
	releases := append(goReleases(list, nativeArch), own)
	slices.SortFunc(releases, compareGo)
	for _, release := range slices.Backward(releases) {
		if release == version || strings.HasPrefix(release, version+".") {
			return release, nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("finding Go %s: this machine has %s, and the module proxy does not answer: %w", version, own, err)
	}
	return "", fmt.Errorf("%w: the module proxy has no Go %s for linux/%s", errNoStandin, version, nativeArch)
}

const toolchainModule = "golang.org/toolchain"

// goReleases returns the releases for arch in a list of the toolchain module's
// versions, such as "v0.0.1-go1.26.3.linux-amd64"; release candidates are none.
func goReleases(list, arch string) []string {
	var releases []string
	for _, word := range strings.Fields(list) {
		release, ok := strings.CutSuffix(word, ".linux-"+arch)
		_, release, found := strings.Cut(release, "-go")
		if ok && found && strings.Trim(release, "0123456789.") == "" {
			releases = append(releases, release)
		}
	}
	return releases
}

// compareGo orders releases such as 1.9.2 and 1.26 by their numbers.
func compareGo(a, b string) int {
	numbers := func(s string) []int {
		var out []int
		for _, part := range strings.Split(s, ".") {
			n, _ := strconv.Atoi(part)
			out = append(out, n)
		}
		return out
	}
	return slices.Compare(numbers(a), numbers(b))
}

// goLayer is /usr/local/go of one release, and the empty GOPATH.
func goLayer(l *Lab, version, arch string) layerRecipe {
	return layerRecipe{
		name: "go " + version + " for " + arch,
		key:  []string{"go", "3", version, arch},
		write: func(ctx context.Context, w, log io.Writer) error {
			dir, err := goRoot(ctx, l, version, arch, log)
			if err != nil {
				return err
			}
			tw := tar.NewWriter(w)
			if err := writeGoRoot(tw, dir); err != nil {
				return err
			}
			return tw.Close()
		},
	}
}

// goRoot returns a directory with the release: the machine's own when it is
// that one, else the module that the go command itself would download.
func goRoot(ctx context.Context, l *Lab, version, arch string, log io.Writer) (string, error) {
	own, err := proc{args: []string{"go", "env", "GOROOT"}, dir: l.testModule()}.output(ctx)
	if err != nil {
		return "", err
	}
	if runtime.Version() == "go"+version && isFile(filepath.Join(own, "bin", "gofmt")) && isFile(filepath.Join(own, "src", "go.mod")) {
		return own, nil
	}
	module := fmt.Sprintf("%s@v0.0.1-go%s.linux-%s", toolchainModule, version, arch)
	var out strings.Builder
	download := proc{args: []string{"go", "mod", "download", "-json", module}, dir: l.testModule(), stdout: &out}
	if err := download.run(ctx, log); err != nil {
		return "", fmt.Errorf("downloading Go %s: %w\n%s", version, err, out.String())
	}
	var answer struct{ Dir string }
	if err := json.Unmarshal([]byte(out.String()), &answer); err != nil {
		return "", fmt.Errorf("reading where Go %s was downloaded to: %w", version, err)
	}
	return answer.Dir, nil
}

// writeGoRoot writes dir as usr/local/go, without Go's own tests, and go/src and
// go/bin, which everyone may write to.
func writeGoRoot(tw *tar.Writer, dir string) error {
	folders := []tar.Header{
		{Name: "go/", Mode: 0o1777}, {Name: "go/bin/", Mode: 0o1777}, {Name: "go/src/", Mode: 0o1777},
		{Name: "usr/", Mode: 0o755}, {Name: "usr/local/", Mode: 0o755},
	}
	for _, hdr := range folders {
		hdr.Typeflag, hdr.ModTime = tar.TypeDir, epoch
		if err := tw.WriteHeader(&hdr); err != nil {
			return err
		}
	}
	return filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); isGoTest(rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		return writeGoFile(tw, file, rel, d)
	})
}

// isGoTest tells whether a file of a Go root is there for Go's own tests: more
// than half of them are, and no build reads any.
func isGoTest(rel string) bool {
	return rel == "test" || rel == "api" || path.Base(rel) == "testdata" || strings.HasSuffix(rel, "_test.go")
}

// writeGoFile writes one file of a Go root. A root that came as a module has no
// exec bits, and its go.mod files have another name, because a module zip can
// hold neither.
func writeGoFile(tw *tar.Writer, file, rel string, d fs.DirEntry) error {
	name := "usr/local/go/" + rel
	switch {
	case d.IsDir():
		return tw.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimSuffix(name, ".") + "/", Mode: 0o755, ModTime: epoch})
	case !d.Type().IsRegular():
		return nil
	}
	if base, ok := strings.CutSuffix(name, "/_go.mod"); ok {
		name = base + "/go.mod"
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if info.Mode()&0o111 != 0 || strings.HasPrefix(rel, "bin/") || strings.HasPrefix(rel, "pkg/tool/") {
		mode = 0o755
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	err = tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: info.Size(), ModTime: epoch})
	_, copyErr := io.Copy(tw, f)
	return errors.Join(err, copyErr)
}
