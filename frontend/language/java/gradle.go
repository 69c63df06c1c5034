package java

import (
	"fmt"
	"go/version"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// gradleBuild is a build of Gradle's. Its files are programs: what they say in so
// many words is known, and nothing is claimed of what they compute.
type gradleBuild struct {
	fsys    fs.FS
	root    string          // directory that Gradle runs in: that of the settings
	modules []*gradleModule // with a build file, by directory
	files   []*gradleModule // what else may say which Java is meant: convention plugins, properties
	include []string        // directories that the build is made of besides
}

// gradleModule is a file of a build, and where it is.
type gradleModule struct {
	dir string
	src *diag.Source
}

// gradleMarker returns the file that marks a directory as a build of Gradle's, ""
// when there is none.
func gradleMarker(fsys fs.FS, dir string) string {
	for _, name := range markers[1:] {
		if file := path.Join(dir, name); language.IsFile(fsys, file) {
			return file
		}
	}
	return ""
}

// readGradle reads the build that the project in dir is of, nil when it is of none.
func readGradle(fsys fs.FS, dir string) *gradleBuild {
	if gradleMarker(fsys, dir) == "" {
		return nil
	}
	b := &gradleBuild{fsys: fsys, root: dir}
	for up := dir; ; up = path.Dir(up) {
		if language.IsFile(fsys, path.Join(up, "settings.gradle")) || language.IsFile(fsys, path.Join(up, "settings.gradle.kts")) {
			b.root = up
			break
		}
		if up == "." {
			break
		}
	}
	for _, d := range append([]string{b.root}, language.Subdirs(fsys, b.root, 4)...) {
		b.readDir(d)
	}
	b.included()
	return b
}

// readDir reads the build files of a directory.
func (b *gradleBuild) readDir(dir string) {
	below := "/" + language.Relative(b.root, dir) + "/"
	if strings.Contains(below, "/src/") || strings.Contains(below, "/build/") {
		return
	}
	shared := strings.Contains(below, "/buildSrc/") || strings.Contains(below, "/build-logic/") || strings.Contains(below, "/buildLogic/")
	for _, pattern := range []string{"*.gradle", "*.gradle.kts", "gradle.properties"} {
		names, _ := fs.Glob(b.fsys, path.Join(dir, pattern))
		for _, name := range names {
			data, err := fs.ReadFile(b.fsys, name)
			if err != nil {
				continue
			}
			m := &gradleModule{dir, &diag.Source{Name: name, Data: data, Language: "Gradle"}}
			if strings.HasPrefix(path.Base(name), "build.gradle") && !shared {
				b.modules = append(b.modules, m)
			} else {
				b.files = append(b.files, m)
			}
		}
	}
}

var gradleIncluded = regexp.MustCompile(`includeBuild[\s(]+["']([^"']+)["']`)

// included finds the directories that the build is made of besides its modules:
// its own plugins, and builds that the settings include.
func (b *gradleBuild) included() {
	for _, name := range []string{"buildSrc", "gradle"} {
		if dir := path.Join(b.root, name); language.IsDir(b.fsys, dir) {
			b.include = append(b.include, dir)
		}
	}
	for _, f := range b.files {
		if !strings.HasPrefix(path.Base(f.src.Name), "settings.gradle") {
			continue
		}
		for _, m := range gradleIncluded.FindAllStringSubmatch(string(f.src.Data), -1) {
			if dir := path.Join(f.dir, m[1]); language.IsDir(b.fsys, dir) && !slices.Contains(b.include, dir) {
				b.include = append(b.include, dir)
			}
		}
	}
}

// manifests returns the files that say what is to be fetched.
func (b *gradleBuild) manifests() []string {
	files := slices.Clone(b.include)
	inside := func(name string) bool {
		return slices.ContainsFunc(b.include, func(dir string) bool { return strings.HasPrefix(name, dir+"/") })
	}
	for _, m := range slices.Concat(b.modules, b.files) {
		if !inside(m.src.Name) {
			files = append(files, m.src.Name)
		}
		if lock := path.Join(m.dir, "gradle.lockfile"); language.IsFile(b.fsys, lock) && !slices.Contains(files, lock) {
			files = append(files, lock)
		}
	}
	slices.Sort(files)
	return files
}

// gradleTool returns how Gradle builds the project, nil when it has no build of it.
func gradleTool(p *language.Project) (*buildTool, diag.List) {
	b := readGradle(p.FS, p.Dir())
	if b == nil {
		return nil, nil
	}
	app, why, diags := b.app(p)
	if diags.Err() != nil {
		return nil, diags
	}
	wrapper, at := b.wrapper()
	level := b.level(app)
	if level.pinned && !slices.Contains(releases, level.level) && !p.Spec.Toolchain.IsSet() {
		diags.Errorf(level.rng, "Gradle wants java %d itself for this, and there are images of %s", level.level, offered()).Hint =
			"set the toolchain's language version to one of them, and \"options.release\" to the level"
		return nil, diags
	}
	t := &buildTool{
		name: "gradle", program: "Gradle", root: b.root, label: b.name(app),
		manifests: b.manifests(), level: level,
		most:      gradleMost(wrapper),
		image:     func(release int) (language.Toolchain, diag.List) { return gradleImage(wrapper, at, release) },
		output:    "/opt/gradle-home",
		files:     programFiles(".gradle"),
		decisions: []language.Decision{{Name: "build tool", Value: "gradle", Why: gradleMarker(p.FS, b.root)}},
	}
	if app != nil {
		t.decisions = append(t.decisions, language.Decision{Name: "module", Value: app.src.Name, Why: why})
		if app.dir != b.root {
			t.module = language.Relative(b.root, app.dir)
		}
	}
	if level.pinned {
		t.jdk, t.level = level, wantedVersion{}
	}
	return t, diags
}

var gradleName = regexp.MustCompile(`rootProject\.name\s*=\s*["']([^"']+)["']`)

// name returns what people call a module.
func (b *gradleBuild) name(app *gradleModule) string {
	if app != nil && app.dir != b.root {
		return path.Base(app.dir)
	}
	for _, f := range b.files {
		if m := gradleName.FindSubmatch(f.src.Data); m != nil {
			return string(m[1])
		}
	}
	return "the program"
}

// gradlePackagers are how a build file says that its module can be started.
var gradlePackagers = regexp.MustCompile(`(?m)^[^/\n]*(?:` +
	`\bid[\s(]*["'](?:application|org\.springframework\.boot|com\.github\.johnrengelman\.shadow|com\.gradleup\.shadow|io\.quarkus|io\.micronaut\.(?:application|minimal\.application)|io\.ktor\.plugin)["'](?:[^\n]*)` +
	`|^\s*application\s*$|apply\s+plugin:\s*["'](?:application|org\.springframework\.boot|io\.quarkus)["']|apply\(plugin\s*=\s*"application"\)` +
	`|alias\(libs\.plugins\.[\w.]*(?:boot|shadow|application|quarkus|ktor)[\w.]*\)(?:[^\n]*)` +
	`|["']?Main-Class["']?\s*(?:to|:|,))`)

// makesProgram reports whether a module is set up to make something that can be
// started, and where it says so.
func (m *gradleModule) makesProgram() (diag.Range, bool) {
	for _, at := range gradlePackagers.FindAllIndex(m.src.Data, -1) {
		if !strings.Contains(string(m.src.Data[at[0]:at[1]]), "apply false") {
			line := strings.TrimLeft(string(m.src.Data[at[0]:at[1]]), "\n")
			return m.src.Line(1 + strings.Count(string(m.src.Data[:at[1]-len(line)]), "\n")), true
		}
	}
	return diag.Range{}, false
}

// app returns the module that is the program, and why: the one that project
// names, the only one, or the only one that is set up to make something that can
// be started. It is nil where the root has no build file, and no module either.
func (b *gradleBuild) app(p *language.Project) (*gradleModule, string, diag.List) {
	var diags diag.List
	var found, here []*gradleModule
	for _, m := range b.modules {
		if m.dir == p.Dir() && p.Spec.Project.IsSet() && p.Dir() != b.root {
			return m, p.Spec.Project.Range.FileLine(), nil
		}
		if p.Dir() == "." || m.dir == p.Dir() || strings.HasPrefix(m.dir, p.Dir()+"/") {
			here = append(here, m)
			if _, ok := m.makesProgram(); ok {
				found = append(found, m)
			}
		}
	}
	switch {
	case len(here) == 1:
		return here[0], "the only module", nil
	case len(found) == 0:
		found = slices.DeleteFunc(slices.Clone(here), func(m *gradleModule) bool { return !hasMain(b.fsys, m.dir) })
	}
	if len(found) == 1 {
		if at, ok := found[0].makesProgram(); ok {
			return found[0], at.FileLine(), nil
		}
		return found[0], "the only module with a main class", nil
	}
	var dirs []string
	for _, m := range found {
		dirs = append(dirs, m.dir)
	}
	if len(dirs) == 0 {
		diags.Errorf(p.Spec.Project.Range, "no module of the build makes a program: none has a plugin that makes one, or a main class").Hint = "say which module: \"project: <directory>\", with the main class as \"entrypoint\""
	} else {
		diags.Errorf(p.Spec.Project.Range, "several modules make a program: %s", strings.Join(dirs, ", ")).Hint = fmt.Sprintf("say which: \"project: %s\"", dirs[0])
	}
	return nil, "", diags
}

// gradleLevels are how build files say which Java they mean; those of toolchains
// ask for a JDK of just that release.
var gradleLevels = []struct {
	text   *regexp.Regexp
	pinned bool
}{
	{regexp.MustCompile(`JavaLanguageVersion\.of\(\s*["']?(\d+)`), true},
	{regexp.MustCompile(`jvmToolchain\(\s*(\d+)`), true},
	{regexp.MustCompile(`\brelease(?:\s*=|\.set\()\s*["']?(\d+)`), false},
	{regexp.MustCompile(`(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.VERSION_)?["']?((?:1[._])?\d+)`), false},
	{regexp.MustCompile(`jvmTarget(?:\s*=|\.set\()\s*(?:JvmTarget\.JVM_)?["']?((?:1[._])?\d+)`), false},
}

// level returns what the build of a module asks for: its own file first, then
// the root's, then those that modules share.
func (b *gradleBuild) level(app *gradleModule) wantedVersion {
	var files []*gradleModule
	if app != nil {
		files = append(files, app)
	}
	for _, m := range b.modules {
		if m.dir == b.root {
			files = append(files, m)
		}
	}
	files = append(files, b.files...)
	for _, f := range files {
		for _, l := range gradleLevels {
			at := l.text.FindSubmatchIndex(f.src.Data)
			if at == nil {
				continue
			}
			word := strings.ReplaceAll(string(f.src.Data[at[2]:at[3]]), "_", ".")
			if level := levelOf(word); level > 0 {
				return wantedVersion{level, f.src.Line(1 + strings.Count(string(f.src.Data[:at[2]]), "\n")), l.pinned}
			}
		}
	}
	return wantedVersion{}
}

var gradleDistribution = regexp.MustCompile(`(?m)^distributionUrl\s*=.*gradle-(\d+\.\d+(?:\.\d+)?)-(?:bin|all)\.zip`)

// wrapper returns the version of Gradle that the project's wrapper asks for, ""
// when it has none.
func (b *gradleBuild) wrapper() (string, diag.Range) {
	return wrapperVersion(b.fsys, path.Join(b.root, "gradle/wrapper/gradle-wrapper.properties"), gradleDistribution)
}

// gradleRuns are the first versions of Gradle that run on our releases of Java.
// https://docs.gradle.org/current/userguide/compatibility.html
var gradleRuns = map[int]string{17: "7.3", 21: "8.5", 25: "9.1.0"}

// gradleMost returns the newest release of Java that a version of Gradle runs on,
// 0 when it runs on none of ours, or is not known.
func gradleMost(gradle string) int {
	most := 0
	for _, release := range releases {
		if gradle != "" && version.Compare("go"+gradle, "go"+gradleRuns[release]) >= 0 {
			most = release
		}
	}
	return most
}

// gradleImage returns the image of the version that the wrapper wants: the
// wrapper itself would download it.
// https://hub.docker.com/_/gradle
func gradleImage(wanted string, at diag.Range, release int) (t language.Toolchain, diags diag.List) {
	t = language.Toolchain{Version: fmt.Sprint(release), Range: at}
	switch {
	case wanted == "" && release == 25:
		t.Ref = "gradle:9-jdk25"
	case wanted == "":
		t.Ref = fmt.Sprintf("gradle:8-jdk%d", release)
	case gradleMost(wanted) < release:
		diags.Errorf(at, "gradle %s does not run on java %d; the first that does is %s", wanted, release, gradleRuns[release]).Hint =
			"raise the wrapper's version, or set \"toolchain\" to an image with both"
	default:
		t.Ref = fmt.Sprintf("gradle:%s-jdk%d", wanted, release)
	}
	return t, diags
}
