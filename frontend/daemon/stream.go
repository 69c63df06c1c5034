package daemon

import (
	"io"

	"github.com/moby/buildkit/frontend/gateway/client"
)

// Stream writes the content of a file, however large it is. Nothing of it is kept.
func (f *Tree) Stream(w io.Writer, name string) error {
	st, err := f.Stat(name)
	if err != nil {
		return err
	}
	const most = 4 << 20 // at once
	for at := int64(0); at < st.Size(); {
		part, err := f.Ref.ReadFile(f.ctx, client.ReadRequest{
			Filename: name, Range: &client.FileRange{Offset: int(at), Length: most},
		})
		if err == nil && len(part) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		at += int64(len(part))
	}
	return nil
}
