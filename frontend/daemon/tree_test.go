package daemon_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

// treeOf returns files as a daemon has them, and the gateway that is asked for them.
func treeOf(t *testing.T, files fstest.MapFS) (*daemon.Tree, *gateway.Gateway) {
	t.Helper()
	g := gateway.New(t, spec)
	g.Locals["context"] = files
	d, _ := connected(t, g)
	tree, err := d.Solve(t.Context(), llb.LocalFile("context", "a", "session"))
	if err != nil {
		t.Fatal(err)
	}
	clear(g.Calls)
	return tree, g
}

func link(to string) *fstest.MapFile {
	return &fstest.MapFile{Mode: fs.ModeSymlink | 0o777, Data: []byte(to)}
}

// TestTree holds that a tree does what every file system does.
func TestTree(t *testing.T) {
	tree, _ := treeOf(t, fstest.MapFS{"a": {Data: []byte("A")}, "b/c/d": {Data: []byte("D"), Mode: 0o755}, "b/empty": {}})
	if err := fstest.TestFS(tree, "a", "b/c/d", "b/empty"); err != nil {
		t.Error(err)
	}
}

// TestTreeAsksOnce holds that what was asked for is kept, that it is not there too.
func TestTreeAsksOnce(t *testing.T) {
	tree, g := treeOf(t, fstest.MapFS{"a": {Data: []byte("A")}, "b/c": {}})
	for range 3 {
		for _, name := range []string{"a", "none", "a/below"} {
			data, err := fs.ReadFile(tree, name)
			_, statErr := fs.Stat(tree, name)
			if name == "a" {
				if string(data) != "A" || err != nil || statErr != nil {
					t.Errorf("got %q, %v, %v", data, err, statErr)
				}
			} else if !errors.Is(err, fs.ErrNotExist) || !errors.Is(statErr, fs.ErrNotExist) {
				t.Errorf("%s: got %v and %v", name, err, statErr)
			}
		}
		if entries, err := fs.ReadDir(tree, "b"); err != nil || len(entries) != 1 {
			t.Errorf("got %v, %v", entries, err)
		}
	}
	if g.Calls["read"] != 1 || g.Calls["stat"] != 3 || g.Calls["list"] != 1 {
		t.Errorf("got the calls %v", g.Calls)
	}
	for _, name := range []string{"/a", "../a", "a/", ""} {
		if _, err := tree.Stat(name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if g.Calls["stat"] != 3 {
		t.Error("the daemon was asked for a name that is none")
	}
}

// TestTreeTold asks for no name of which a listing tells, and for links all the same.
func TestTreeTold(t *testing.T) {
	tree, g := treeOf(t, fstest.MapFS{"a": {Data: []byte("A")}, "b/c/d": {}, "to": link("b"), "file": link("a")})
	for _, dir := range []string{".", "b/c"} {
		if _, err := tree.ReadDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	for name, asked := range map[string]int{
		"a": 0, "b": 0, "b/c/d": 0, "none": 0, "none/below/it": 0, "b/c/none": 0, "b/c": 1, "b/none": 1, "to": 1, "to/c": 1, "to/c/d": 1, "file": 1, ".": 1,
	} {
		clear(g.Calls)
		_, err := tree.Stat(name)
		if missing := strings.Contains(name, "none"); missing != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got %v", name, err)
		}
		if g.Calls["stat"] != asked {
			t.Errorf("%s: got %d questions, want %d", name, g.Calls["stat"], asked)
		}
	}
	for name, asked := range map[string]int{"none": 0, "b/c/none": 0, "b/none": 1, "to/c": 1} {
		clear(g.Calls)
		_, err := tree.ReadDir(name)
		if missing := strings.Contains(name, "none"); missing != errors.Is(err, fs.ErrNotExist) || g.Calls["list"] != asked {
			t.Errorf("listing %s: got %v after %d questions, want %d", name, err, g.Calls["list"], asked)
		}
	}
	if info, err := tree.Stat("a"); err != nil || info.Size() != 1 || info.Name() != "a" || !info.Mode().IsRegular() {
		t.Errorf("got %v, %v", info, err)
	}
}

// TestTreeEnds asks for both ends of a file, of a small one not at all, and for nothing twice.
func TestTreeEnds(t *testing.T) {
	tree, g := treeOf(t, fstest.MapFS{"large": {Data: bytes.Repeat([]byte("x"), 2<<20)}, "small": {}, "dir/x": {}})
	for name, want := range map[string]int{"large": 2, "small": 0, "dir": 0, "none": 0} {
		clear(g.Calls)
		tree.Ends(name)
		tree.Ends(name)
		if g.Calls["read"] != want {
			t.Errorf("%s: got %d reads, want %d", name, g.Calls["read"], want)
		}
	}
}

// TestTreeLinks follows links where a file is wanted, and says of a link what it is.
func TestTreeLinks(t *testing.T) {
	tree, _ := treeOf(t, fstest.MapFS{"real/file": {Data: []byte("F")}, "dir": link("real"), "real/near": link("file"), "broken": link("none")})
	for _, name := range []string{"dir/file", "real/near", "dir/near"} {
		data, err := fs.ReadFile(tree, name)
		info, statErr := fs.Stat(tree, name)
		if string(data) != "F" || err != nil || statErr != nil || !info.Mode().IsRegular() {
			t.Errorf("%s: got %q, %v, %v", name, data, err, statErr)
		}
	}
	for name, want := range map[string]string{"dir": "real", "real/near": "file", "broken": "none"} {
		to, err := fs.ReadLink(tree, name)
		info, statErr := tree.Lstat(name)
		if to != want || err != nil || statErr != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s: got %q, %v, %v", name, to, err, statErr)
		}
	}
	if _, err := fs.Stat(tree, "broken"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v of a link to nothing", err)
	}
	for name, want := range map[string]error{"real/file": fs.ErrInvalid, ".": fs.ErrInvalid, "none": fs.ErrNotExist, "none/a": fs.ErrNotExist} {
		if to, err := fs.ReadLink(tree, name); !errors.Is(err, want) {
			t.Errorf("%s: got %q, %v, want %v", name, to, err, want)
		}
	}
}

// TestTreeSpecial opens neither pipes nor devices, nor what is too large to come at once.
func TestTreeSpecial(t *testing.T) {
	tree, g := treeOf(t, fstest.MapFS{
		"pipe": {Mode: fs.ModeNamedPipe | 0o644}, "disk": {Mode: fs.ModeDevice | 0o644}, "dir/a": {}, "link": link("pipe"),
		"large": {Data: make([]byte, 17<<20)},
	})
	for name, want := range map[string]string{
		"pipe": "open pipe: it is no file", "link": "open link: it is no file", "disk": "open disk: it is no file", "dir": "open dir: it is no file",
		"large": "open large: it has 17 MiB, and at most 15 are read",
	} {
		if _, err := tree.ReadFile(name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, name := range []string{"pipe", "link", "disk"} {
		if _, err := tree.Open(name); err == nil {
			t.Errorf("%s is opened", name)
		}
	}
	if g.Calls["read"] > 0 {
		t.Errorf("the daemon was asked for %d of them", g.Calls["read"])
	}
}

// TestTreePieces reads places of a large file, each piece from the daemon once.
func TestTreePieces(t *testing.T) {
	const piece = 32 << 10
	large := bytes.Repeat([]byte("0123456789abcdef"), 80*piece/16)
	large = append(large, "the end"...)
	tree, g := treeOf(t, fstest.MapFS{"large": {Data: large}, "large#0": {Data: []byte("another file")}})
	f, err := tree.Open("large")
	if err != nil {
		t.Fatal(err)
	}
	at := f.(io.ReaderAt)
	for _, c := range []struct {
		off, n int
		reads  int // of the daemon, up to then
	}{
		{0, 16, 1}, {100, 16, 1}, {piece - 3, 6, 2}, {80 * piece, 7, 3}, {piece, 2 * piece, 4}, {0, 8 * piece, 9},
		{0, 9 * piece, 10}, {piece, 79*piece + 7, 13}, // too much to be kept, a MiB at a time
	} {
		p := make([]byte, c.n)
		n, err := at.ReadAt(p, int64(c.off))
		if n != c.n || err != nil || !bytes.Equal(p, large[c.off:c.off+c.n]) {
			t.Errorf("%d bytes at %d: got %d, %v", c.n, c.off, n, err)
		}
		if g.Calls["read"] != c.reads {
			t.Errorf("%d bytes at %d: the daemon was asked %d times, want %d", c.n, c.off, g.Calls["read"], c.reads)
		}
	}
	for _, off := range []int{80*piece + 4, 80*piece + 7, 90 * piece} {
		n, err := at.ReadAt(make([]byte, 10), int64(off))
		if want := max(len(large)-off, 0); n != want || err != io.EOF {
			t.Errorf("past the end at %d: got %d, %v, want %d", off, n, err, want)
		}
	}
	if data, err := fs.ReadFile(tree, "large#0"); string(data) != "another file" || err != nil {
		t.Errorf("a file has what a piece of another has: %.20q, %v", data, err)
	}
	if whole, err := io.ReadAll(f); err != nil || !strings.HasSuffix(string(whole), "the end") || len(whole) != len(large) {
		t.Errorf("got %d bytes, %v", len(whole), err)
	}
}
