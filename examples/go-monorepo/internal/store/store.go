// Package store keeps jobs in a file, one a line.
package store

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/uuid"
)

// Version of the program, set by the linker.
var Version = "unknown"

// Path returns where the jobs are.
func Path() string {
	if path := os.Getenv("STORE"); path != "" {
		return path
	}
	return "jobs"
}

// Job is something to do. Equal names have equal ids.
type Job struct{ ID, Name string }

// Add appends a job.
func Add(name string) error {
	f, err := os.OpenFile(Path(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)), name)
	return err
}

// Jobs returns all jobs in the order in which they were added.
func Jobs() ([]Job, error) {
	f, err := os.Open(Path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	var jobs []Job
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		id, name, _ := strings.Cut(lines.Text(), " ")
		jobs = append(jobs, Job{id, name})
	}
	return jobs, lines.Err()
}
