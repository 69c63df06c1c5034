package build

import (
	"cmp"
	"context"
	"errors"
	"io/fs"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/llb"
)

// toolchain returns the plan's toolchain, which can install the packages that the
// plan wants.
func (b *Builder) toolchain(ctx context.Context, p *plan.Plan) (*daemon.Image, error) {
	image, err := b.toolchainImage(ctx, p)
	if err == nil {
		return image, b.hasApt(ctx, p, image)
	}
	if daemon.Canceled(err) {
		return nil, err
	}
	var diags diag.List
	diags.Errorf(p.Toolchain.Range, "no toolchain: %v", err).Hint = p.Toolchain.Hint
	return nil, diags
}

// toolchainImage returns the plan's toolchain: a newer patch where the pinned one
// has no image, the exact one where the newest that is to be had is too old.
func (b *Builder) toolchainImage(ctx context.Context, p *plan.Plan) (*daemon.Image, error) {
	t := p.Toolchain
	image, err := b.Daemon.Resolve(ctx, t.Ref, p.Host, p.Language.Name)
	if errors.Is(err, daemon.ErrNoImage) && t.Forward != "" {
		newer, forwardErr := b.Daemon.Resolve(ctx, t.Forward, p.Host, p.Language.Name)
		if forwardErr != nil {
			return nil, err
		}
		var diags diag.List
		diags.Warnf(t.Range, "%s does not exist, so %s is used", t.Ref, t.Forward)
		b.Daemon.Warn(ctx, diags)
		return newer, nil
	}
	if err != nil || t.Exact == "" || image.Config == nil {
		return image, err
	}
	have, ok := llb.Base(image.Config).Env.Get(t.VersionEnv)
	if ok && t.Older(have) {
		return b.Daemon.Resolve(ctx, t.Exact, p.Host, p.Language.Name)
	}
	return image, nil
}

// hasApt reports packages for a toolchain of another distribution than Debian and
// those that are made from it. The official ones are all of Debian; only images of
// whoever writes or builds are looked at, which costs their download.
func (b *Builder) hasApt(ctx context.Context, p *plan.Plan, image *daemon.Image) error {
	if p.Packages == nil || !p.Spec.Toolchain.IsSet() && !image.Given {
		return nil
	}
	tree, err := b.Daemon.Solve(ctx, image.State)
	if err != nil {
		return err
	}
	if language.IsFile(tree, "usr/bin/apt-get") {
		return nil
	}
	var diags diag.List
	diags.Errorf(p.Packages.Range, "packages are installed by apt, and the toolchain %s has none: it is %s",
		p.Toolchain.Ref, distribution(tree)).Hint = "take a toolchain of Debian or Ubuntu, or one that has the packages"
	return diags
}

// distribution returns what an image calls its distribution.
func distribution(fsys fs.FS) string {
	return cmp.Or(language.OSRelease(fsys)["PRETTY_NAME"], "no distribution that says its name")
}
