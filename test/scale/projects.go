package main

import (
	"fmt"
	"strings"
)

// project is what is large, and what is asked of it.
type project struct {
	name, doc string
	files     func() map[string]string
	asked     []string // flags of a build
}

const (
	both  = "--platform=linux/amd64,linux/arm64"
	eight = "--platform=linux/amd64,linux/arm64,linux/arm/v7,linux/386,linux/riscv64,linux/ppc64le,linux/s390x,linux/loong64"
)

var projects = []project{
	{"targets", "500 targets", targets, []string{"--call=explain " + both, "--check", "--target=t499 " + both}},
	{"platforms", "a program for 8 platforms", program, []string{"--call=explain " + eight, eight}},
	{"go", "a workspace of 300 modules", goWorkspace, []string{"--call=explain " + both, "--check"}},
	{"java", "a build of 300 modules of Maven", mavenBuild, []string{"--call=explain " + both, "--check"}},
	{"files", "100,000 files", files, []string{"--call=explain " + both, "--check", both}},
}

const header = "# syntax=org/stagefront\n"

// program is one that runs on nothing.
func program() map[string]string {
	return map[string]string{
		"stagefront.yaml": header + "language: go\nruntime: scratch\n",
		"go.mod":          "module example.com/program\n\ngo 1.26\n",
		"main.go":         "package main\n\nfunc main() { println(\"done\") }\n",
	}
}

// targets are of one program, and differ in what their images say and have.
func targets() map[string]string {
	all := program()
	var spec strings.Builder
	spec.WriteString(header + "language: go\nruntime: scratch\ntargets:\n")
	for i := range 500 {
		fmt.Fprintf(&spec, "  t%d:\n    env: {NAME: t%d}\n    files: [main.go:/srv/t%d]\n", i, i, i)
	}
	all["stagefront.yaml"] = spec.String()
	return all
}

func goWorkspace() map[string]string {
	all := map[string]string{"stagefront.yaml": header + "language: go\nentrypoint: ./m0\n", "m0/main.go": "package main\n\nfunc main() {}\n"}
	work := "go 1.26\n"
	for i := range 300 {
		all[fmt.Sprintf("m%d/go.mod", i)] = fmt.Sprintf("module example.com/m%d\n\ngo 1.26\n", i)
		work += fmt.Sprintf("\nuse ./m%d\n", i)
	}
	all["go.work"] = work
	return all
}

func mavenBuild() map[string]string {
	const of = "<groupId>example</groupId><artifactId>all</artifactId><version>1</version>"
	all := map[string]string{
		"stagefront.yaml":              header + "language: java\nentrypoint: a.Main\n",
		"m0/src/main/java/a/Main.java": "package a;\n\npublic class Main { public static void main(String[] args) {} }\n",
	}
	modules := ""
	for i := range 300 {
		modules += fmt.Sprintf("<module>m%d</module>", i)
		all[fmt.Sprintf("m%d/pom.xml", i)] = fmt.Sprintf("<project><modelVersion>4.0.0</modelVersion><parent>%s</parent><artifactId>m%d</artifactId></project>", of, i)
	}
	all["pom.xml"] = "<project><modelVersion>4.0.0</modelVersion>" + of + "<packaging>pom</packaging><modules>" + modules + "</modules></project>"
	return all
}

// files are a program among many that nothing reads.
func files() map[string]string {
	all := program()
	all[".dockerignore"] = "*.log\n" // else a rule asks for one
	for i := range 100_000 {
		name := fmt.Sprintf("others/%d/%d", i/1000, i)
		all[name] = name
	}
	return all
}
