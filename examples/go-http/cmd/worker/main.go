// Command worker does a little work again and again.
package main

import (
	"flag"
	"fmt"
	"time"

	"github.com/google/uuid"
)

func main() {
	every := flag.Duration("every", time.Minute, "time between two jobs")
	jobs := flag.Int("jobs", 0, "number of jobs to do; 0 is no end")
	flag.Parse()
	for i := 1; *jobs == 0 || i <= *jobs; i++ {
		fmt.Println("job", i, uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, i)))
		time.Sleep(*every)
	}
}
