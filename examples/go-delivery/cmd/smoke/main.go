// Command smoke asks a server for its version, and fails when that is another one
// than its own: the last step of a delivery.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

var version = "unknown" // set by the linker

func main() {
	log.SetFlags(0)
	address := "http://localhost:8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	got, err := ask(address + "/version")
	if err != nil {
		log.Fatal(err)
	}
	if got != version {
		log.Fatalf("%s is version %s, want %s", address, got, version)
	}
	fmt.Println(address, "is version", got)
}

// ask returns what a server answers, without the line's end.
func ask(url string) (string, error) {
	response, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", url, response.Status)
	}
	return strings.TrimSpace(string(body)), nil
}
