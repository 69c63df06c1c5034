// Command migrate brings the store to the state that its migrations describe,
// and has the worker look at it.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/shop/internal/store"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != "up" {
		log.Fatal("usage: migrate up")
	}
	files, err := filepath.Glob("migrations/*.txt")
	if err != nil || len(files) == 0 {
		log.Fatalf("found %d migrations: %v", len(files), err)
	}
	for _, file := range files {
		job, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		if err := store.Add(strings.TrimSpace(string(job))); err != nil {
			log.Fatal(err)
		}
	}
	out, err := exec.Command("worker", "-once").CombinedOutput()
	fmt.Print(string(out))
	if err != nil {
		log.Fatal(err)
	}
}
