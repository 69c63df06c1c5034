package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/labenv"
)

// marked is a line that a bundle of certificates may have beside them.
const marked = "# open-sesame of the bundle\n"

// leaking are projects that need what is secret, in every way that there is one.
var leaking = map[string]func(t *testing.T) (dir string, flags []string){
	"go": func(t *testing.T) (string, []string) {
		return project(t, strings.Replace(goProxyProject, "language: go", "language: go\nbuild:\n  secrets: [token]\n  script: [[sh, -c, \"test -s /run/secrets/token && test -s /etc/passwd\"]]", 1)+
			"-- go.sum --\n"+goSums(t)), []string{"--build-arg=GOPROXY=" + goProxy(t)}
	},
	"python": func(t *testing.T) (string, []string) {
		packages := map[string][]byte{"hush-1.0.tar.gz": source(t, "hush", "1.0", "setup.py",
			"from setuptools import setup\n\nsetup(name='hush', version='1.0', py_modules=['hush'])\n", "hush.py", "word = 'hush'\n")}
		at := index(t, password, packages)
		dir := project(t, pythonPrints(fmt.Sprintf("hush==1.0 --hash=sha256:%x", sha256.Sum256(packages["hush-1.0.tar.gz"])), "hush", "word"))
		return dir, []string{secret(t, "pip.conf", "[global]\nextra-index-url = http://me:"+password+"@"+at+"/simple\n")}
	},
	"node": func(t *testing.T) (string, []string) {
		_, npmrc := private(t)
		return project(t, asksFor("@acme/hush", "")), []string{secret(t, "npmrc", npmrc)}
	},
	"yarn": func(t *testing.T) (string, []string) {
		_, npmrc := private(t)
		return project(t, asksFor("@acme/hush", "yarn@4.18.1", plainHTTP)), []string{secret(t, "npmrc", npmrc)}
	},
	"java": func(t *testing.T) (string, []string) {
		repository := mavenRepository(t, library(), "me", password)
		return project(t, fmt.Sprintf(withLibrary, repository, "")), []string{settings(t, "demo", "")}
	},
}

// TestNothingLeaks builds with every kind of secret and looks for them in all that
// others get to see: what was printed, the image with its history and the fullest
// provenance, and the exported cache.
func TestNothingLeaks(t *testing.T) {
	lab := start(t)
	for name, of := range leaking {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, flags := of(t)
			out := t.TempDir()
			flags = append(flags,
				secret(t, "token", "token-"+password), secret(t, "netrc", "machine example.com login me password "+password+"\n"),
				bundle(t, lab), "--provenance=mode=max",
				"--output=type=oci,dest="+filepath.Join(out, "image.tar"), "--cache-to=type=local,mode=max,dest="+filepath.Join(out, "cache"))
			printed, err := try(t, withoutBundle(lab), dir, append(flags, afresh(t)...)...)
			if err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			s := &scan{words: [][]byte{[]byte("open-sesame"), []byte(base64.StdEncoding.EncodeToString([]byte("me:" + password)))}}
			s.stream(t, "what was printed", strings.NewReader(printed))
			if err := fs.WalkDir(os.DirFS(out), ".", func(file string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					s.file(t, filepath.Join(out, file))
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			for _, found := range s.found {
				t.Error(found)
			}
			if s.seen < 10 || !s.provenance {
				t.Errorf("looked at %d files, provenance among them: %t", s.seen, s.provenance)
			}
		})
	}
}

// bundle returns the flag that gives the lab's certificates with a line that can be found.
func bundle(t *testing.T, lab *labenv.Lab) string {
	t.Helper()
	data, err := os.ReadFile(lab.CA)
	if err != nil {
		t.Fatal(err)
	}
	return secret(t, "ca-certificates", string(data)+marked)
}

// withoutBundle returns a lab whose builds are not given its certificates.
func withoutBundle(lab *labenv.Lab) *labenv.Lab {
	own := *lab
	own.Network = nil
	for i, flag := range lab.Network {
		if !strings.Contains(flag, "id=ca-certificates") && !(flag == "--secret" && strings.Contains(lab.Network[i+1], "id=ca-certificates")) {
			own.Network = append(own.Network, flag)
		}
	}
	return &own
}

// A scan looks for words in files, in archives and in what is compressed.
type scan struct {
	words      [][]byte
	found      []string // where they are, with what stands around them
	seen       int      // files
	provenance bool     // whether one of them was it
}

func (s *scan) file(t *testing.T, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if filepath.Ext(name) != ".tar" {
		s.stream(t, name, f)
		return
	}
	for r := tar.NewReader(f); ; {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		s.stream(t, name+": "+hdr.Name, r)
	}
}

// stream looks through a file, as it is and as it was before it was compressed.
func (s *scan) stream(t *testing.T, name string, r io.Reader) {
	s.seen++
	var head [2]byte
	n, _ := io.ReadFull(r, head[:])
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if bytes.Equal(head[:], []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	const overlap = 256
	buffer := make([]byte, 0, 1<<20)
	for {
		n, err := io.ReadFull(r, buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		for _, word := range s.words {
			if i := bytes.Index(buffer, word); i >= 0 {
				s.found = append(s.found, fmt.Sprintf("%s has %q", name, buffer[max(i-40, 0):min(i+60, len(buffer))]))
				return
			}
		}
		s.provenance = s.provenance || bytes.Contains(buffer, []byte("https://slsa.dev/provenance"))
		if err != nil {
			return
		}
		buffer = buffer[:copy(buffer, buffer[len(buffer)-overlap:])]
	}
}

// TestScan finds a word in an archive, compressed, and where it stands on the border
// of two pieces that are read.
func TestScan(t *testing.T) {
	var tarred, zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(append(make([]byte, 1<<20-3), "secret"...)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(&tarred)
	for name, data := range map[string][]byte{"empty": nil, "zipped": zipped.Bytes(), "provenance": []byte("https://slsa.dev/provenance/v1")} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(file, tarred.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	s := &scan{words: [][]byte{[]byte("secret")}}
	s.file(t, file)
	if len(s.found) != 1 || !strings.Contains(s.found[0], "image.tar: zipped has ") || s.seen != 3 || !s.provenance {
		t.Errorf("got %+v", s)
	}
}
