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
	"github.com/stagefront/stagefront/frontend/survey"
)

func main() {
	if args := os.Args[1:]; len(args) >= 3 && args[0] == "survey" { // a step of a build
		exit(survey.Write(args[1], args[2], args[3:]))
	}
	// The gateway talks on standard input and output; errors that it cannot
	// carry go to the daemon's log.
	exit(grpcclient.RunFromEnvironment(appcontext.Context(), frontend.Build))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "stagefront: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}
