package frontend

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// workspaces are repositories of so many members, and how often the gateway is called for
// each of them: what a member is read for, a listing of its directory included. A number
// that grows is to be explained, one that shrinks to be written down.
var workspaces = []struct {
	language string
	each     int
	files    func(members int) map[string]string
}{
	{"go", 2, goWorkspace},
	{"rust", 3, rustWorkspace},
	{"node", 2, nodeWorkspace},
	{"java", 2, javaWorkspace},
}

func goWorkspace(members int) map[string]string {
	files := map[string]string{"m0/main.go": "package main\n\nfunc main() {}\n"}
	work := "go 1.26\n"
	for i := range members {
		files[fmt.Sprintf("m%d/go.mod", i)] = fmt.Sprintf("module example.com/m%d\n\ngo 1.26\n", i)
		work += fmt.Sprintf("\nuse ./m%d\n", i)
	}
	files["go.work"] = work
	return files
}

func rustWorkspace(members int) map[string]string {
	files := map[string]string{"Cargo.toml": "[workspace]\nmembers = [\"crates/*\"]\n", "crates/m0/src/main.rs": "fn main() {}\n"}
	lock := "version = 4\n"
	for i := range members {
		files[fmt.Sprintf("crates/m%d/Cargo.toml", i)] = fmt.Sprintf("[package]\nname = \"m%d\"\nversion = \"0.1.0\"\nedition = \"2024\"\n", i)
		files[fmt.Sprintf("crates/m%d/src/lib.rs", i)] = ""
		lock += fmt.Sprintf("\n[[package]]\nname = \"m%d\"\nversion = \"0.1.0\"\n", i)
	}
	files["Cargo.lock"] = lock
	return files
}

func nodeWorkspace(members int) map[string]string {
	files := map[string]string{
		"package.json":        `{"packageManager": "pnpm@10.2.0", "scripts": {"start": "node packages/m0/index.js"}}`,
		"pnpm-workspace.yaml": "packages: [\"packages/*\"]\n",
	}
	lock := "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n"
	for i := range members {
		files[fmt.Sprintf("packages/m%d/package.json", i)] = fmt.Sprintf(`{"name": "m%d"}`, i)
		files[fmt.Sprintf("packages/m%d/index.js", i)] = ""
		lock += fmt.Sprintf("\n  packages/m%d: {}\n", i)
	}
	files["pnpm-lock.yaml"] = lock
	return files
}

func javaWorkspace(members int) map[string]string {
	pom := "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>all</artifactId><version>1</version>" +
		"<packaging>pom</packaging><modules>"
	files := map[string]string{"m0/src/main/java/a/Main.java": "package a;\n\npublic class Main { public static void main(String[] args) {} }\n"}
	for i := range members {
		pom += fmt.Sprintf("<module>m%d</module>", i)
		files[fmt.Sprintf("m%d/pom.xml", i)] = fmt.Sprintf("<project><parent><groupId>g</groupId><artifactId>all</artifactId>"+
			"<version>1</version></parent><artifactId>m%d</artifactId></project>", i)
	}
	files["pom.xml"] = pom + "</modules></project>"
	return files
}

// callsOf returns how often the gateway is called to decide about a workspace.
func callsOf(t *testing.T, language string, files map[string]string) (calls int) {
	t.Helper()
	spec := map[string]string{"go": "entrypoint: ./m0\n", "rust": "entrypoint: m0\n", "java": "entrypoint: a.Main\n"}[language]
	g := gateway.New(t, "language: "+language+"\n"+spec)
	g.Opts["requestid"] = "frontend.explain"
	g.Locals["context"] = fstest.MapFS{}
	for name, text := range files {
		g.Locals["context"][name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	if _, err := Build(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Calls {
		calls += n
	}
	return calls
}

// TestLinear decides about workspaces of ever more members: each member costs as many
// calls of the gateway as the one before.
func TestLinear(t *testing.T) {
	for _, w := range workspaces {
		t.Run(w.language, func(t *testing.T) {
			last := callsOf(t, w.language, w.files(20))
			for _, members := range []int{40, 60} {
				calls := callsOf(t, w.language, w.files(members))
				if calls-last != 20*w.each {
					t.Errorf("the last 20 of %d members cost %d calls, want %d", members, calls-last, 20*w.each)
				}
				last = calls
			}
		})
	}
}
