// Package greeting reads what to say from a configuration file.
package greeting

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v4"
)

// Load returns the greeting that a file configures, "Hello" without a file.
func Load(path string) (string, error) {
	config := struct {
		Greeting string `yaml:"greeting"`
	}{"Hello"}
	if path == "" {
		return config.Greeting, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if err := yaml.Load(data, &config); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return config.Greeting, nil
}
