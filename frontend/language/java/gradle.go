package java

import (
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

// gradleOf returns the build of Gradle's that the project is of, nil when it is of none.
func gradleOf(p *language.Project) *gradleBuild {
	b, _ := language.Once(p.Memo, p.Dir(), func() (*gradleBuild, diag.List) { return readGradle(p.FS, p.Dir()), nil })
	return b
}

// readGradle reads the build that the project in dir is of.
func readGradle(fsys fs.FS, dir string) *gradleBuild {
	if gradleMarker(fsys, dir) == "" {
		return nil
	}
	b := &gradleBuild{fsys: fsys, root: dir}
	for up := range language.Parents(dir) {
		if language.IsFile(fsys, path.Join(up, "settings.gradle")) || language.IsFile(fsys, path.Join(up, "settings.gradle.kts")) {
			b.root = up
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
		for _, name := range language.Glob(b.fsys, dir, pattern) {
			src, _ := language.ReadSource(b.fsys, name)
			if src == nil {
				continue
			}
			src.Language = "Gradle"
			m := &gradleModule{dir, src}
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
	b := gradleOf(p)
	if b == nil {
		return nil, nil
	}
	app, why, diags := b.app(p)
	diags.Add(b.credentials())
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
		program: "Gradle", command: "gradle", root: b.root,
		// The tasks are of our init script, which come to that.
		tasks:     map[string]string{"fetch": "dependencies", "compile": "assemble", "test": "test"},
		label:     b.name(app),
		manifests: b.manifests(), level: level,
		most:      gradleMost(wrapper),
		image:     func(release int) (language.Toolchain, diag.List) { return gradleImage(wrapper, at, release) },
		output:    "/opt/gradle-home",
		files:     programFiles("gradle"),
		decisions: []language.Decision{{Name: "build tool", Value: "gradle", Why: gradleMarker(p.FS, b.root)}},
	}
	if app != nil {
		t.decisions = append(t.decisions, language.Decision{Name: "module", Value: app.src.Name, Why: why})
		t.listen = listens(p, app.src, app.dir)
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

// gradleLevel is how a build file says which Java it means; a toolchain asks for a
// JDK of just that release.
type gradleLevel struct {
	text   *regexp.Regexp
	pinned bool
}

var gradleLevels = []gradleLevel{
	{regexp.MustCompile(`JavaLanguageVersion\.of\(\s*["']?(\d+)`), true},
	{regexp.MustCompile(`jvmToolchain\(\s*(\d+)`), true},
	{regexp.MustCompile(`\boptions\s*(?:\.\s*|\{[^{}]*\b)release(?:\s*=|\.set\()\s*["']?(\d+)`), false},
	{regexp.MustCompile(`(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.VERSION_)?["']?((?:1[._])?\d+)`), false},
	{regexp.MustCompile(`jvmTarget(?:\s*=|\.set\()\s*(?:JvmTarget\.JVM_)?["']?((?:1[._])?\d+)`), false},
}

// propertyLevels are the properties that a build takes for the level of its source;
// any other is of a program, or of a build file that reads it.
var propertyLevels = []gradleLevel{{regexp.MustCompile(`(?m)^\s*(?:source|target)Compatibility\s*[=:]\s*((?:1\.)?\d+)`), false}}

// levels returns how a file of a build says which Java it means.
func (m *gradleModule) levels() []gradleLevel {
	if path.Ext(m.src.Name) == ".properties" {
		return propertyLevels
	}
	return gradleLevels
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
		for _, l := range f.levels() {
			at := l.text.FindSubmatchIndex(f.src.Data)
			if at == nil {
				continue
			}
			word := strings.ReplaceAll(string(f.src.Data[at[2]:at[3]]), "_", ".")
			if level := levelOf(word); level > 0 {
				return wantedVersion{level, f.src.LineAt(at[2]), l.pinned}
			}
		}
	}
	return wantedVersion{}
}
