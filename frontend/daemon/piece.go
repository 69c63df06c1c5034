package daemon

import (
	"io"
	"sync"

	"github.com/moby/buildkit/frontend/gateway/client"
)

// readerAt reads pieces of a large file, each from the daemon; the ends of
// executables are looked at, never the whole.
type readerAt struct {
	tree *Tree
	name string
}

// pieceSize is large for what is looked at, which is in several places near the ends of
// a file: a question costs more than the bytes of its answer.
const pieceSize = 512 << 10

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

// ReadAt reads through pieces that begin at multiples of pieceSize and are kept.
func (r *readerAt) ReadAt(p []byte, off int64) (int, error) {
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

func (r *readerAt) piece(i int64) ([]byte, error) {
	return r.tree.pieces.Get(piece{r.name, i}, func() ([]byte, error) {
		defer r.tree.trace.ask("read", r.name)()
		return r.tree.Ref.ReadFile(r.tree.ctx, client.ReadRequest{
			Filename: r.name, Range: &client.FileRange{Offset: int(i * pieceSize), Length: pieceSize},
		})
	})
}
