package node

import (
	"testing"
	"testing/fstest"
)

// TestCompilerOutput finds where the compiler of TypeScript writes to, as it reads its
// configuration.
func TestCompilerOutput(t *testing.T) {
	for config, want := range map[string]string{
		`{"compilerOptions": {"outDir": "./dist"}}`:                                                   "dist",
		"{\n  // \"outDir\": \"./\",\n  \"compilerOptions\": {\"outDir\": \"build\", /* all */ },\n}": "build",
		`{"extends": "../../tsconfig.base"}`:                                                          "",
		`{"extends": ["./no.json", "@tsconfig/node22/tsconfig.json"]}`:                                "",
		`{"compilerOptions": {"outDir": "../../dist/api"}}`:                                           "../../dist/api",
		`{"extends": "./own.json"}`:                                                                   "lib",
		`{"extends": "./tsconfig.json"}`:                                                              "",
		`{"compilerOptions": {"outDir": "dist", "noEmit": true}}`:                                     "",
		`{"extends": "../../../above.json"}`:                                                          "",
		`{`:                                                                                           "",
	} {
		files := fstest.MapFS{
			"apps/api/tsconfig.json": {Data: []byte(config)},
			"apps/api/own.json":      {Data: []byte(`{"compilerOptions": {"outDir": "${configDir}/lib"}}`)},
			"tsconfig.base.json":     {Data: []byte(`{"compilerOptions": {"outDir": "out"}}`)},
		}
		if got := compilerOutput(files, "apps/api"); got != want {
			t.Errorf("%s: got %q, want %q", config, got, want)
		}
	}
}
