// Package java knows Java: builds of Maven and Gradle, which of their modules is the
// program, and the releases that they want.
package java

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Language builds with the project's own tool, once for all platforms: a jar
// runs on each of them. Fetch runs the tool on the manifests alone, and the compile step
// has no network; where plugins ask for more than that brings, fetch sees more
// of the project, and compile gets the network at last, unless the spec says none.
var Language = language.Language{
	Name:         "java",
	Aliases:      []string{"jvm", "jdk", "maven", "gradle", "kotlin", "groovy", "scala", "spring", "quarkus"},
	Markers:      markers,
	Mirrors:      mirrors,
	Interpreter:  "java",
	Locales:      true,
	Rules:        []language.Rule{unreadOptions},
	Contents:     contents,
	Interpreters: interpreters,
	Complaints:   complaints,
	Recipe:       recipe,
}

var markers = []string{"pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"}

// mirrors is the one variable for a mirror that builders of images have
// agreed on; Maven and Gradle know none.
// https://docs.redhat.com/en/documentation/red_hat_build_of_openjdk/
var mirrors = []string{"MAVEN_MIRROR_URL"}

// Places in the build containers.
const (
	toolsDir  = "/opt/tools" // where our own programs are, compiled
	flagsFile = language.AppDir + "/jvm.flags"
)

// sources are what fetch does not see even where it sees the rest.
var sources = []string{"**/*.java", "**/*.kt", "**/*.groovy", "**/*.scala", "**/target", "**/build/classes", "**/build/libs", "**/.git", "**/node_modules"}

// prose is what people, editors and other tools read: no plugin downloads something
// for it.
var prose = []string{
	"**/*.md", "**/*.adoc", "**/README*", "**/CHANGELOG*", "**/CHANGES*", "**/Dockerfile*", "**/*.dockerignore",
	"**/stagefront*.y*ml", "**/.github", "**/.gitlab-ci.yml", "**/.editorconfig", "**/.idea", "**/.vscode",
}

//go:embed prepare.sh
var prepareScript string

//go:embed programs/*.java programs/gradle/*.gradle programs/maven/*.java
var programs embed.FS

// programFiles are programs of ours in a directory of them, for the steps that use them.
func programFiles(dir string) []language.File {
	dir = path.Join("programs", dir)
	entries, _ := fs.ReadDir(programs, dir)
	var files []language.File
	for _, e := range entries {
		if !e.IsDir() {
			data, _ := fs.ReadFile(programs, path.Join(dir, e.Name()))
			files = append(files, language.File{Path: e.Name(), Data: string(data)})
		}
	}
	return files
}

// paths returns where steps have their files.
func paths(files []language.File) (all []string) {
	for _, f := range files {
		all = append(all, path.Join(language.FilesDir, f.Path))
	}
	return all
}

// buildTool is what a project is built with.
type buildTool struct {
	program   string            // our class that runs it
	command   string            // what people call it by
	tasks     map[string]string // what it is asked for in each of our verbs
	of        []string          // how it is told of the module
	root      string            // directory of the context that it runs in
	module    string            // the module that is the program, relative to root; "" is root itself
	label     string            // what is compiled, for people
	main      diag.Text         // the main class that its files name, where they do
	manifests []string
	vendored  []string      // jars of the project that the program needs, relative to root
	level     wantedVersion // of the source
	jdk       wantedVersion // that the build asks for
	most      int           // the newest release that the tool runs on; 0: any
	image     func(release int) (language.Toolchain, diag.List)
	output    string           // what fetch fills
	caches    []language.Cache // with what fetches downloaded
	files     []language.File  // of ours, for the steps that run the tool
	extension []string         // sources of one for the tool, which is compiled with our programs
	secrets   []language.Secret
	unread    []string  // of the context, by every step
	generates bool      // whether what it downloads depends on files that are no manifests
	apart     bool      // whether what it runs is kept from secrets by running as another user
	native    spec.Vars // environment in which the tool works offline
	listen    listen    // where the program is to listen, where it is a server
	decisions []language.Decision
}

// project is what is known of a project when its steps are written.
type project struct {
	*language.Project
	tool   *buildTool
	choice choice
	java   string // path of the interpreter in the image
	start  string // a main class or an archive; "" for the only candidate
}

func recipe(p *language.Project, _ spec.Platform) (*language.Recipe, diag.List) {
	tool, diags := toolOf(p)
	if tool == nil {
		return nil, diags
	}
	j := &project{Project: p, tool: tool, java: "/usr/bin/java"}
	pin, more := pinOf(p.FS, p.Dir(), tool.root)
	if !p.Spec.Version.IsSet() {
		diags.Add(more)
	}
	if tool.jdk.level > pin.level {
		pin = tool.jdk
	}
	j.choice, more = choose(p, pin, tool.level, tool.most)
	diags.Add(more, j.lookInto(), j.entrypoint(), unreadByJVM(p))
	if diags.Err() != nil {
		return nil, diags
	}
	toolchain, more := j.toolchain()
	diags.Add(more)
	if diags.Err() != nil {
		return nil, diags
	}
	return j.recipe(toolchain), diags
}

// toolOf returns what builds the project: Maven where both have files, nil
// where neither has.
func toolOf(p *language.Project) (*buildTool, diag.List) {
	tool, diags := mavenTool(p)
	if tool != nil || diags.Err() != nil {
		if g := gradleMarker(p.FS, p.Dir()); g != "" && tool != nil {
			tool.decisions[0].Why += "; passed over " + g
		}
		return tool, diags
	}
	tool, diags = gradleTool(p)
	if tool == nil && diags.Err() == nil {
		diags = append(diags, language.NoProject(p, markers))
	}
	return tool, diags
}

// toolchain returns the image with the JDK and the tool.
func (j *project) toolchain() (language.Toolchain, diag.List) {
	if t, own := j.Toolchain(); own {
		return t, nil
	}
	t, diags := j.tool.image(j.choice.release)
	if t.Range.IsZero() {
		t.Range = j.choice.rng
	}
	if t.Hint == "" {
		t.Hint = "set \"version\" to " + offered() + ", or \"toolchain\" to an image of your own"
	}
	return t, diags
}

var (
	className   = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$`)
	archiveName = regexp.MustCompile(`^[^ ]+\.[jw]ar$`)
)

// entrypoint reads what the spec wants to be started. What the build makes is
// looked at when it is made.
func (j *project) entrypoint() (diags diag.List) {
	want := j.Spec.Entrypoint
	if !want.IsSet() || len(want.Items) == 0 {
		return nil
	}
	word := want.Items[0]
	j.start = word.Value
	if archiveName.MatchString(j.start) || className.MatchString(j.start) {
		return nil
	}
	d := diags.Errorf(word.Range, "got entrypoint %q, want a main class or a jar that the build makes", word.Value)
	if _, class, ok := strings.Cut(word.Value, "/java/"); ok && strings.HasSuffix(class, ".java") {
		d.Hint = fmt.Sprintf("did you mean %q?", strings.ReplaceAll(strings.TrimSuffix(class, ".java"), "/", "."))
	}
	return diags
}

func (j *project) recipe(toolchain language.Toolchain) *language.Recipe {
	tools := j.prepare()
	deps := j.fetch("fetch dependencies", tools, j.tool.manifests, nil)
	whole := j.fetch("fetch what the rest of the project asks for", tools, []string{j.tool.root}, slices.Concat(sources, prose))
	deps.Caches = j.tool.caches // the other one begins with what deps brought
	whole.Onto = language.FetchRef{Fetch: deps}
	classes := j.keepClasses(tools)
	return &language.Recipe{
		Toolchain: toolchain,
		Packages:  j.Packages(""),
		Fetches:   slices.DeleteFunc([]*language.Fetch{tools, deps, whole, classes}, func(f *language.Fetch) bool { return f == nil }),
		Compile:   *j.attempts("compile", tools, deps, whole, classes),
		Late:      true,
		Native:    language.Step{Env: append(slices.Clone(environment), j.tool.native...), Dir: j.tool.root, Fetches: language.Refs(deps), Range: j.at()},
		Test:      *j.attempts("test", tools, deps, whole, classes),
		Image:     j.image(),
		Runtimes:  []language.Runtime{{Variant: fmt.Sprintf("java%d", j.choice.release)}},
		Decisions: append([]language.Decision{
			{Name: "java", Value: fmt.Sprint(j.choice.release), Why: j.choice.why},
			{Name: "entrypoint", Value: j.startText(), Why: "decided after compile, from what the build makes"},
		}, slices.Concat(j.tool.decisions, j.tool.listen.decision)...),
	}
}

// startText tells what is started, as far as it is known before the build.
func (j *project) startText() string {
	if j.start != "" {
		return j.start
	}
	if j.tool.main.Value != "" {
		return fmt.Sprintf("the executable jar of %s, else its only main class, else %s (%s)", j.tool.label, j.tool.main.Value, j.tool.main.Range.FileLine())
	}
	return "the executable jar of " + j.tool.label + ", else its only main class"
}

// at returns the place in the spec that steps are for.
func (j *project) at() diag.Range { return j.Spec.Entrypoint.Range }
