package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// crate returns a package of one file as the archive that registries have.
func crate(t *testing.T, name, source string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	archive := tar.NewWriter(z)
	for _, file := range []struct{ name, text string }{
		{"Cargo.toml", fmt.Sprintf("[package]\nname = %q\nversion = \"1.0.0\"\nedition = \"2021\"\n", name)},
		{"src/lib.rs", source},
	} {
		header := &tar.Header{Name: path.Join(name+"-1.0.0", file.name), Mode: 0o644, Size: int64(len(file.text))}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(file.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// gitPackage makes a repository of one package below a directory, and returns its
// commit.
func gitPackage(t *testing.T, root, name, source string) (commit string) {
	t.Helper()
	dir := project(t, fmt.Sprintf("-- Cargo.toml --\n[package]\nname = %q\nversion = \"1.0.0\"\nedition = \"2021\"\n-- src/lib.rs --\n%s", name, source))
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."}, {"commit", "-q", "-m", "Begin"}, {"clone", "-q", "--bare", ".", filepath.Join(root, name+".git")},
		{"rev-parse", "HEAD"},
	} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=me", "-c", "user.email=me@example.com"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
		commit = strings.TrimSpace(string(out))
	}
	return commit
}

// privateCrates serves a registry that has the package hush for who knows the token, and
// the repository of murmur for who knows the password. It returns its address with the
// checksum of the one and the commit of the other.
func privateCrates(t *testing.T) (address, checksum, commit string) {
	t.Helper()
	archive := crate(t, "hush", "pub const SECRET: u32 = 40;\n")
	checksum = fmt.Sprintf("%x", sha256.Sum256(archive))
	root := t.TempDir()
	commit = gitPackage(t, root, "murmur", "pub const SECRET: u32 = 2;\n")
	git, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(git)), "git-http-backend"), Root: "/git",
		Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/index/config.json", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"dl": "http://%s/crates", "api": "http://%[1]s", "auth-required": true}`, address)
	})
	mux.HandleFunc("/index/hu/sh/hush", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"name": "hush", "vers": "1.0.0", "deps": [], "cksum": %q, "features": {}, "yanked": false}`, checksum)
	})
	mux.HandleFunc("/crates/hush/1.0.0/download", func(w http.ResponseWriter, _ *http.Request) { w.Write(archive) })
	mux.Handle("/git/", backend)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.Header.Get("Authorization") == "open-sesame" || user == "me" && password == "open-sesame" {
			mux.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="private"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	// A name, since cargo does not tell who knows passwords of a host that has none.
	address = strings.Replace(strings.TrimPrefix(server.URL, "http://"), "127.0.0.1", "localhost", 1)
	return address, checksum, commit
}

// TestRustPrivate builds a project that needs a package of a registry with a token and
// one of a repository with a password. Without them it fails and says which secrets it
// wants; with them, neither is in the image.
func TestRustPrivate(t *testing.T) {
	lab := start(t)
	address, checksum, commit := privateCrates(t)
	archive, err := os.ReadFile("testdata/rust-private.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := project(t, strings.NewReplacer("ADDRESS", address, "CHECKSUM", checksum, "COMMIT", commit).Replace(string(archive)))
	secrets := t.TempDir()
	netrc, credentials := filepath.Join(secrets, "netrc"), filepath.Join(secrets, "credentials.toml")
	for file, text := range map[string]string{
		netrc:       "machine localhost login me password open-sesame\n",
		credentials: "[registries.corp]\ntoken = \"open-sesame\"\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	password, token := "--secret=id=netrc,src="+netrc, "--secret=id=credentials.toml,src="+credentials
	for flag, want := range map[string]string{password: "--secret id=credentials.toml", token: "--secret id=netrc"} {
		printed, err := try(t, lab, dir, flag)
		if err == nil || !strings.Contains(printed, want) {
			t.Errorf("%s alone: got %v, want an error with %q\n%s", flag, err, want, printed)
		}
	}
	img := open(t, build(t, lab, dir, "rust-private", password, token), "linux/amd64")
	result, err := img.Run(t.Context(), image.RunOptions{})
	if err != nil || result.Stdout != "42\n" {
		t.Errorf("got %+v, %v, want 42", result, err)
	}
	checkSecret(t, img, "open-sesame")
}
