// Command frontend is the entrypoint of the image org/stagefront: it serves
// one build to the BuildKit that started it.
package main

import (
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/gateway/grpcclient"
	"github.com/moby/buildkit/util/appcontext"
	_ "github.com/moby/buildkit/util/grpcutil/encoding/proto" // the faster codec

	"github.com/stagefront/stagefront/frontend"
)

func main() {
	// The gateway talks on standard input and output; errors that it cannot
	// carry go to the daemon's log.
	if err := grpcclient.RunFromEnvironment(appcontext.Context(), frontend.Build); err != nil {
		fmt.Fprintf(os.Stderr, "stagefront: %v\n", err)
		os.Exit(1)
	}
}
