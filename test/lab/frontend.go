package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
)

// frontendName is the image name on the first line of every spec.
const frontendName = "org/stagefront"

// buildFrontend builds this checkout's frontend image and pushes it to where
// buildkitd looks for org/stagefront. A frontend runs on the builder, so it is for
// the machine's own platform alone. An unchanged tree gives the same digest: there
// is no provenance in it, and no time.
func (l *Lab) buildFrontend(ctx context.Context) error {
	if !isFile(filepath.Join(l.Root, "Dockerfile")) {
		return fmt.Errorf("building the frontend image: no Dockerfile in %s", l.Root)
	}
	registry, err := l.registryAddr()
	if err != nil {
		return err
	}
	network, err := l.networkFlags(ctx)
	if err != nil {
		return err
	}
	args := []string{l.path("bin", "buildx"), "build", "--progress=plain", "--provenance=false"}
	args = append(args, network...)
	args = append(args, "--build-arg=SOURCE_DATE_EPOCH=0",
		"--output=type=image,push=true,rewrite-timestamp=true,name="+registry+"/"+frontendName, ".")
	return l.step("building the frontend image", func(log io.Writer) error {
		return proc{args: args, dir: l.Root, env: l.buildxEnv()}.run(ctx, log)
	})
}
