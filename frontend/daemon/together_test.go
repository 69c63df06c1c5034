package daemon

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/moby/buildkit/frontend/gateway/client"
	fstypes "github.com/tonistiigi/fsutil/types"
)

// result is a build result of whose calls a test is told.
type result struct {
	client.Reference
	files fstest.MapFS
	asked func()
}

func (r *result) StatFile(_ context.Context, req client.StatRequest) (*fstypes.Stat, error) {
	r.asked()
	info, err := fs.Stat(r.files, req.Path)
	if err != nil {
		return nil, err
	}
	return &fstypes.Stat{Path: req.Path, Mode: uint32(info.Mode()), Size: info.Size()}, nil
}

func (r *result) ReadFile(_ context.Context, req client.ReadRequest) ([]byte, error) {
	r.asked()
	data, err := fs.ReadFile(r.files, req.Filename)
	if at := req.Range; at != nil && err == nil {
		data = data[min(at.Offset, len(data)):min(at.Offset+at.Length, len(data))]
	}
	return data, err
}

// TestPieces reads a file in pieces beside one whose name looks like that of a piece.
func TestPieces(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789abcdef"), pieceSize/8)
	calls := 0
	tree := &Tree{ctx: t.Context(), Ref: &result{
		files: fstest.MapFS{"app": {Data: large}, "app#0": {Data: []byte("other")}},
		asked: func() { calls++ },
	}}
	if data, err := tree.ReadFile("app#0"); err != nil || string(data) != "other" {
		t.Errorf("got %q and %v", data, err)
	}
	for range 2 {
		f, err := tree.Open("app")
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(large)-10)
		if _, err := f.(io.ReaderAt).ReadAt(got, 10); err != nil || !bytes.Equal(got, large[10:]) {
			t.Errorf("got other bytes than those of the file, and %v", err)
		}
	}
	if calls != 5 { // what the other is and what is in it, what the file is, and its two pieces
		t.Errorf("the daemon was asked %d times, want 5", calls)
	}
}

// TestAskedTogether looks at two files, of which each is told when both are asked for.
func TestAskedTogether(t *testing.T) {
	met := make(chan int)
	tree := &Tree{ctx: t.Context(), Ref: &result{
		files: fstest.MapFS{"a": {}, "b": {}},
		asked: func() {
			select {
			case met <- 1:
			case <-met:
			case <-time.After(10 * time.Second):
				t.Error("one file waits for another")
			}
		},
	}}
	var done sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		done.Go(func() {
			if _, err := tree.Stat(name); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
}
