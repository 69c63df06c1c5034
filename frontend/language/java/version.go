package java

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// releases are the releases that distroless has, each with years of security
// fixes to come. https://github.com/GoogleContainerTools/distroless/blob/main/java/README.md
var releases = []int{17, 21, 25}

// defaultRelease is for projects that say nothing: their plugins know it well.
const defaultRelease = 21

// wantedVersion is a level that something asks for.
type wantedVersion struct {
	level  int // 8 for "1.8"
	rng    diag.Range
	pinned bool // a JDK, where others are the language level of the source
}

// versionNumbers are how a word names a level, the surest first: java17 of
// GraalVM's names, a number that is a part of its own as in openjdk64-17.0.2, and
// one that follows a name as in jdk17.
var versionNumbers = []*regexp.Regexp{
	regexp.MustCompile(`\bjava(\d+)\b`),
	regexp.MustCompile(`(?:^|[-_@ ])(?:1\.)?(\d+)(?:[.+_-]|$)`),
	regexp.MustCompile(`^[A-Za-z]+(\d+)(?:[.+_-]|$)`),
}

// levelOf returns the level that a word names: 17, 1.8, 21.0.2-tem,
// temurin-21.0.4+7, openjdk64-17.0.2. It returns 0 when it names none.
func levelOf(word string) int {
	for _, number := range versionNumbers {
		if m := number.FindStringSubmatch(strings.TrimSpace(word)); m != nil {
			level, _ := strconv.Atoi(m[1])
			return level
		}
	}
	return 0
}

// releaseFor returns the first of the releases that runs a level, 0 when all
// are too old.
func releaseFor(level int) int {
	for _, r := range releases {
		if level <= r {
			return r
		}
	}
	return 0
}

// pins are the files that pin a JDK.
var pins = []language.Pin{
	{File: ".java-version"},
	{File: ".sdkmanrc", Before: "java="},
	{File: ".tool-versions", Before: "java "},
}

// pinOf returns the JDK that a file pins, in the project or in the directory
// that its build runs in.
func pinOf(fsys fs.FS, dirs ...string) (wantedVersion, diag.List) {
	var diags diag.List
	pin := language.Pinned(fsys, pins, dirs...)
	if pin.Value == "" {
		return wantedVersion{}, nil
	}
	level := levelOf(pin.Value)
	if level == 0 {
		diags.Errorf(pin.Range, "got java %q, want a version such as 21", pin.Value).Hint =
			"\"version\" in the spec overrides the file"
	}
	return wantedVersion{level, pin.Range, true}, diags
}

// choice is the release that a project is built with and runs on.
type choice struct {
	release int
	why     string
	rng     diag.Range
}

// choose decides the release: the spec's, else what a file pins or the
// project's level, whichever is higher, rounded up to the next that there is.
// most is the newest that the build tool runs on, for who leaves it open; 0 is any.
func choose(p *language.Project, pin, level wantedVersion, most int) (choice, diag.List) {
	choice, diags := chosen(p, pin, level, most)
	if oldest := oldest(choice.release); choice.release != 0 && level.level != 0 && level.level < oldest {
		diags.Errorf(level.rng, "java %d does not compile for level %d any more", choice.release, level.level).Hint = fmt.Sprintf("raise it to %d or more", oldest)
	}
	return choice, diags
}

// oldest returns the oldest level that a release compiles for.
// https://openjdk.org/jeps/182
func oldest(release int) int {
	if release < 20 {
		return 7
	}
	return 8
}

func chosen(p *language.Project, pin, level wantedVersion, most int) (choice, diag.List) {
	var diags diag.List
	if v := p.Spec.Version; v.IsSet() {
		release := levelOf(v.Value)
		switch {
		case !slices.Contains(releases, release):
			diags.Errorf(v.Range, "got java %q, want %s", v.Value, offered())
		case release < level.level:
			diags.Errorf(v.Range, "java %d cannot compile for %d, which %s asks for", release, level.level, level.rng.FileLine()).Hint = "remove \"version\", or raise it"
		}
		return choice{release, v.Range.FileLine(), v.Range}, diags
	}
	want := level
	if pin.level > level.level {
		want = pin
	}
	if want.level == 0 && 0 < most && most < defaultRelease {
		return choice{release: most, why: "the newest that the build tool runs on"}, nil
	}
	if want.level == 0 {
		return choice{release: defaultRelease, why: "default"}, nil
	}
	release, why := releaseFor(want.level), want.rng.FileLine()
	if release == 0 {
		diags.Errorf(want.rng, "there is no java %d; the newest is %d", want.level, releases[len(releases)-1]).Hint =
			"lower it, or name images with \"toolchain\" and \"runtime\""
	} else if release != want.level {
		why = fmt.Sprintf("%s asks for %d, and the next release that has long support is %d", why, want.level, release)
	}
	return choice{release, why, want.rng}, diags
}

// offered lists the releases for a message.
func offered() string {
	var names []string
	for _, r := range releases {
		names = append(names, strconv.Itoa(r))
	}
	return language.Alternatives(names)
}
