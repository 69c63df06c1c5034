// Command admin looks into the store: "admin list" prints its jobs, "admin
// count" how many there are.
package main

import (
	"fmt"
	"log"
	"os"

	"example.com/shop/internal/store"
)

func main() {
	jobs, err := store.Jobs()
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) != 2 {
		log.Fatal("usage: admin list|count")
	}
	switch os.Args[1] {
	case "list":
		for _, job := range jobs {
			fmt.Println(job.ID, job.Name)
		}
	case "count":
		fmt.Println(len(jobs))
	default:
		log.Fatalf("unknown command %q", os.Args[1])
	}
}
