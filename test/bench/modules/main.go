// Command modules is a program of little code and of many modules.
package main

import (
	"log/slog"
	"net/http"
	"os"

	_ "github.com/docker/buildx/driver/kubernetes"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/moby/buildkit/util/progress/progressui"
)

func main() {
	slog.Info("serving", "transport", remote.DefaultTransport != nil, "mode", progressui.AutoMode)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}
