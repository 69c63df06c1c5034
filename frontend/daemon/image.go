package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerui"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// Image is an image that was resolved for a platform.
type Image struct {
	State  llb.State // with its environment and platform
	Given  bool      // whoever builds gave it as a named context
	Config *dockerspec.DockerOCIImage
	ID     string        // the same for the same files and settings: the digest of its config
	Ref    string        // that names it, with its digest where one is known
	Pin    digest.Digest // of a layout that was given, which no reference names; "" for others
}

// imageKey is what an image is resolved by.
type imageKey struct {
	ref      string
	platform spec.Platform
}

// Resolve returns the image that a reference names for a platform: the named
// context of that name when whoever builds gives one, else what the registry
// has, by digest. Names are for the person watching.
func (d *Daemon) Resolve(ctx context.Context, ref string, p spec.Platform, title string) (*Image, error) {
	return d.images.Get(imageKey{ref, p}, func() (*Image, error) {
		patience := cmp.Or(d.Patience, 10*time.Minute)
		ctx, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
		defer cancel()
		image, err := d.resolve(ctx, ref, p, title)
		if err == nil {
			d.configs.Store(imageKey{image.Ref, llb.Platform(llb.OCIPlatform(p))}, image.Config)
		}
		if err != nil && context.Cause(ctx) == errSilent {
			return nil, fmt.Errorf("the registry of %s has not answered for %v", ref, patience)
		}
		return image, err
	})
}

// Frontend returns the image of the frontend that this call is of, for the builder. There
// is none where no image was asked for.
func (d *Daemon) Frontend(ctx context.Context) (*Image, error) {
	ref := d.Gateway.BuildOpts().Opts["source"] // https://github.com/moby/buildkit/blob/master/frontend/gateway/gateway.go
	if ref == "" {
		return nil, ErrNoImage
	}
	return d.Resolve(ctx, ref, d.Host(), "frontend")
}

var errSilent = errors.New("the registry is silent")

func (d *Daemon) resolve(ctx context.Context, ref string, p spec.Platform, title string) (*Image, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return nil, fmt.Errorf("%q is no image reference: %w", ref, err)
	}
	if image, err := d.given(ctx, ref, p); image != nil || err != nil {
		return image, err
	}
	named = reference.TagNameOnly(named)
	platform := llb.OCIPlatform(p)
	answered := d.trace.ask("resolve", ref)
	_, pin, data, err := d.Gateway.ResolveImageConfig(ctx, named.String(), sourceresolver.Opt{
		LogName: fmt.Sprintf("[%s] resolve %s", title, ref),
		ImageOpt: &sourceresolver.ResolveImageOpt{
			Platform:    &platform,
			ResolveMode: d.UI.ImageResolveMode.String(),
		},
	})
	answered()
	if err != nil {
		return nil, resolveError(ref, p, err)
	}
	config, err := configFor(ref, data, p)
	if err != nil {
		return nil, err
	}
	if pin != "" { // an engine's own store may know none
		if named, err = reference.WithDigest(named, pin); err != nil {
			return nil, err
		}
	}
	state, err := llb.Image(named.String(), data, p, d.UI.ImageResolveMode, fmt.Sprintf("[%s] %s", title, ref))
	if err != nil {
		return nil, err
	}
	return &Image{State: state, Config: config, ID: digest.FromBytes(data).Encoded(), Ref: named.String()}, nil
}

// Config returns the config of an image that was resolved for a platform, by the
// reference with its digest; nil where there is none.
func (d *Daemon) Config(ref string, p spec.Platform) *dockerspec.DockerOCIImage {
	config, _ := d.configs.Load(imageKey{ref, llb.Platform(llb.OCIPlatform(p))})
	image, _ := config.(*dockerspec.DockerOCIImage)
	return image
}

// given returns the named context that whoever builds gives for a reference, nil
// where there is none.
func (d *Daemon) given(ctx context.Context, ref string, p spec.Platform) (*Image, error) {
	d.taken.ask(ref)
	platform := llb.OCIPlatform(p)
	var pin digest.Digest // of an image
	given, err := d.UI.NamedContext(ref, dockerui.ContextOpt{
		Platform: &platform, ResolveMode: d.UI.ImageResolveMode.String(), CaptureDigest: &pin,
	})
	if err != nil || given == nil {
		return nil, err
	}
	state, config, err := given.Load(ctx)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(config) // of an image it lists its layers
	if err != nil {
		return nil, err
	}
	image, ok := d.givenImage(ref, platform, pin)
	if ok {
		// Else the daemon resolves its tag once more for every step.
		pinned, err := llb.Image(image, data, p, d.UI.ImageResolveMode, fmt.Sprintf("[context %s] %s", ref, image))
		if err != nil {
			return nil, err
		}
		state = &pinned
	}
	out := &Image{State: state.Platform(platform), Given: true, Config: config, ID: digest.FromBytes(data).Encoded(), Ref: image}
	if !ok {
		out.Ref, out.Pin = ref, pin
	}
	return out, nil
}

// givenImage returns the image that is given for a reference, by the digest that it was
// resolved to. An engine's own store may know none.
func (d *Daemon) givenImage(ref string, p ocispecs.Platform, pin digest.Digest) (string, bool) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil || pin == "" {
		return "", false
	}
	name := strings.TrimSuffix(reference.FamiliarString(named), ":latest")
	options := d.Gateway.BuildOpts().Opts
	input, ok := options["context:"+name+"::"+platforms.FormatAll(platforms.Normalize(p))]
	if !ok {
		input = options["context:"+name]
	}
	image, ok := strings.CutPrefix(input, "docker-image://")
	if !ok {
		return "", false
	}
	if named, err = reference.ParseNormalizedNamed(image); err != nil {
		return "", false
	}
	pinned, err := reference.WithDigest(reference.TagNameOnly(named), pin)
	if err != nil {
		return "", false
	}
	return pinned.String(), true
}

// configFor returns the config of an image, which must be for a platform: a registry
// answers with an image of one platform whatever was asked for.
func configFor(ref string, data []byte, p spec.Platform) (*dockerspec.DockerOCIImage, error) {
	config, err := llb.ParseImage(data)
	if err != nil {
		return nil, err
	}
	got := config.Platform
	if got.Architecture != "" && !runsOn(platforms.Normalize(got), llb.OCIPlatform(p)) {
		return nil, fmt.Errorf("%s is an image for %s, want one for %s", ref, platforms.Format(got), p)
	}
	return config, nil
}

// runsOn reports whether an image for a platform is one for another that has more: an
// older variant of its architecture. Programs of another architecture are never mixed
// with those that are compiled for it, even where its machines run them.
func runsOn(got, want ocispecs.Platform) bool {
	return got.Architecture == want.Architecture && platforms.Only(want).Match(got)
}

// ErrNotFor is the reason why an image cannot be had that is for other platforms.
var ErrNotFor = errors.New("is not for")

// ErrNoImage is the reason why an image cannot be had that its registry does not know.
var ErrNoImage = errors.New("does not exist")

// unknownImage is how BuildKit says that a registry does not know an image, by its full
// name. It says "not found" of things of its own, too, such as a lease that ran out.
var unknownImage = regexp.MustCompile(`(?:^| )\S+/\S+: not found$`)

// resolveError says why an image cannot be had, in a line.
func resolveError(ref string, p spec.Platform, err error) error {
	if Canceled(err) {
		return err
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "no match for platform"):
		return fmt.Errorf("%s %w %s", ref, ErrNotFor, p)
	case unknownImage.MatchString(text):
		return fmt.Errorf("%s %w", ref, ErrNoImage)
	}
	return fmt.Errorf("cannot resolve %s: %s", ref, text)
}
