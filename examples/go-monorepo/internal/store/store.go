// Package store keeps jobs in a file, one a line.
package store

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
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

// Add appends a job.
func Add(job string) error {
	f, err := os.OpenFile(Path(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, job)
	return err
}

// Jobs returns all jobs in the order in which they were added.
func Jobs() ([]string, error) {
	f, err := os.Open(Path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	var jobs []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		jobs = append(jobs, lines.Text())
	}
	return jobs, lines.Err()
}
