package e2e

import (
	"bytes"
	"debug/buildinfo"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// leveled is a project for the variants of platforms: on distroless, and on scratch.
const leveled = `
-- stagefront.yaml --
# syntax=org/stagefront
language: go
entrypoint: .
targets:
  bare: {runtime: scratch, certificates: false}
-- go.mod --
module example.com/leveled

go 1.26.0
-- main.go --
package main

func main() { println("leveled") }
`

// leveledRust is one whose program says by its bytes what the compiler was let use.
const leveledRust = `
-- stagefront.yaml --
# syntax=org/stagefront
-- Cargo.toml --
[package]
name = "leveled"
version = "0.1.0"
edition = "2021"
-- Cargo.lock --
version = 3

[[package]]
name = "leveled"
version = "0.1.0"
-- src/main.rs --
fn main() {
    println!("{}", if cfg!(target_feature = "avx2") { "level-three" } else { "level-one" });
}
`

// TestVariants builds for variants of platforms: the compiler is told, the image says
// so, and its runtime is the best that there is. Where distroless has none, that is
// told before anything is compiled, with what works.
func TestVariants(t *testing.T) {
	lab := start(t)
	dir := project(t, leveled)
	for target, settings := range map[string]map[string]string{
		"":     {"linux/amd64/v3": "GOAMD64=v3", "linux/arm64/v8.2": "GOARM64=v8.2"},
		"bare": {"linux/arm/v6": "GOARM=6", "linux/arm/v7": "GOARM=7"},
	} {
		var names []string
		for name := range settings {
			names = append(names, name)
		}
		slices.Sort(names)
		ref := lab.Registry + "/e2e/variants" + target
		flags := []string{"--platform=" + strings.Join(names, ","), "--provenance=false", "--push", "-t", ref, "--target=" + target}
		if printed, err := try(t, lab, dir, flags...); err != nil {
			t.Errorf("%v\n%s", err, printed)
			continue
		}
		for name, want := range settings {
			checkSetting(t, open(t, ref, name), want)
		}
	}
	printed, err := try(t, lab, dir, "--platform=linux/arm/v6")
	if want := "gcr.io/distroless/static-debian13:nonroot is not for linux/arm/v6"; err == nil || !strings.Contains(printed, want) || !strings.Contains(printed, "scratch") {
		t.Errorf("got %v, want %q and what works:\n%s", err, want, printed)
	}
	if strings.Contains(printed, "] compile") {
		t.Errorf("compiled first:\n%s", printed)
	}
}

// checkSetting checks that an image's program was compiled with a setting.
func checkSetting(t *testing.T, img *image.Image, want string) {
	t.Helper()
	program, err := img.ReadFile("/usr/local/bin/leveled")
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	key, value, _ := strings.Cut(want, "=")
	if !slices.Contains(info.Settings, debug.BuildSetting{Key: key, Value: value}) {
		t.Errorf("%s: got %v, want %s", img.Platform, info.Settings, want)
	}
}

// TestRustVariant builds for a level of amd64, on a builder that needs not have it.
func TestRustVariant(t *testing.T) {
	lab := start(t)
	dir := project(t, leveledRust)
	for platform, want := range map[string]string{"linux/amd64": "level-one", "linux/amd64/v3": "level-three"} {
		ref := lab.Registry + "/e2e/variant-rust"
		if printed, err := try(t, lab, dir, "--platform="+platform, "--provenance=false", "--push", "-t", ref); err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		program, err := open(t, ref, platform).ReadFile("/usr/local/bin/leveled")
		if err != nil || !bytes.Contains(program, []byte(want)) {
			t.Errorf("%s: got %v and no %q in the program", platform, err, want)
		}
	}
}
