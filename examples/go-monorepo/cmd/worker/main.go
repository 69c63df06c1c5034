// Command worker prints the jobs of the store, again and again.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"example.com/shop/internal/store"
)

func main() {
	once := flag.Bool("once", false, "do the jobs that are there and end")
	flag.Parse()
	interval, err := time.ParseDuration(os.Getenv("INTERVAL"))
	if err != nil && !*once {
		log.Fatalf("reading INTERVAL: %v", err)
	}
	for {
		jobs, err := store.Jobs()
		if err != nil {
			log.Fatal(err)
		}
		for _, job := range jobs {
			fmt.Println("did", job.Name)
		}
		if *once {
			return
		}
		time.Sleep(interval)
	}
}
