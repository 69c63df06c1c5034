package frontend

import (
	"bytes"
	"context"
	"path"

	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagefront/stagefront/frontend/build"
	"github.com/stagefront/stagefront/frontend/dockerfile"
	"github.com/stagefront/stagefront/llb"
)

// answerDockerfile answers --call=dockerfile: the Dockerfile of what was asked for, for
// all its platforms. What a build decides by what its steps leave is decided here too, so
// those steps are run; nothing is put together and nothing exported.
func (r *request) answerDockerfile(ctx context.Context) (*client.Result, error) {
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	plans, diags := r.all(ctx)
	if diags.Err() != nil {
		return nil, diags
	}
	b := r.builder()
	b.Options.Caps = pb.Caps.CapSet(pb.Caps.All()) // of who builds the Dockerfile
	b.Surveys = false                              // which are of no use to it
	var images []dockerfile.Image
	for i, platform := range r.platforms() {
		made, err := r.make(ctx, b, plans[i])
		if err != nil {
			return nil, err
		}
		files, err := r.graph(ctx, b, made.State)
		if err != nil {
			return nil, err
		}
		images = append(images, dockerfile.Image{Platform: platform, Files: files, Config: made.Config})
	}
	return r.printed(ctx, b, images)
}

// graph returns a state as it is printed.
func (r *request) graph(ctx context.Context, b *build.Builder, s llb.State) (*llb.Definition, error) {
	return llb.Marshal(ctx, s, b.Options.Caps, r.Host())
}

// printed returns the answer that is images as a Dockerfile.
func (r *request) printed(ctx context.Context, b *build.Builder, images []dockerfile.Image) (*client.Result, error) {
	from, err := r.graph(ctx, b, r.source.state)
	if err != nil {
		return nil, err
	}
	text, err := dockerfile.Print(images, dockerfile.Options{
		Spec: path.Base(r.File.Name), Host: r.Host(), Context: from, Image: r.Config,
	})
	if err != nil {
		return nil, err
	}
	print := func(_ []byte, w *bytes.Buffer) error {
		_, err := w.WriteString(text)
		return err
	}
	return answered(map[string]string{"dockerfile": text}, "1.0.0", print)
}
