package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

//go:embed dockerfiles
var dockerfiles embed.FS

// dockerfile is the name of the expert's file in a project.
const dockerfile = "Dockerfile"

// project is an example that both sides build.
type project struct {
	name    string
	example string // its directory in examples, and the name of its Dockerfile
	changes []change
}

// change is what is different from one build to the next.
type change struct {
	name string
	file string
	text string   // what is added to it, in which %d is another number every time
	list []string // or lines that are added, one each time
}

// projects are all that are compared. Nothing changes between builds of "noop".
var projects = []project{
	{"go", "go-http", []change{
		{name: "noop"},
		{name: "edit", file: "cmd/server/main.go", text: "\nfunc init() { _ = %d }\n"},
	}},
	{"python", "python-flask", []change{
		{name: "noop"},
		{name: "edit", file: "app.py", text: "\nEDITED = %d\n"},
		{name: "dependency", file: "requirements.txt", list: []string{
			"six==1.17.0", "idna==3.10", "colorama==0.4.6", "attrs==25.3.0", "toml==0.10.2", "pytz==2025.2", "certifi==2025.1.31",
			"zipp==3.21.0", "tabulate==0.9.0", "docopt==0.6.2", "pyparsing==3.2.1", "wcwidth==0.2.13", "iniconfig==2.0.0",
		}},
	}},
	{"java", "java-spring", []change{
		{name: "noop"},
		{name: "edit", file: "src/main/java/hello/Application.java", text: "\nclass Edited%d {}\n"},
	}},
}

// checkout copies the project and its Dockerfile to a new directory.
func (p project) checkout() (string, error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "examples", p.example))); err != nil {
		return "", err
	}
	data, err := dockerfiles.ReadFile("dockerfiles/" + p.example + ".Dockerfile")
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, dockerfile), data, 0o644)
}

// apply makes the change for the i-th time.
func (c change) apply(dir string, i int) error {
	if c.file == "" {
		return nil
	}
	name := filepath.Join(dir, c.file)
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text := strings.TrimRight(string(data), "\n") + "\n"
	switch {
	case c.list == nil:
		text += fmt.Sprintf(c.text, time.Now().UnixNano())
	case i >= 0:
		text += c.list[i%len(c.list)] + "\n"
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// network returns the flags of a build that reaches what the machine reaches. Java
// reads certificates from a file of its own.
func network() []string {
	return append(strings.Fields(os.Getenv("LAB_BUILD_FLAGS")), "--secret", "id=truststore,src=/etc/ssl/certs/java/cacerts")
}
