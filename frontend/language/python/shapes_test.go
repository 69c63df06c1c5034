package python

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// told returns what is decided for the project in an archive, and what is wrong with it,
// a line each; a spec that it has comes before its other files.
func told(t *testing.T, text string) string {
	t.Helper()
	a := txtar.Parse([]byte(text))
	a.Files = append(a.Files, txtar.File{Name: trial.SpecFile, Data: append([]byte("language: python\n"), a.Comment...)})
	p, diags := trial.Project(t, a, spec.Request{Platform: trial.ARM64})
	if p == nil {
		t.Fatalf("reading: %v", diags)
	}
	r, more := recipe(p, trial.ARM64)
	diags.Add(more)
	var lines []string
	if r != nil {
		for _, d := range r.Decisions {
			lines = append(lines, d.Name+": "+d.Value+" ("+d.Why+")")
		}
		lines = append(lines, "starts: "+strings.Join(r.Image.Entrypoint, " "))
		for _, v := range r.Image.Env {
			lines = append(lines, v.Name+"="+v.Value)
		}
	}
	for _, d := range diags.Errors() {
		lines = append(lines, "error: "+d.String())
		if d.Missing != "" {
			lines = append(lines, "missing: "+d.Missing)
		}
	}
	for _, d := range diags.Warnings() {
		lines = append(lines, "warning: "+d.String())
	}
	return strings.Join(lines, "\n") + "\n"
}

const djangoBelow = `-- requirements.txt --
django==5.1
gunicorn==23.0.0
-- manage.py --
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "web"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
-- web/core/wsgi.py --
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
`

// TestShapes decides projects of shapes that real ones have. Each has lines that are told
// of it, and lines that begin with - for what must not be.
func TestShapes(t *testing.T) {
	for _, c := range []struct{ name, project, want string }{
		{"Django below a directory of manage.py", djangoBelow,
			"entrypoint: core.wsgi:application\nPYTHONPATH=/app/web:/app\nimport path: /app/web:/app"},
		{"a module that manage.py puts on the path", "entrypoint: core.wsgi:application\n" + djangoBelow, "PYTHONPATH=/app/web:/app"},
		{"a module named from above that path", "entrypoint: web.core.wsgi:application\n" + djangoBelow,
			"PYTHONPATH=/app/web:/app\nstarts: /opt/venv/bin/python -m gunicorn web.core.wsgi:application"},
		{"Django below a directory that is computed", strings.Replace(djangoBelow, `"web")`, "WEB)", 1), "PYTHONPATH=/app/web:/app"},
		{"Django in two directories", strings.Replace(djangoBelow, `"web")`, "WEB)", 1) + "-- api/core/wsgi.py --\n",
			`error: core.wsgi can be api/core/wsgi.py or web/core/wsgi.py; say which by its path: "entrypoint: api/core/wsgi.py:…"`},
		{"Django whose modules have other names", strings.Replace(djangoBelow, "core.settings", "other.settings", 1),
			`error: there is no other/wsgi.py and no other/asgi.py to serve the Django project by; there is web/core/wsgi.py: say which by "entrypoint: web/core/wsgi.py:application"`},
		{"a server of the spec", "build: {server: waitress==3.0.2}\n-- app.py --\nimport flask\napp = flask.Flask(__name__)\n-- requirements.txt --\nflask==3.0.0\n",
			"server: waitress for WSGI, on the port that PORT says: 8000, since the spec has no \"ports\" (stagefront.yaml:2)\n" +
				"starts: /opt/venv/bin/python /opt/venv/bin/with-port waitress --listen=0.0.0.0:$PORT app:app\nPORT=8000"},
		{"a server of the spec without its version", "build: {server: gunicorn}\n-- app.py --\nimport flask\napp = flask.Flask(__name__)\n-- requirements.txt --\nflask==3.0.0\n",
			`warning: stagefront.yaml:2:17: gunicorn has no version, so the next build may install another; write its version: "gunicorn==<version>"`},
		{"a server of the spec that is declared", "build: {server: gunicorn}\n-- app.py --\nimport flask\napp = flask.Flask(__name__)\n-- requirements.txt --\nflask==3.0.0\ngunicorn==23.0.0\nwaitress==3.0.2\n",
			"server: gunicorn for WSGI, on the port that PORT says: 8000, since the spec has no \"ports\" (requirements.txt:2)\n-warning: stagefront.yaml"},
		{"a server of the spec for other applications", "build: {server: uvicorn}\n-- app.py --\nimport flask\napp = flask.Flask(__name__)\n-- requirements.txt --\nflask==3.0.0\n",
			`error: stagefront.yaml:2:17: got server "uvicorn", want gunicorn, hypercorn, waitress or granian, which run app:app`},
		{"FastAPI with its command", "-- app.py --\nimport fastapi\napp = fastapi.FastAPI()\n-- requirements.txt --\nfastapi==0.115.0\nfastapi-cli==0.0.7\n",
			"starts: /opt/venv/bin/python /opt/venv/bin/with-port UVICORN_PORT=$PORT uvicorn app:app"},
		{"plug-ins with a package that can be run",
			"-- pyproject.toml --\n[project]\nname = \"p\"\n[project.entry-points.other]\np = \"p:run\"\n-- p/__main__.py --\n",
			`error: pyproject.toml:3:23: the project has plug-ins for another program, and no script of its own; what can be started is p (p/__main__.py); write "entrypoint: p", or the program that loads the plug-ins`},
		{"setup.py with a name", "entrypoint: demo.py\n-- setup.py --\nfrom setuptools import setup\nsetup(name=\"demo\")\n-- demo.py --\n",
			"package: demo, with its metadata and scripts; its modules are imported from the source (setup.py:1)"},
		{"setup.py that computes its name", "entrypoint: demo.py\n-- setup.py --\nfrom setuptools import setup\nsetup(name=NAME)\n-- demo.py --\n",
			"package: the project's own, with its metadata and scripts; its modules are imported from the source (setup.py:1)"},
		{"a workspace without a lock",
			"project: api\n-- pyproject.toml --\n[tool.uv.workspace]\nmembers = [\"*\"]\n[tool.uv.sources]\nlib = { workspace = true }\n" +
				"-- api/pyproject.toml --\n[project]\nname = \"api\"\ndependencies = [\"lib\"]\n-- lib/pyproject.toml --\n[project]\nname = \"lib\"\n-- api/main.py --\n",
			`error: api/pyproject.toml:3:17: lib is a member of the workspace, and there is no uv.lock that says what it needs; run "uv lock" and commit uv.lock`},
		{"a list of conda alone", "-- environment.yml --\n-- main.py --\n", "error: environment.yml lists packages of conda"},
		{"a line that conda wrote", "-- requirements.txt --\nidna @ file:///croot/idna_1714398848350/work\n-- main.py --\n",
			`error: requirements.txt:1:1: conda wrote "/croot/idna_1714398848350/work"`},
		{"C that is compiled", "build: {packages: [gcc]}\n-- requirements.txt --\nx==1\n-- main.py --\n",
			"C code: compiled by aarch64-linux-gnu-gcc where there is no wheel (stagefront.yaml:2)"},
		{"Rust of the project's own", "-- pyproject.toml --\n[project]\nname = \"p\"\n[build-system]\nrequires = [\"maturin>=1\"]\n-- main.py --\n",
			"error: pyproject.toml:3:2: p is built by maturin, which the toolchain has no compiler for"},
		{"Rust of the project's own, with an image that has it",
			"toolchain: me/rust-and-python\n-- pyproject.toml --\n[project]\nname = \"p\"\n[build-system]\nrequires = [\"maturin>=1\"]\n-- main.py --\n", "-error:"},
		{"a readme that is hidden", "-- pyproject.toml --\n[project]\nname = \"p\"\nreadme = \"README.md\"\n[build-system]\nrequires = [\"hatchling\"]\n-- main.py --\n",
			"missing: README.md"},
		{"a readme that is hidden from setuptools", "-- pyproject.toml --\n[project]\nname = \"p\"\nreadme = \"README.md\"\n[build-system]\nrequires = [\"setuptools\"]\n-- main.py --\n",
			"-missing:"},
		{"a readme that setup.py reads", "-- setup.py --\nsetup(name=\"p\", long_description=open(\"README.rst\").read())\n-- main.py --\n",
			"error: setup.py:1:1: the build backend reads \"README.rst\"\nmissing: README.rst"},
	} {
		got := told(t, c.project)
		for line := range strings.Lines(c.want) {
			line = strings.TrimSuffix(line, "\n")
			unwanted, no := strings.CutPrefix(line, "-")
			if no && strings.Contains("\n"+got, "\n"+unwanted) || !no && !strings.Contains("\n"+got, "\n"+line) {
				t.Errorf("%s: got\n%swant %s", c.name, got, line)
			}
		}
	}
}
