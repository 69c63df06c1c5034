// Command server says over HTTP which version it is.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
)

var version = "unknown" // set by the linker

func main() {
	address := flag.String("address", ":8080", "address to listen on")
	flag.Parse()
	log.Printf("version %s listens on %s", version, *address)
	log.Fatal(http.ListenAndServe(*address, router()))
}

func router() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, version) })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return mux
}
