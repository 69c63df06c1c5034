package build

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
)

// interpreted returns the recipe of a program that starts something of a tree.
func interpreted(start string) *language.Recipe {
	r := trial.Compiled()
	r.Image = language.Image{
		Layers: []language.Layer{
			{Name: "environment", Copies: []language.Copy{{Path: "venv", To: "/opt/venv", Natives: "natives"}}},
			{Name: "project", Copies: []language.Copy{{Path: "app", To: "/app"}}},
		},
		Entrypoint: []string{start},
	}
	return r
}

// able gives a file capabilities.
func able(f *fstest.MapFile) *fstest.MapFile {
	f.Sys = map[string][]byte{"security.capability": {1}}
	return f
}

const another = `; is there a release of it for the platform? Else say with "platforms" which ones the project supports`

// TestVerify opens what compile left: all that is wrong is told, at its place.
func TestVerify(t *testing.T) {
	venv := func(more fstest.MapFS) fstest.MapFS {
		files := fstest.MapFS{"natives": {}, "venv/bin/serve": {}, "app/main.py": {}}
		for name, file := range more {
			files[name] = file
		}
		return files
	}
	foreign := &fstest.MapFile{Data: trial.Program(t, "arm64")}
	for _, c := range []struct {
		name, start string
		files       fstest.MapFS
		want        string // the natives, and the errors
	}{
		{"nothing native", "/opt/venv/bin/serve", venv(nil), ""},
		{"native code", "/opt/venv/bin/serve", venv(fstest.MapFS{
			"natives":        {Data: []byte("lib/a.so\tmarkupsafe\nlib/b.so\tnumpy\n")},
			"venv/lib/a.so":  elf("libc.so.6"),
			"venv/lib/b.so":  elf(),
			"other/lib/c.so": foreign,
		}), "a.so of markupsafe, b.so of numpy"},
		{"native code for another machine", "/opt/venv/bin/serve", venv(fstest.MapFS{
			"natives":       {Data: []byte("lib/a.so\tmarkupsafe\nlib/b.so\tnumpy\nlib/none.so\tnumpy\n")},
			"venv/lib/a.so": foreign,
			"venv/lib/b.so": elf(),
		}), "b.so of numpy\n" +
			"2:13: a.so of markupsafe is not for linux/amd64: got a program for EM_AARCH64 (ELFCLASS64), want one for linux/amd64" + another + "\n" +
			"2:13: none.so of numpy is not for linux/amd64: stat venv/lib/none.so: file does not exist" + another},
		{"a program with capabilities", "/opt/venv/bin/serve", venv(fstest.MapFS{
			"natives":       {Data: []byte("bin/ping\tpinger\n")},
			"venv/bin/ping": able(elf()),
		}), "2:13: ping of pinger has capabilities of its own, by which it may do what its user may not"},
		{"more native code than there is", "/opt/venv/bin/serve", venv(fstest.MapFS{"natives": {Data: bytes.Repeat([]byte("a\n"), mostNatives+1)}}),
			"2:13: 20001 files are native code, and at most 20000 are looked at"},
		{"no list", "/opt/venv/bin/serve", fstest.MapFS{"venv/bin/serve": {}}, "reading what is native code: open natives: file does not exist"},
		{"a program of another layer", "/app/main.py", venv(nil), ""},
		{"misspelt", "/opt/venv/bin/sevre", venv(nil), `2:13: there is no "sevre" among what is installed; did you mean "serve"?`},
		{"of another name", "/opt/venv/bin/gunicorn", venv(fstest.MapFS{"venv/bin/python": {}}),
			`2:13: there is no "gunicorn" among what is installed; there are python, serve`},
		{"in no directory", "/opt/venv/sbin/serve", venv(nil), `2:13: there is no "serve" among what is installed`},
		{"of the runtime", "/usr/bin/java", venv(nil), ""},
		{"in a directory that begins alike", "/opt/venv2/bin/serve", venv(nil), ""},
	} {
		p := planned(t, text, interpreted(c.start))
		j, _ := jobOf(t, p, map[language.Origin]fstest.MapFS{language.FromCompile: c.files})
		objects, diags := j.verify()
		var names []string
		for _, o := range objects {
			names = append(names, o.Name)
			if o.Alone || o.File == nil {
				t.Errorf("%s: got %+v", c.name, o)
			}
		}
		got := strings.Trim(strings.Join(names, ", ")+"\n"+lines(diags.Err()), "\n")
		if got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestVerifyLink starts a program by a link that a layer makes.
func TestVerifyLink(t *testing.T) {
	for to, want := range map[string]bool{"/opt/venv/bin/python": true, "/opt/venv/bin/other": false} {
		r := interpreted("/opt/venv/bin/python")
		r.Image.Layers[1].Links = []language.Link{{Path: to, To: "/usr/bin/python3"}}
		p := planned(t, text, r)
		j, _ := jobOf(t, p, map[language.Origin]fstest.MapFS{language.FromCompile: {"natives": {}, "venv": {Mode: fs.ModeDir}}})
		if _, diags := j.verify(); (diags.Err() == nil) != want {
			t.Errorf("a link at %s: got %v", to, diags)
		}
	}
}

// TestVerifyProgram opens the one program that compile leaves.
func TestVerifyProgram(t *testing.T) {
	for want, file := range map[string]*fstest.MapFile{
		"":                                elf("libc.so.6"),
		"app has capabilities of its own": able(elf()),
		"compiled app is not a program for linux/amd64: got a program for EM_AARCH64": {Data: trial.Program(t, "arm64")},
		"compiled app is not a program for linux/amd64: it is no ELF file":            {Data: []byte("#!/bin/sh\nexec true\n")},
		"compiled app is not a program for linux/amd64: stat app: file does not":      nil,
	} {
		r := trial.Compiled()
		r.Program, r.Image = "app", language.ProgramImage("app")
		p := planned(t, text, r)
		files := fstest.MapFS{}
		if file != nil {
			files["app"] = file
		}
		j, _ := jobOf(t, p, map[language.Origin]fstest.MapFS{language.FromCompile: files})
		objects, diags := j.verify()
		if got := lines(diags.Err()); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("got %q, want %q", got, want)
		}
		if want == "" && (len(objects) != 1 || !objects[0].Alone || objects[0].Base != "app") {
			t.Errorf("got %+v", objects)
		}
	}
}

// TestEmpty leaves out layers that nothing was left for, never the last.
func TestEmpty(t *testing.T) {
	copied := func(name, dir string) language.Layer {
		return language.Layer{Name: name, Copies: []language.Copy{{Path: dir, To: "/" + dir}}}
	}
	r := trial.Compiled()
	r.Image.Layers = []language.Layer{
		copied("full", "full"), copied("empty", "empty"), copied("file", "file"),
		{Name: "written", Files: []language.File{{Path: "/a"}}},
		{Name: "linked", Links: []language.Link{{Path: "/a", To: "/b"}}},
		{Name: "nothing"},
		{Name: "the first of two", Copies: []language.Copy{{Path: "full", To: "/a"}, {Path: "empty", To: "/a"}}},
		{Name: "the second of two", Copies: []language.Copy{{Path: "empty", To: "/a"}, {Path: "full", To: "/a"}}},
		{Name: "left", Copies: []language.Copy{{Path: "left", To: "/a", Exclude: []string{"**/@next/swc-*"}}}},
		copied("last", "empty"),
	}
	j, _ := jobOf(t, planned(t, text, r), map[language.Origin]fstest.MapFS{
		language.FromCompile: {
			"full/a": {}, "empty": {Mode: fs.ModeDir}, "file": {},
			"left/node_modules/.pnpm/next/node_modules/@next/swc-linux-x64-gnu/swc.node": {},
		},
	})
	if got := strings.Join(j.empty(), ", "); got != "empty, nothing, left" {
		t.Errorf("got %s", got)
	}
}
