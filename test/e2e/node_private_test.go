package e2e

import (
	"cmp"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// npmRegistry serves packages of version 1.0.0 by their names, to who has the token
// where there is one, and returns its address without a scheme.
func npmRegistry(t *testing.T, token string, packages map[string][]byte) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token != "" && r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		name, isFile := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), "/-/"+path.Base(r.URL.Path))
		data, ok := packages[name]
		switch {
		case !ok:
			http.NotFound(w, r)
		case isFile:
			_, _ = w.Write(data) // whoever went away does not want it
		default:
			_ = json.NewEncoder(w).Encode(packument(name, "http://"+r.Host, data))
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// packument is what a registry tells of a package.
func packument(name, url string, data []byte) map[string]any {
	version := map[string]any{"name": name, "version": "1.0.0", "dist": map[string]any{
		"tarball": fmt.Sprintf("%s/%s/-/%s-1.0.0.tgz", url, name, path.Base(name)), "integrity": integrity(data),
	}}
	return map[string]any{
		"name": name, "dist-tags": map[string]string{"latest": "1.0.0"}, "versions": map[string]any{"1.0.0": version},
		"time": map[string]string{"1.0.0": "2026-01-01T00:00:00Z"}, // yarn takes nothing that is too new to be trusted
	}
}

// integrity returns the sum of an archive as locks have it.
func integrity(data []byte) string {
	sum := sha512.Sum512(data)
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// npmPackage returns an archive of a package whose main file is given.
func npmPackage(t *testing.T, name, main string, more ...string) []byte {
	t.Helper()
	files := append([]string{"package.json", fmt.Sprintf(`{"name": %q, "version": "1.0.0"}`, name), "index.js", main}, more...)
	return source(t, path.Base(name), "1.0.0", files...)
}

// private returns a registry with a package that only who has the token is given, and
// what tells managers of it.
func private(t *testing.T) (address, npmrc string) {
	t.Helper()
	address = npmRegistry(t, password, map[string][]byte{"@acme/hush": npmPackage(t, "@acme/hush", "module.exports = 'hush';\n")})
	return address, fmt.Sprintf("@acme:registry=http://%s/\n//%[1]s/:_authToken=%s\n", address, password)
}

// asksFor is a project that prints what a package is. Without a manager it is of npm.
func asksFor(name, manager string, more ...string) string {
	if manager != "" {
		manager = fmt.Sprintf(`"packageManager": %q, `, manager)
	}
	return "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: node\n-- package.json --\n" +
		fmt.Sprintf(`{"name": "app", "main": "main.js", %s"dependencies": {%q: "1.0.0"}}`, manager, name) +
		fmt.Sprintf("\n-- main.js --\nconsole.log(require(%q));\n", name) + strings.Join(more, "")
}

// plainHTTP has later versions of yarn ask a registry without certificates.
const plainHTTP = "-- .yarnrc.yml --\nunsafeHttpWhitelist: [127.0.0.1]\n"

// TestNodePrivate builds a project whose dependency only a scope's registry has, for who
// has its token, by every manager. The token is in no file of the image.
func TestNodePrivate(t *testing.T) {
	lab := start(t)
	at, npmrc := private(t)
	t.Run("no-token", func(t *testing.T) {
		dir := project(t, asksFor("@acme/hush", "", "-- .npmrc --\n@acme:registry=http://"+at+"/\n"))
		printed, err := try(t, lab, dir)
		if want := "the registry wants a token: give it by --secret id=npmrc,src=$HOME/.npmrc"; err == nil || !strings.Contains(printed, want) {
			t.Errorf("got %v, want %q\n%s", err, want, printed)
		}
	})
	for _, manager := range []string{"", "pnpm@10.34.9", "yarn@1.22.22", "yarn@4.18.1"} {
		t.Run(cmp.Or(manager, "npm"), func(t *testing.T) {
			t.Parallel()
			dir := project(t, asksFor("@acme/hush", manager, plainHTTP))
			name := "node-private-" + strings.ReplaceAll(cmp.Or(manager, "npm"), "@", "-")
			img := open(t, build(t, lab, dir, name, append(afresh(t), secret(t, "npmrc", npmrc))...), "linux/amd64")
			result, err := img.Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "hush\n" {
				t.Errorf("got %+v, %v, want hush", result, err)
			}
			checkSecret(t, img, password)
		})
	}
}

// TestNodeMirror builds with a registry that a build arg names: it has a package that no
// other has, and native code of it for one machine alone.
func TestNodeMirror(t *testing.T) {
	lab := start(t)
	at := npmRegistry(t, "", map[string][]byte{
		"stagefront-mirrored": npmPackage(t, "stagefront-mirrored", "module.exports = 'mirrored';\n"),
		"stagefront-native":   npmPackage(t, "stagefront-native", "", "build/Release/fast.node", amd64Library()),
	})
	mirror := "--build-arg=NPM_CONFIG_REGISTRY=http://" + at
	img := open(t, build(t, lab, project(t, asksFor("stagefront-mirrored", "")), "node-mirror", mirror), "linux/amd64")
	if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "mirrored\n" {
		t.Errorf("got %+v, %v, want mirrored", result, err)
	}
	for _, c := range []struct{ asks, flag, want string }{
		{"stagefront-native", mirror, "fast.node of stagefront-native is not for linux/arm64: got a program for EM_X86_64"},
		{"stagefront-none", mirror, "the registry does not have a package"},
		{"stagefront-mirrored", "--build-arg=NPM_CONFIG_REGISTRY=http://me:open-sesame@" + at, "NPM_CONFIG_REGISTRY has credentials in it"},
	} {
		dir := project(t, asksFor(c.asks, ""))
		printed, err := try(t, lab, dir, c.flag, "--platform=linux/arm64")
		if err == nil || !strings.Contains(printed, c.want) {
			t.Errorf("%s: got %v, want %q\n%s", c.asks, err, c.want, printed)
		}
	}
}

// amd64Library is the head of a shared library, without anything in it.
func amd64Library() string {
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01\x01")
	for at, value := range map[int]byte{16: 3, 18: 62, 20: 1, 52: 64, 54: 56, 58: 64} { // type, machine, version, sizes
		head[at] = value
	}
	return string(head)
}
