package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stagefront/stagefront/test/image"
	"github.com/stagefront/stagefront/test/labenv"
)

var platforms = []string{"linux/amd64", "linux/arm64"}

func TestMain(m *testing.M) { os.Exit(image.Main(m)) }

// start makes a test run beside others, and returns the lab that they share.
func start(t *testing.T) *labenv.Lab {
	t.Helper()
	lab := labenv.Get(t)
	t.Parallel()
	return lab
}

// project writes the files of a txtar archive to a directory that goes with t.
func project(t *testing.T, archive string) string {
	t.Helper()
	return labenv.Project(t, archive)
}

// taken has a lock for each example that a test builds.
var taken sync.Map

// example returns the directory of one of the examples, which no other test has until
// this one ends: BuildKit joins equal steps of builds that run at the same time. Rust's are
// not optimized, which takes minutes less.
func example(t *testing.T, lab *labenv.Lab, name string) string {
	t.Helper()
	known, _ := taken.LoadOrStore(name, &sync.Mutex{})
	lock := known.(*sync.Mutex)
	lock.Lock()
	t.Cleanup(lock.Unlock)
	dir := filepath.Join(lab.Root, "examples", name)
	manifest, err := os.ReadFile(filepath.Join(dir, "Cargo.toml"))
	if err != nil {
		return dir
	}
	const profile = "\n[profile.release]\n"
	before, after, _ := strings.Cut(string(manifest), profile)
	return changed(t, dir, map[string]string{"Cargo.toml": before + profile + "opt-level = 0\n" + after})
}

// changed returns a copy of a directory in which some files are others.
func changed(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(to, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// build builds a project with the frontend image, for both platforms unless flags say
// another one, and returns the image's name in the lab's registry.
func build(t *testing.T, lab *labenv.Lab, dir, name string, flags ...string) (ref string) {
	t.Helper()
	ref, printed, err := tryBuild(t, lab, dir, name, flags...)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return ref
}

// tryBuild is build that also returns what was printed, and whether it failed. Layers are
// compressed as little as can be: as usual, that is much of what the daemon computes.
func tryBuild(t *testing.T, lab *labenv.Lab, dir, name string, flags ...string) (ref, printed string, err error) {
	t.Helper()
	ref = lab.Registry + "/e2e/" + name
	all := append([]string{"--provenance=false", "--output=type=image,push=true,compression-level=1,name=" + ref}, flags...)
	if !slices.ContainsFunc(flags, func(flag string) bool { return strings.HasPrefix(flag, "--platform=") }) {
		all = append(all, "--platform="+strings.Join(platforms, ","))
	}
	printed, err = try(t, lab, dir, all...)
	if err != nil {
		return ref, printed, err
	}
	checkLog(t, lab, dir, printed, all)
	return ref, printed, nil
}

// checkLog checks what every build promises to its watcher, by what a build with
// flags has printed: what is the same for all platforms is done once. BuildKit
// joins equal steps of builds that run at the same time and shows each those of
// the other, too; one that seems to do a step twice is therefore built again,
// from its cache, after ever longer pauses. One that really does shows it every time.
func checkLog(t *testing.T, lab *labenv.Lab, dir, printed string, flags []string) {
	t.Helper()
	const attempts = 6
	for attempt := range attempts {
		if len(doneTwice(printed)) == 0 {
			return
		}
		time.Sleep(time.Second << attempt)
		var err error
		if printed, err = try(t, lab, dir, flags...); err != nil {
			t.Fatalf("built again: %v\n%s", err, printed)
		}
	}
	for _, name := range doneTwice(printed) {
		t.Errorf("%s is done in several steps, want 1\n%s", name, printed)
	}
}

// try builds a project as its user would, of another file than stagefront.yaml
// when flags say so, and returns what was printed.
func try(t *testing.T, lab *labenv.Lab, dir string, flags ...string) (printed string, err error) {
	t.Helper()
	args := slices.Concat(lab.Network, flags)
	if slices.ContainsFunc(flags, isNoCache) {
		args = append(args, ownCaches(t.Name()))
	}
	if !slices.Contains(flags, "-f") {
		args = append(args, "-f", "stagefront.yaml")
	}
	return lab.Build(t, dir, append(args, ".")...)
}

// isNoCache tells of a flag by which steps are done again. BuildKit empties the caches
// that such steps mount, so they have some of their own.
func isNoCache(flag string) bool { return strings.HasPrefix(flag, "--no-cache") }

// anew returns a flag by which all commands of a build are others than those before,
// while caches have what they had.
func anew() string { return fmt.Sprintf("--ulimit=core=%d", time.Now().UnixNano()) }

// afresh returns flags by which all commands of a build run again, with caches that nothing
// is in. --no-cache is for tests of what it does: BuildKit then forgets which caches builds
// that run share at the time, of whatever name, and later ones begin with empty ones.
func afresh(t *testing.T) []string {
	t.Helper()
	return []string{anew(), ownCaches(fmt.Sprintf("%s-%d", t.Name(), time.Now().UnixNano()))}
}

// ownCaches returns a flag by which a build shares caches with those of the same name alone.
func ownCaches(name string) string {
	return "--build-arg=BUILDKIT_CACHE_MOUNT_NS=" + strings.ReplaceAll(name, "/", "-")
}

// runTests builds the target "test" of a project, whose tests run each time.
func runTests(t *testing.T, lab *labenv.Lab, dir string, flags ...string) (printed string, err error) {
	t.Helper()
	return try(t, lab, dir, append([]string{"--target=test", anew()}, flags...)...)
}

// sharedSteps are the steps of a build that are the same for all platforms. One for
// the builder is not among them: it compiles for commands over the files that the spec
// lays over the source, which may come from an image of each platform.
var sharedSteps = regexp.MustCompile(`(?m)^(#\d+) (\[[a-z]+\] (?:fetch|compile) .*)$`)

// doneTwice returns those of the shared steps that a build shows as several.
func doneTwice(printed string) []string {
	numbers := map[string]string{}
	var twice []string
	for _, m := range sharedSteps.FindAllStringSubmatch(printed, -1) {
		number, name := m[1], m[2]
		if strings.HasSuffix(name, " for the builder") {
			continue
		}
		if first, seen := numbers[name]; seen && first != number && !slices.Contains(twice, name) {
			twice = append(twice, name)
		}
		if numbers[name] == "" {
			numbers[name] = number
		}
	}
	return twice
}

// TestDoneTwice proves that a step which is told of again is not taken for two.
func TestDoneTwice(t *testing.T) {
	printed := "#6 [go] fetch modules\n#6 DONE 1.8s\n#7 [go] compile server\n#6 [go] fetch modules\n#8 [go] compile server\n#9 [go] compile server\n" +
		"#10 [go] compile for the builder\n#11 [go] compile for the builder\n"
	if got := doneTwice(printed); !slices.Equal(got, []string{"[go] compile server"}) {
		t.Errorf("got %q", got)
	}
}

// open returns what was built for one platform.
func open(t *testing.T, ref, platform string) *image.Image {
	t.Helper()
	img, err := image.Open(t.Context(), ref, platform)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// onPlatforms runs f with what was built for each platform.
func onPlatforms(t *testing.T, ref string, f func(t *testing.T, img *image.Image)) {
	t.Helper()
	on(t, ref, platforms, f)
}

// on is onPlatforms with some of them.
func on(t *testing.T, ref string, platforms []string, f func(t *testing.T, img *image.Image)) {
	t.Helper()
	for _, platform := range platforms {
		t.Run(platform, func(t *testing.T) { f(t, open(t, ref, platform)) })
	}
}

// runtimes has, for each runtime that a program was started on under emulation, its layers.
var runtimes sync.Map

// mustStart tells whether a test has to start one of the images of ref: each runtime is
// started with a first program.
func mustStart(t *testing.T, ref string, img *image.Image) bool {
	t.Helper()
	below, _ := split(img)
	_, known := runtimes.LoadOrStore(fmt.Sprint(below), true)
	return !known || !hasEqual(t, ref, img) && !loads(t, ref, img)
}

// hasEqual tells whether what is ours in an image for another machine is, to the byte, what
// is ours in that for this one, where it is started: once the runtime has started something,
// emulating another program for a minute shows nothing more.
func hasEqual(t *testing.T, ref string, img *image.Image) bool {
	t.Helper()
	here := counterpart(t, ref, img)
	if here == nil {
		return false
	}
	_, own := split(img)
	_, same := split(here)
	return slices.Equal(own, same)
}

// counterpart returns the image of ref for this machine, which is started in the place of
// one for another: nil when that is this one, or when a container of it is configured
// otherwise.
func counterpart(t *testing.T, ref string, img *image.Image) *image.Image {
	t.Helper()
	native := "linux/" + runtime.GOARCH
	if img.Platform == native {
		return nil
	}
	here := open(t, ref, native)
	if !reflect.DeepEqual(img.Config.Config, here.Config.Config) {
		return nil
	}
	return here
}

// split returns the layers of an image's runtime and those that are ours, which its
// history tells apart.
func split(img *image.Image) (runtime, own []string) {
	all := layers(img)
	n := len(all)
	for _, h := range img.Config.History {
		if strings.HasPrefix(h.Comment, "stagefront.") && !h.EmptyLayer {
			n--
		}
	}
	return all[:n], all[n:]
}

// layers returns the layers of an image by their content, the lowest first.
func layers(img *image.Image) []string {
	var ids []string
	for _, id := range img.Config.RootFS.DiffIDs {
		ids = append(ids, id.String())
	}
	return ids
}
