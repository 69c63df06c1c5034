package survey

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stagefront/stagefront/frontend/artifact"
)

// surveyed writes a tree, with the program of this test in it, and returns its directory
// and a survey of it.
func surveyed(t *testing.T) (string, Survey) {
	t.Helper()
	dir, into := t.TempDir(), filepath.Join(t.TempDir(), "survey.json")
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"bin/server": string(program), "natives": "bin/server\n", "empty": "", "lib/a/b.txt": "text", "lib/broken.so": "\x7fELF\x02\x01\x01" + string(make([]byte, 9)) + "\x03\x00",
		"lib/object.o": "\x7fELF\x02\x01\x01" + string(make([]byte, 9)) + "\x01\x00",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{
		"usr": "lib/..", "up": "../../lib/a", "lib/a/absolute": "/bin/server", "lib/dir": "a", "round": "round", "nowhere": "none/at/all",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Write(dir, into, []string{"natives", "none"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(into)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return dir, s
}

// files are files that are there.
type files struct {
	Files
	asked []string
}

func (f *files) ReadFile(name string) ([]byte, error) {
	f.asked = append(f.asked, name)
	return f.Files.ReadFile(name)
}

type directory struct {
	fs.StatFS
	fs.ReadFileFS
	fs.ReadDirFS
	fs.ReadLinkFS
}

func (d directory) Open(name string) (fs.File, error) { return d.StatFS.Open(name) }
func (directory) Capable(string) bool                 { return false }

func at(dir string) *files {
	d := os.DirFS(dir)
	return &files{Files: directory{d.(fs.StatFS), d.(fs.ReadFileFS), d.(fs.ReadDirFS), d.(fs.ReadLinkFS)}}
}

// TestTree says of all files of a tree by its survey what they say themselves.
func TestTree(t *testing.T) {
	dir, s := surveyed(t)
	there := at(dir)
	tree := Over(nil, func() Survey { return s })
	told := func(st fs.FileInfo, err error) string {
		if err != nil {
			return fmt.Sprint("error, not there: ", errors.Is(err, fs.ErrNotExist))
		}
		return fmt.Sprint(st.Name(), st.Mode(), st.Size()*int64(btoi(st.Mode().IsRegular())), st.ModTime().UnixNano(), st.IsDir())
	}
	err := fs.WalkDir(there, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		for _, of := range []struct {
			op        string
			got, want string
		}{
			{"lstat", told(tree.Lstat(name)), told(there.Lstat(name))},
			{"link", fmt.Sprint(first(tree.ReadLink(name))), fmt.Sprint(first(there.ReadLink(name)))},
			{"entries", fmt.Sprint(entries(tree.ReadDir(name))), fmt.Sprint(entries(there.ReadDir(name)))},
		} {
			if e.Type()&fs.ModeSymlink != 0 && of.op == "entries" {
				continue // what leads out of the tree leads nowhere, or elsewhere
			}
			if of.got != of.want {
				t.Errorf("%s %s: got %s, want %s", of.op, name, of.got, of.want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"usr/bin/server": "server", "up/b.txt": "b.txt", "lib/a/absolute": "server", "lib/dir/../broken.so": "", "lib/dir/b.txt": "b.txt",
		"round": "", "nowhere": "", "none": "", "bin/server/none": "", "lib": "lib", ".": ".", "usr": ".", "/bin": "",
	} {
		st, err := tree.Stat(name)
		if got := ""; err == nil {
			if got = st.Name(); got != want {
				t.Errorf("%s: got %s, want %q", name, got, want)
			}
		} else if want != "" {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func first(text string, err error) string { return text }

func entries(all []fs.DirEntry, err error) (names []string) {
	for _, e := range all {
		names = append(names, e.Name()+e.Type().String())
	}
	return names
}

// TestNative has native code looked at by what the survey says of it: that of a program,
// and of a library that is broken; what is no executable or library is not known.
func TestNative(t *testing.T) {
	dir, s := surveyed(t)
	tree := Over(at(dir), func() Survey { return s })
	want, err := artifact.Open(os.DirFS(dir), "bin/server")
	if err != nil {
		t.Fatal(err)
	}
	nothing := Over(nil, func() Survey { return s }) // of which no file can be opened
	if got, err := artifact.Open(nothing, "usr/bin/server"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	_, wrong := artifact.Open(os.DirFS(dir), "lib/broken.so")
	if _, err := artifact.Open(nothing, "lib/broken.so"); err == nil || err.Error() != wrong.Error() {
		t.Errorf("got %v, want %v", err, wrong)
	}
	for _, name := range []string{"lib/object.o", "natives", "none"} {
		if native := tree.Native(name); native != nil {
			t.Errorf("%s: got %+v", name, native)
		}
	}
}

// TestContents reads files that were noted, and that have nothing, without a look at them.
func TestContents(t *testing.T) {
	dir, s := surveyed(t)
	there := at(dir)
	tree := Over(there, func() Survey { return s })
	for name, want := range map[string]string{"natives": "bin/server\n", "empty": "", "lib/a/b.txt": "text"} {
		if got, err := tree.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := tree.ReadFile("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if want := []string{"lib/a/b.txt"}; !reflect.DeepEqual(there.asked, want) {
		t.Errorf("asked for %q, want %q", there.asked, want)
	}
}

// TestNames makes no survey of a tree in which a name, or where a link leads, would not be
// what it is.
func TestNames(t *testing.T) {
	for name, to := range map[string]string{"caf\xe9": "", "link": "caf\xe9"} {
		dir, into := t.TempDir(), filepath.Join(t.TempDir(), "survey")
		var err error
		if to == "" {
			err = os.WriteFile(filepath.Join(dir, name), nil, 0o644)
		} else {
			err = os.Symlink(to, filepath.Join(dir, name))
		}
		if err := errors.Join(err, Write(dir, into, nil)); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(into)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := Read(data); s != nil || err != nil {
			t.Errorf("%q: got %v, %v, want none", name, s, err)
		}
	}
}

// TestWithout asks the files themselves where there is no survey.
func TestWithout(t *testing.T) {
	dir, _ := surveyed(t)
	tree := Over(at(dir), func() Survey { return nil })
	if _, err := artifact.Open(tree, "bin/server"); err != nil {
		t.Error(err)
	}
	if st, err := tree.Stat("lib/a/b.txt"); err != nil || st.Size() != 4 {
		t.Errorf("got %v, %v", st, err)
	}
	if link, err := tree.ReadLink("usr"); err != nil || link != "lib/.." {
		t.Errorf("got %q, %v", link, err)
	}
}
