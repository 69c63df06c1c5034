// Package dockerfile prints images as a Dockerfile: it reads the graph that llb makes
// and says it in instructions. So the file cannot say something else than is built,
// and what a recipe, a plan or llb learns is in it without a word here.
//
// Each vertex of the graph is a stage, named as its step is. What vertices of several
// platforms have in common is there once. What a step leaves in a mount, which a
// Dockerfile throws away, it leaves in its stage's own directory of that path.
package dockerfile

import (
	"fmt"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/llb"
)

// Image is an image for one platform.
type Image struct {
	Platform spec.Platform
	Files    *llb.Definition
	Config   *dockerspec.DockerOCIImage
}

// Options is what is to be known besides of images.
type Options struct {
	Spec    string          // name of the file that says them
	Host    spec.Platform   // that steps are for
	Context *llb.Definition // the build context
	// Image returns the config of an image that the graph names for a platform, nil where
	// it is not known.
	Image func(ref string, p spec.Platform) *dockerspec.DockerOCIImage
}

// Print returns the Dockerfile of images of different platforms. It fails where a graph
// has what no instruction says. Equal graphs give equal files.
func Print(images []Image, o Options) (string, error) {
	p := &printer{Options: o, vertices: map[string]*vertex{}, stages: map[string]*stage{}, names: map[string]bool{}}
	var heads []input
	for _, i := range images {
		head, err := p.read(i.Files)
		if err != nil {
			return "", err
		}
		heads = append(heads, head)
		p.names[stageOf(i.Platform)] = true
	}
	if err := p.readContext(); err != nil {
		return "", err
	}
	for n, i := range images {
		if err := sayable(i.Config.Config); err != nil {
			return "", err
		}
		at, err := p.place(heads[n])
		if err != nil {
			return "", err
		}
		p.image(i, at)
	}
	return p.header(images) + p.out.String() + "\n" + last, nil
}

// last chooses the image of the platform that is built for.
const last = "FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}\n"

// stageOf returns the name of the stage of a platform, as last has it.
func stageOf(p spec.Platform) string {
	return fmt.Sprintf("image-%s-%s%s", p.OS, p.Architecture, p.Variant)
}

// header returns what is said of the whole file.
func (p *printer) header(images []Image) string {
	var platforms []string
	for _, i := range images {
		platforms = append(platforms, i.Platform.String())
	}
	var b strings.Builder
	b.WriteString("# syntax=docker/dockerfile:1\n\n")
	fmt.Fprintf(&b, preamble, p.Spec, strings.Join(platforms, " and "))
	if len(p.ignored) > 0 {
		b.WriteString("#\n# Files of the context that are left out; write these lines into Dockerfile.dockerignore:\n")
		for _, pattern := range p.ignored {
			b.WriteString("#   " + oneLine(pattern) + "\n")
		}
	}
	for _, c := range p.given {
		fmt.Fprintf(&b, "#\n# %s is a context that has to be given: --build-context %s=…\n", c, c)
	}
	fmt.Fprintf(&b, builderArg, p.Host)
	return b.String()
}

const preamble = `# What %s builds for %s, printed by --call=dockerfile.
# It gives the same files, owners, modes and config. A Dockerfile cannot say, or do:
#
# - That steps see a root that they cannot write to. Here what they write elsewhere than
#   in their output is in a stage that nothing is copied from.
# - Decisions that depend on what was compiled: the runtime, its libraries, what is
#   started. They are made as this build made them; nothing is opened and compared again.
# - What others answer: images are named by the digests that their tags had.
# - Times of files and of the image. Build with SOURCE_DATE_EPOCH, and with the option
#   rewrite-timestamp=true of the output.
# - A bill of materials by what was built: --sbom=true has a scanner guess it.
# - The reason of a failed step, of which Stagefront keeps the log.
#
# Limits, hosts, proxies and the network of steps are flags of docker build here as there.
`

// builderArg is the platform of what runs: compilers and what they load were chosen for it.
const builderArg = `
# Steps run here, whatever is built for: what they use was chosen for this platform.
ARG BUILDER=%s
`
