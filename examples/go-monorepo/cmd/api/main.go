// Command api takes jobs over HTTP.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"

	"example.com/shop/internal/store"
)

func main() {
	address := flag.String("address", ":8080", "address to listen on")
	flag.Parse()
	http.HandleFunc("POST /jobs/{name}", func(w http.ResponseWriter, r *http.Request) {
		if err := store.Add(r.PathValue("name")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, "added by", store.Version)
	})
	log.Fatal(http.ListenAndServe(*address, nil))
}
