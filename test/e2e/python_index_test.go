package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// wheel returns a package of one module as the file that indexes have; more are names
// and texts of further files in turn.
func wheel(t *testing.T, name, version, source string, more ...string) []byte {
	t.Helper()
	info := name + "-" + version + ".dist-info/"
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	files := append([]string{
		name + ".py", source,
		info + "METADATA", fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", name, version),
		info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		info + "RECORD", "",
	}, more...)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// privateIndex serves an index that has one package, for who knows the password.
func privateIndex(t *testing.T) (address string) {
	t.Helper()
	file := wheel(t, "hush", "1.0", "secret = 42\n")
	mux := http.NewServeMux()
	mux.HandleFunc("/simple/hush/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<a href=\"/files/hush-1.0-py3-none-any.whl#sha256=%x\">hush-1.0-py3-none-any.whl</a>", sha256.Sum256(file))
	})
	mux.HandleFunc("/files/hush-1.0-py3-none-any.whl", func(w http.ResponseWriter, _ *http.Request) {
		w.Write(file)
	})
	server := httptest.NewServer(forMe(mux))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// forMe has a handler answer only who knows the password.
func forMe(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "open-sesame" {
			w.Header().Set("WWW-Authenticate", "Basic realm=\"me\"")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// TestPythonIndexes builds a project whose dependency only an index with a
// password has, in every way that the index can be named and the password
// given. Neither is in the image.
func TestPythonIndexes(t *testing.T) {
	lab := start(t)
	at := privateIndex(t)
	url := "http://" + at + "/simple"
	secret := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "--secret=id=" + name + ",src=" + file
	}
	netrc := secret("netrc", "machine 127.0.0.1 login me password open-sesame\n")
	for _, c := range []struct {
		name, options string // the options are lines of requirements.txt
		flags         []string
		want          string // of the error; "" for none
	}{
		// Before others, whose fetch would be found in the cache.
		{name: "no-password", flags: []string{"--build-arg=UV_INDEX_URL=" + url}, want: "--secret id=netrc"},
		{name: "uv-variable", flags: []string{"--build-arg=UV_INDEX_URL=" + url, netrc}},
		{name: "pip-variable", flags: []string{"--build-arg=PIP_EXTRA_INDEX_URL=" + url, netrc}},
		{name: "pip-conf", flags: []string{secret("pip.conf", "[global]\nextra-index-url = http://me:open-sesame@"+at+"/simple\n")}},
		{name: "line", options: "--index-url " + url, flags: []string{netrc}},
		{name: "line-under-mirror", options: "--index-url http://127.0.0.1:9/none", flags: []string{"--build-arg=UV_INDEX_URL=" + url, netrc}},
		{name: "password-in-arg", flags: []string{"--build-arg=UV_INDEX_URL=http://me:open-sesame@" + at}, want: "build arg UV_INDEX_URL has credentials in it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := project(t, "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\n-- requirements.txt --\n"+c.options+
				"\nhush==1.0\n-- main.py --\nimport hush\n\nprint(hush.secret)\n")
			if c.want != "" {
				printed, err := try(t, lab, dir, c.flags...)
				if err == nil || !strings.Contains(printed, c.want) {
					t.Errorf("got %v, want an error with %q\n%s", err, c.want, printed)
				}
				return
			}
			img := open(t, build(t, lab, dir, "python-index-"+c.name, append(afresh(t), c.flags...)...), "linux/amd64")
			result, err := img.Run(t.Context(), image.RunOptions{})
			if err != nil || result.Stdout != "42\n" {
				t.Errorf("got %+v, %v, want 42", result, err)
			}
			checkSecret(t, img, "open-sesame")
		})
	}
}

// checkSecret checks that a text is in no file of ours in an image.
func checkSecret(t *testing.T, img *image.Image, text string) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		if !f.Mode.IsRegular() || !strings.HasPrefix(name, "/opt/") && !strings.HasPrefix(name, "/app/") {
			continue
		}
		data, err := img.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			t.Errorf("%s has the password", name)
		}
	}
}

// pythonIndexClient is uv, with a package of an index that has an older one too, which
// must not be taken in its place. The index tells a sum where a file will not have it,
// and none elsewhere: what is not whole must be noticed without.
var pythonIndexClient = client{
	name: "python",
	server: func(t *testing.T, m misbehaviour) *packageServer {
		const older, newer = "flaky-0.9-py3-none-any.whl", "flaky-1.0-py3-none-any.whl"
		file, sum := wheel(t, "flaky", "1.0", "word = 'right'\n"), ""
		if m.name == "wrong-sum" {
			sum = fmt.Sprintf("#sha256=%x", sha256.Sum256(file))
		}
		return &packageServer{
			files: map[string][]byte{
				"/simple/flaky/":  fmt.Appendf(nil, "<a href=\"/files/%s\">%[1]s</a>\n<a href=\"/files/%s%s\">%[2]s</a>\n", older, newer, sum),
				"/files/" + older: wheel(t, "flaky", "0.9", "word = 'old'\n"),
				"/files/" + newer: file,
			},
			altered: func(string) []byte { return append(bytes.Clone(file), "altered"...) }, // which zip does not mind
			faulty:  func(path string) bool { return path == "/files/"+newer },
		}
	},
	project: func(t *testing.T, url string) (string, []string) {
		return project(t, pythonPrints("--extra-index-url "+url+"/simple\nflaky", "flaky", "word")), nil
	},
	failed: "] fetch dependencies: ",
	prints: "right\n",
}
