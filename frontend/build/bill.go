package build

import (
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/stagefront/stagefront/frontend/bom"
	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
)

// bill returns what layers on a runtime are made of, if that is asked for: what the
// language reads off them, packages of the distribution, and images by digest. The
// runtime may be none.
func (j *job) bill(ctx context.Context, runtime *daemon.Image, layers []plan.Layer) (*bom.Bill, error) {
	if !j.Bills {
		return nil, nil
	}
	contents, err := j.contents()
	if err != nil {
		return nil, err
	}
	out := j.toolBill(j.title())
	out.Image.Contains = contents
	out.Sources = j.sourcesOf(layers)
	if out.Files, err = j.hashed(layers); err != nil {
		return nil, err
	}
	copied, err := j.copied(ctx, layers)
	if err != nil {
		return nil, err
	}
	out.Image.Contains = append(out.Image.Contains, copied...)
	if runtime != nil {
		out.Runtime = packageOf(runtime, j.Plan.Target.Architecture)
		if out.Runtime.Contains, err = j.has(ctx, runtime); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// toolBill returns the bill of what was made by the toolchain and has nothing of others in
// it, if that is asked for. Of what has none BuildKit lets a scanner of its own make one.
func (j *job) toolBill(name string) *bom.Bill {
	if !j.Bills {
		return nil
	}
	out := &bom.Bill{Image: bom.Package{Name: name, Purpose: bom.Container}, Created: j.Stages.Epoch}
	if j.tools != nil {
		out.Toolchains = []bom.Package{*packageOf(j.tools, j.Plan.Host.Architecture)}
	}
	return out
}

// packageOf returns the package that an image is. What whoever builds gave in the place of
// one, such as a directory, is not the image whose name it has.
func packageOf(i *daemon.Image, architecture string) *bom.Package {
	if !i.Given || strings.Contains(i.Ref, "@") {
		return bom.Image(i.Ref, architecture)
	}
	out := &bom.Package{
		Name: i.Ref, Version: i.Pin.String(), Purpose: bom.Container, Note: "what was given as the context of this name",
	}
	if i.Pin != "" {
		out.Hashes = []bom.Hash{{Algorithm: strings.ToUpper(i.Pin.Algorithm().String()), Value: i.Pin.Encoded()}}
	}
	return out
}

// has returns what a runtime has: packages of a distribution, and interpreters beside them.
func (j *job) has(ctx context.Context, runtime *daemon.Image) ([]bom.Package, error) {
	installed, err := j.installedIn(ctx, runtime)
	if err != nil || j.Plan.Language.Interpreters == nil {
		return installed, err
	}
	tree, err := j.Daemon.Solve(ctx, runtime.State)
	if err != nil {
		return nil, err
	}
	interpreters, err := j.Plan.Language.Interpreters(tree)
	return append(installed, interpreters...), err
}

// title returns what the image is called where its reader does not know its reference:
// the target, the program, or where the project is.
func (j *job) title() string {
	p := j.Plan
	dir := path.Base(p.Spec.Project.Or("."))
	if dir == "." {
		dir = ""
	}
	return cmp.Or(p.Name, p.Program, dir, p.Language.Name)
}

// contents returns what the language reads off what was built.
func (j *job) contents() ([]bom.Package, error) {
	p := j.Plan
	b := &language.Built{Recipe: p.Recipe, Open: j.opened}
	if p.Program != "" {
		program, err := j.tree(language.FromCompile).Open(p.Program)
		if err != nil {
			return nil, err
		}
		b.Executable = program.(io.ReaderAt)
	}
	contents, err := p.Language.Contents(b)
	if err != nil {
		var diags diag.List
		diags.Errorf(p.Compile.Range, "cannot say what the image is made of: %v", err).Hint =
			"leave out --sbom, or name a scanner: --attest type=sbom,generator=…"
		return nil, diags
	}
	return contents, nil
}

// opened returns the files of an origin.
func (j *job) opened(o language.Origin) (fs.FS, error) {
	if o == language.FromContext {
		return j.Files, nil
	}
	if tree := j.tree(o); tree != nil {
		return tree, nil
	}
	return nil, fs.ErrNotExist
}

// sourcesOf returns the images and targets that files of layers are copied from.
func (j *job) sourcesOf(layers []plan.Layer) (all []bom.Package) {
	seen := map[language.Origin]bool{}
	for _, l := range layers {
		for _, op := range l.Ops {
			of, named := j.parts[op.From]
			if op.Copy == "" || !named || seen[op.From] {
				continue
			}
			seen[op.From] = true
			if of.target != nil {
				all = append(all, of.target.Bill.Image)
				continue
			}
			all = append(all, *packageOf(of.image, j.Plan.Target.Architecture))
		}
	}
	return all
}

// hashed returns the program with its hashes, where compile leaves one.
func (j *job) hashed(layers []plan.Layer) (files []bom.File, err error) {
	for _, l := range layers {
		for _, op := range l.Ops {
			if op.From != language.FromCompile || op.Copy == "" || op.Copy != j.Plan.Program {
				continue
			}
			f := bom.File{Path: op.To}
			if f.SHA1, f.SHA256, err = sums(j.tree(op.From), op.Copy); err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	return files, nil
}

// sums returns hashes of a file in hexadecimal digits.
func sums(tree *daemon.Tree, name string) (first, second string, err error) {
	one, two := sha1.New(), sha256.New()
	if err := tree.Stream(io.MultiWriter(one, two), name); err != nil {
		return "", "", err
	}
	return hex.EncodeToString(one.Sum(nil)), hex.EncodeToString(two.Sum(nil)), nil
}

// joined returns the bill of several results, nil where there is none of them.
func joined(bills []*bom.Bill) *bom.Bill {
	if len(bills) == 1 || bills[0] == nil {
		return bills[0]
	}
	out := &bom.Bill{Image: bom.Package{Name: "programs", Purpose: bom.Container}, Created: bills[0].Created, Parts: bills}
	for _, b := range bills {
		out.Image.Contains = append(out.Image.Contains, b.Image)
		out.Toolchains = append(out.Toolchains, b.Toolchains...)
		out.Sources = append(out.Sources, b.Sources...)
	}
	return out
}
