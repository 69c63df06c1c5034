package e2e

import (
	"bytes"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// TestFlask builds examples/python-flask and asks both images over HTTP.
func TestFlask(t *testing.T) {
	lab := start(t)
	ref := build(t, lab, example(t, lab, "python-flask"), "python-flask")
	for platform, machine := range map[string]string{"linux/amd64": "x86_64", "linux/arm64": "aarch64"} {
		t.Run(platform, func(t *testing.T) {
			img := open(t, ref, platform)
			checkContract(t, img)
			checkPython(t, img)
			c, url := served(t, img, image.RunOptions{ReadOnly: false})
			if got := get(t, c, url+"/"); !strings.Contains(got, "Hello, world, from "+machine) {
				t.Errorf("got %q, want a greeting from %s", got, machine)
			}
			if got := get(t, c, url+"/escape/<b>"); got != "&lt;b&gt;" {
				t.Errorf("got %q, want it escaped", got)
			}
			if want := []string{"/opt/venv/bin/python", "-m", "gunicorn", "app:app"}; !slices.Equal(img.Config.Config.Entrypoint, want) {
				t.Errorf("got entrypoint %q, want %q", img.Config.Config.Entrypoint, want)
			}
		})
	}
}

// checkPython checks what is true of every Python image of ours: no script
// names an interpreter of the builder, bytecode is there, secrets are not.
func checkPython(t *testing.T, img *image.Image) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	compiled := 0
	for name, f := range files {
		switch {
		case strings.HasPrefix(name, "/opt/venv/bin/") && f.Mode.IsRegular():
			script, err := img.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(script), "#!/opt/venv/bin/python") && strings.HasPrefix(string(script), "#!") {
				t.Errorf("%s begins with %.40q", name, script)
			}
		case strings.HasPrefix(name, "/app/") && strings.HasSuffix(name, ".pyc"):
			compiled++
		case strings.HasSuffix(name, "/.env"), strings.HasSuffix(name, "/stagefront.yaml"), strings.HasSuffix(name, "direct_url.json"):
			t.Errorf("the image has %s", name)
		}
	}
	if compiled == 0 {
		t.Errorf("the source is not compiled")
	}
}

// TestFastAPI builds examples/python-fastapi: a package with a lock, a console
// script and tests.
func TestFastAPI(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "python-fastapi")
	ref := build(t, lab, dir, "python-fastapi")
	onPlatforms(t, ref, func(t *testing.T, img *image.Image) {
		checkContract(t, img)
		checkPython(t, img)
		if !loads(t, ref, img) { // TestFlask starts this runtime
			checkQuotes(t, img)
		}
		files, err := img.Files()
		if err != nil {
			t.Fatal(err)
		}
		for name := range files {
			if strings.HasPrefix(name, "/app/tests") || name == "/app/uv.lock" || strings.Contains(name, "/site-packages/quotes/") {
				t.Errorf("the image has %s, which nothing reads", name)
			}
		}
	})
	printed, err := runTests(t, lab, dir)
	if err != nil || !strings.Contains(printed, "3 passed") {
		t.Errorf("got %v, want three tests to pass\n%s", err, printed)
	}
}

// loads tells whether an image of Python for another machine is what that for this one is,
// where it is started, but for native code, and has its own loaded: emulating the program
// for a minute would show nothing more.
func loads(t *testing.T, ref string, img *image.Image) bool {
	t.Helper()
	const python = "/opt/venv/bin/python"
	here := counterpart(t, ref, img)
	if _, err := img.ReadFile(python); err != nil || here == nil {
		return false // or of another language
	}
	text, same := withoutNatives(t, here)
	foreign, natives := withoutNatives(t, img)
	// Libraries that come with extensions find each other once one of those has loaded them.
	natives = slices.DeleteFunc(natives, func(name string) bool { return strings.HasSuffix(path.Dir(name), ".libs") })
	slices.Sort(natives)
	if len(same) == 0 || len(natives) == 0 || !maps.Equal(text, foreign) {
		return false
	}
	const load = "import ctypes, sys\nfor name in sys.argv[1:]: ctypes.CDLL(name)"
	result, err := img.Run(t.Context(), image.RunOptions{Entrypoint: append([]string{python, "-c", load}, natives...)})
	if err != nil || result.ExitCode != 0 {
		t.Errorf("got %+v, %v, want that native code of %s loads", result, err, img.Platform)
	}
	return true
}

// withoutNatives returns the files of a Python environment and the source beside it, by
// their names, without what wheels say of themselves, and the names of its native code.
func withoutNatives(t *testing.T, img *image.Image) (text map[string]string, natives []string) {
	t.Helper()
	files, err := img.Files()
	if err != nil {
		t.Fatal(err)
	}
	text = map[string]string{}
	for name, f := range files {
		ours := strings.HasPrefix(name, "/opt/venv/lib/") || strings.HasPrefix(name, "/app/")
		itself := path.Base(name) == "RECORD" || path.Base(name) == "WHEEL" || strings.Contains(name, ".dist-info/sboms/")
		if !ours || !f.Mode.IsRegular() || itself {
			continue
		}
		data, err := img.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(data, []byte("\x7fELF")) {
			natives = append(natives, name)
		} else {
			text[name] = string(data)
		}
	}
	return text, natives
}

// checkQuotes starts an image of python-fastapi and asks it.
func checkQuotes(t *testing.T, img *image.Image) {
	t.Helper()
	c, url := served(t, img, image.RunOptions{})
	if got := get(t, c, url+"/quotes/2"); got != `{"number":2,"text":"Make it work, make it right, make it fast."}` {
		t.Errorf("got %q, want the second quote", got)
	}
	if got := get(t, c, url+"/healthz"); got != `{"version":"1.4.0"}` {
		t.Errorf("got %q, want the version of the package", got)
	}
}

// TestDjango builds examples/python-django: static files of a build script, and
// a database in a volume that another target of the file prepares.
func TestDjango(t *testing.T) {
	lab := start(t)
	dir := example(t, lab, "python-django")
	ref := build(t, lab, dir, "python-django")
	migrate := build(t, lab, dir, "python-django-migrate", "--target=migrate")
	for _, platform := range platforms {
		t.Run(platform, func(t *testing.T) {
			img := open(t, ref, platform)
			checkContract(t, img)
			checkPython(t, img)
			if hasEqual(t, ref, img) {
				return // TestFlask starts this runtime
			}
			data := t.TempDir()
			if err := os.Chmod(data, 0o777); err != nil {
				t.Fatal(err)
			}
			opts := image.RunOptions{
				Env:    []string{"SECRET_KEY=of-the-container"},
				Mounts: []image.Mount{{Source: data, Target: "/var/lib/notes"}},
			}
			result, err := open(t, migrate, platform).Run(t.Context(), opts)
			if err != nil || result.ExitCode != 0 {
				t.Fatalf("got %+v, %v", result, err)
			}
			c, url := served(t, img, opts)
			if got := get(t, c, url+"/add/milk"); got != "1 notes\n" {
				t.Errorf("got %q, want a note\n%s", got, c.Logs())
			}
			page := get(t, c, url+"/")
			_, style, _ := strings.Cut(page, `href="`)
			style, _, _ = strings.Cut(style, `"`)
			if got := get(t, c, url+style); !strings.Contains(page, "<li>milk</li>") || !strings.Contains(got, "color: #234") {
				t.Errorf("got page %q with style %q", page, got)
			}
		})
	}
	printed, err := runTests(t, lab, dir)
	if err != nil || !strings.Contains(printed, "Ran 1 test") {
		t.Errorf("got %v, want the test to pass\n%s", err, printed)
	}
}

// TestPythonLayers edits a line of a project: one layer of the image changes,
// and only its own code is in it. Built anew, the image is the same.
func TestPythonLayers(t *testing.T) {
	lab := start(t)
	page := "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\n-- requirements.txt --\nflask==3.1.2\n-- main.py --\nimport flask\n\nprint(\"ONE\")\n"
	built := func(name, text string, flags ...string) []string {
		return layers(open(t, build(t, lab, project(t, text), name, flags...), "linux/arm64"))
	}
	one := built("python-one", page)
	two := built("python-two", strings.Replace(page, "ONE", "TWO", 1))
	if n := len(one) - 1; len(two) != len(one) || !slices.Equal(one[:n], two[:n]) || one[n] == two[n] {
		t.Errorf("after an edit of one line got layers\n%q, want the last alone to differ from\n%q", two, one)
	}
	if again := built("python-one", page, afresh(t)...); !slices.Equal(one, again) {
		t.Errorf("built anew, the layers are\n%q, want\n%q", again, one)
	}
}

// withPort is the program in images that tells servers their port.
const withPort = "/opt/venv/bin/with-port"

// TestPythonServers builds applications in every form that names one, for every
// server, and asks them on the builder's platform.
func TestPythonServers(t *testing.T) {
	lab := start(t)
	const (
		wsgi = "def app(environ, start):\n    start('200 OK', [('Content-Type', 'text/plain')])\n    return [b'hello']\n"
		asgi = "async def app(scope, receive, send):\n    assert scope['type'] == 'http', scope['type']\n" +
			"    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n" +
			"    await send({'type': 'http.response.body', 'body': b'hello'})\n"
	)
	for _, c := range []struct {
		requires, entrypoint, file, source string
		want                               []string // arguments
	}{
		{"gunicorn", "app:create_app()", "app.py", "def create_app():\n    return app\n\n\n" + wsgi, []string{"-m", "gunicorn", "app:create_app()"}},
		{"uvicorn", "src.main:app", "src/main.py", asgi, []string{withPort, "UVICORN_PORT=$PORT", "uvicorn", "src.main:app"}},
		{"hypercorn", "web.asgi", "web/asgi.py", strings.Replace(asgi, "def app", "def application", 1), []string{withPort, "hypercorn", "--bind", "0.0.0.0:$PORT", "web.asgi:application"}},
		{"waitress", "web.wsgi", "web/wsgi.py", strings.Replace(wsgi, "def app", "def application", 1), []string{withPort, "waitress", "--listen=0.0.0.0:$PORT", "web.wsgi:application"}},
		{"granian", "backend/asgi.py:app", "backend/asgi.py", asgi, []string{withPort, "GRANIAN_PORT=$PORT", "granian", "--interface", "asgi", "asgi:app"}},
		{"gunicorn\nuvicorn-worker", "web.asgi:app", "web/asgi.py", asgi, []string{"-m", "gunicorn", "-k", "uvicorn_worker.UvicornWorker", "web.asgi:app"}},
	} {
		name := strings.ReplaceAll(c.requires, "\n", "-")
		t.Run(name, func(t *testing.T) {
			text := "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\nentrypoint: " + c.entrypoint + "\n" +
				"-- requirements.txt --\n" + c.requires + "\n-- " + c.file + " --\n" + c.source
			img := open(t, build(t, lab, project(t, text), "python-server-"+name), "linux/amd64")
			if got := img.Config.Config.Entrypoint[1:]; !slices.Equal(got, c.want) {
				t.Errorf("got arguments %q, want %q", got, c.want)
			}
			container, url := served(t, img, image.RunOptions{}) // with a PORT of its own
			if answer := get(t, container, url+"/"); answer != "hello" {
				t.Errorf("got %q, want hello\n%s", answer, container.Logs())
			}
		})
	}
}

// TestPythonTests runs tests that pass, and tests that do not, by the standard
// library's own runner.
func TestPythonTests(t *testing.T) {
	lab := start(t)
	passing := "-- stagefront.yaml --\n# syntax=org/stagefront\nlanguage: python\n-- requirements.txt --\n-- main.py --\nanswer = 42\n" +
		"-- tests/test_main.py --\nimport unittest\n\nimport main\n\n\nclass Test(unittest.TestCase):\n    def test_answer(self):\n        self.assertEqual(main.answer, 42)\n"
	for want, text := range map[string]string{"OK": passing, "AssertionError: 41 != 42": strings.Replace(passing, "= 42", "= 41", 1)} {
		printed, err := runTests(t, lab, project(t, text))
		if (err == nil) != (want == "OK") || !strings.Contains(printed, want) || !strings.Contains(printed, "Ran 1 test") {
			t.Errorf("got %v, want a test with %q\n%s", err, want, printed)
		}
	}
}
