package daemon

import (
	"io"
	"sync"

	"github.com/moby/buildkit/frontend/gateway/client"
)

// readerAt reads pieces of a large file, each from the daemon; of executables
// headers and tables are looked at, seldom the whole.
type readerAt struct {
	tree *Tree
	name string
}

// pieceSize fits into what gRPC sends before it waits for the other side to have read it:
// a piece is one way there and back, and one sixteen times as large took twenty times as
// long.
const pieceSize = 32 << 10

// block is how much is read at a time where more than a few pieces are asked for, by who
// goes through a file. It is not kept.
const block = 1 << 20

// piece is a part of a file, of a size that all have but the last.
type piece struct {
	name string
	at   int64
}

// Ends asks for the beginning and the end of a file at the same time: an executable says
// at its beginning that the rest of what is looked at is at its end. Errors are those of
// whoever reads.
func (f *Tree) Ends(name string) {
	st, err := f.Stat(name)
	if err != nil || !st.Mode().IsRegular() || st.Size() <= pieceSize {
		return
	}
	r := &readerAt{f, name}
	var both sync.WaitGroup
	both.Go(func() { r.piece(0) })
	both.Go(func() { r.piece((st.Size() - 1) / pieceSize) })
	both.Wait()
}

// ReadAt reads through pieces that begin at multiples of pieceSize and are kept; what is
// in several is asked for at the same time.
func (r *readerAt) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > 8*pieceSize {
		return r.blocks(p, off)
	}
	r.together(off, len(p))
	n := 0
	for n < len(p) {
		part, err := r.piece((off + int64(n)) / pieceSize)
		if err != nil {
			return n, err
		}
		from := (off + int64(n)) % pieceSize
		if from >= int64(len(part)) {
			return n, io.EOF
		}
		n += copy(p[n:], part[from:])
	}
	return n, nil
}

// together asks for the pieces of a part of a file. Errors are those of whoever reads.
func (r *readerAt) together(off int64, length int) {
	st, err := r.tree.Stat(r.name)
	if err != nil {
		return
	}
	var pieces sync.WaitGroup
	for i := off / pieceSize; i*pieceSize < min(off+int64(length), st.Size()); i++ {
		pieces.Go(func() { r.piece(i) })
	}
	pieces.Wait()
}

// blocks reads much, one block after the other.
func (r *readerAt) blocks(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		want := min(len(p)-n, block)
		data, err := r.ask(off+int64(n), want)
		n += copy(p[n:], data)
		switch {
		case err != nil:
			return n, err
		case len(data) < want:
			return n, io.EOF
		}
	}
	return n, nil
}

func (r *readerAt) piece(i int64) ([]byte, error) {
	return r.tree.pieces.Get(piece{r.name, i}, func() ([]byte, error) { return r.ask(i*pieceSize, pieceSize) })
}

func (r *readerAt) ask(off int64, length int) ([]byte, error) {
	defer r.tree.trace.ask("read", r.name)()
	return r.tree.Ref.ReadFile(r.tree.ctx, client.ReadRequest{
		Filename: r.name, Range: &client.FileRange{Offset: int(off), Length: length},
	})
}
