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

	// lines, if any, are put into files for each of the list instead.
	lines []line
}

// line is put behind another one. In it, %[1]s and so on are the words of an item.
type line struct{ file, behind, text string }

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
	{"node", "node-express-ts", []change{
		{name: "noop"},
		{name: "edit", file: "src/app.ts", text: "\nexport const edited%d = true;\n"},
		{name: "dependency", list: nodePackages, lines: []line{
			{"package.json", `  "dependencies": {`, `    "%[1]s": "%[2]s",`},
			{"package-lock.json", `      "dependencies": {`, `        "%[1]s": "%[2]s",`},
			{"package-lock.json", `  "packages": {`, `    "node_modules/%[1]s": {"version": "%[2]s", "integrity": "%[3]s"},`},
		}},
	}},
	{"java", "java-spring", []change{
		{name: "noop"},
		{name: "edit", file: "src/main/java/hello/Application.java", text: "\nclass Edited%d {}\n"},
	}},
}

// nodePackages are packages that need no others: names, versions and sums of archives.
var nodePackages = []string{
	"nanoid 5.1.5 sha512-Ir/+ZpE9fDsNH0hQ3C68uyThDXzYcim2EqcZ8zn8Chtt1iylPT9xXJB0kPCnqzgcEGikO9RxSrh63MsmVCU7Fw==",
	"dayjs 1.11.13 sha512-oaMBel6gjolK862uaPQOVTA7q3TZhuSvuMQAAglQDOWYO9A91IrAOUJEyKVlqJlHE0vq5p5UXxzdPfMH/x6xNg==",
	"picocolors 1.1.1 sha512-xceH2snhtb5M9liqDsmEw56le376mTZkEX/jEb/RxNFyegNul7eNslCXP9FDj/Lcu0X8KEyMceP2ntpaHrDEVA==",
	"kleur 4.1.5 sha512-o+NO+8WrRiQEE4/7nwRJhN1HWpVmJm511pBHUxPLtp0BUISzlBplORYSmTclCnJvQq2tKu/sgl3xVpkc7ZWuQQ==",
	"uuid 11.1.0 sha512-0/A9rDy9P7cJ+8w1c9WD9V//9Wj15Ce2MPz8Ri6032usz+NfePxx5AcN3bN+r6ZL6jEo066/yNYB3tn4pQEx+A==",
	"is-number 7.0.0 sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==",
	"slash 5.1.0 sha512-ZA6oR3T/pEyuqwMgAKT0/hAv8oAXckzbkmR0UkUosQ+Mc4RxGoJkRmwHgHufaenlyAgE1Mxgpdcrf75y6XcnDg==",
	"lodash 4.17.21 sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
	"yaml 2.8.0 sha512-4lLa/EcQCB0cJkyts+FpIRx5G/llPxfP6VQU5KByHEhLxY3IJCH0f0Hy1MHI8sClTvsIb8qwRJ6R/ZdlDJ/leQ==",
	"klona 2.0.6 sha512-dhG34DXATL5hSxJbIexCft8FChFXtmskoZYnoPWjXQuebWYCNkVeV3KkGegCK9CP1oswI/vQibS2GY7Em/sJJA==",
	"dequal 2.0.3 sha512-0je+qPKHEMohvfRTCEo3CrPG6cAzAYgmzKyxRiYSSDkS6eGJdyVJm7WaYA5ECaAD9wLB2T4EEeymA5aFVcYXCA==",
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
	if c.lines != nil && i >= 0 {
		return c.insert(dir, c.list[i%len(c.list)])
	}
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

// insert puts an item of the list into all files that have it.
func (c change) insert(dir, item string) error {
	var words []any
	for _, word := range strings.Fields(item) {
		words = append(words, word)
	}
	for _, l := range c.lines {
		name := filepath.Join(dir, l.file)
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		before, after, ok := strings.Cut(string(data), l.behind+"\n")
		if !ok {
			return fmt.Errorf("%s has no line %q", l.file, l.behind)
		}
		text := before + l.behind + "\n" + fmt.Sprintf(l.text, words...) + "\n" + after
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// network returns the flags of a build that reaches what the machine reaches. Java
// reads certificates from a file of its own.
func network() []string {
	return append(strings.Fields(os.Getenv("LAB_BUILD_FLAGS")), "--secret", "id=truststore,src=/etc/ssl/certs/java/cacerts")
}
