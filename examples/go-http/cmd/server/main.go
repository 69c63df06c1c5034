// Command server greets over HTTP.
package main

import (
	"embed"
	"flag"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"example.com/greeter/internal/greeting"
)

var version = "unknown" // set by the linker

//go:embed all:page
var pages embed.FS

func main() {
	address := flag.String("address", ":8080", "address to listen on")
	flag.Parse()
	word, err := greeting.Load(os.Getenv("CONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("version %s listens on %s", version, *address)
	log.Fatal(http.ListenAndServe(*address, router(word)))
}

func router(word string) http.Handler {
	page := template.Must(template.ParseFS(pages, "page/index.html"))
	r := chi.NewRouter()
	r.Use(middleware.Recoverer)
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) { page.Execute(w, word) })
	r.Get("/hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s, %s!\n", word, chi.URLParam(r, "name"))
	})
	r.Get("/version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, version) })
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return r
}
