package python

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// cloning are files that refer to a package of a repository REPO at COMMIT, below lib, one
// for each format.
var cloning = []struct{ file, text, project string }{
	{"uv.lock", uvHead + "[[package]]\nname = \"shared\"\nversion = \"1\"\nsource = { git = \"REPO?subdirectory=lib&rev=v1#COMMIT\" }\n", ""},
	{"pylock.toml", "[[packages]]\nname = \"shared\"\nversion = \"1\"\nvcs = { type = \"git\", url = \"REPO\", commit-id = \"COMMIT\", subdirectory = \"lib\" }\n", ""},
	{"poetry.lock", "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"main\"]\nfiles = []\n[package.source]\ntype = \"git\"\nurl = \"REPO\"\n" +
		"reference = \"v1\"\nresolved_reference = \"COMMIT\"\nsubdirectory = \"lib\"\n", ""},
	{"pdm.lock", "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"default\"]\ngit = \"REPO\"\nref = \"v1\"\nrevision = \"COMMIT\"\nsubdirectory = \"lib\"\n", ""},
	{"Pipfile.lock", "{\"default\": {\"shared\": {\"git\": \"REPO\", \"ref\": \"COMMIT\", \"subdirectory\": \"lib\"}}}", ""},
	{"requirements.txt", "shared @ git+REPO@COMMIT#subdirectory=lib ; python_version > '3'\n", "-"},
	{"requirements.txt", "-e git+REPO@COMMIT#egg=shared&subdirectory=lib\n", "-"},
}

// TestClones has fetch clone packages of repositories at a commit, by https and by SSH, and
// refuses what may be another tomorrow.
func TestClones(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range cloning {
		for repo, want := range map[string]string{
			"https://git.example.com/me/lib.git":     "git+https://git.example.com/me/lib.git@",
			"ssh://git@git.example.com/me/lib.git":   "git+ssh://git@git.example.com/me/lib.git@",
			"https://git.example.com/@scope/lib.git": "git+https://git.example.com/@scope/lib.git@",
		} {
			text := strings.ReplaceAll(c.text, "REPO", repo)
			l, diags := decided(c.file, strings.ReplaceAll(text, "COMMIT", commit), c.project, "")
			placed := l.kind == uvLock || strings.Contains(l.text, "shared @ "+want+commit+"#subdirectory=lib")
			if diags.Err() != nil || len(l.clones) != 1 || l.clones[0].url != repo || l.clones[0].commit != commit || l.clones[0].below != "lib" || !placed {
				t.Errorf("%s of %s: got %q, %+v, %v", c.file, repo, l.text, l.clones, diags)
			}
			if on, _ := wheelsFor(trial.ARM64, "manylinux_2_40"); !l.needsSource(on, "3.13") {
				t.Errorf("%s: nothing is built", c.file)
			}
			if _, diags := decided(c.file, strings.ReplaceAll(text, "COMMIT", "main"), c.project, ""); !strings.Contains(diags.Error(), `"main" is no commit of it`) {
				t.Errorf("%s: got %v for a branch", c.file, diags)
			}
		}
	}
}

// TestClonesBySSH wants the agent for them, and the tools in the toolchain.
func TestClonesBySSH(t *testing.T) {
	const list = "sdk @ git+ssh://git@git.example.com/me/sdk@0123456789abcdef0123456789abcdef01234567\n"
	for keys, want := range map[string]string{
		"":                     "requirements.txt:1:1: sdk is cloned by SSH, and fetch has no agent",
		"build: {ssh: true}\n": "",
	} {
		s := trial.Spec(t, "language: python\nentrypoint: main.py\n"+keys, spec.Request{Platform: trial.ARM64})
		p := &language.Project{FS: fstest.MapFS{"requirements.txt": {Data: []byte(list)}, "main.py": {}}, Spec: s, Host: trial.AMD64}
		r, diags := Language.Recipe(p, trial.ARM64)
		if errs := diags.Errors(); (want == "") != (len(errs) == 0) || want != "" && !strings.HasPrefix(errs.Error(), want) {
			t.Errorf("%q: got %v", keys, errs)
		}
		if want == "" && strings.Join(r.Packages.Names, " ") != "git openssh-client" {
			t.Errorf("got the tools %q", r.Packages.Names)
		}
	}
}

// TestIndexes says of packages from which index a lock has them, without who asks.
func TestIndexes(t *testing.T) {
	for file, text := range map[string]string{
		"pylock.toml": "[[packages]]\nname = \"shared\"\nversion = \"1\"\nindex = \"https://i.example.com/simple\"\n",
		"poetry.lock": "[[package]]\nname = \"shared\"\nversion = \"1\"\ngroups = [\"main\"]\nfiles = []\n[package.source]\ntype = \"legacy\"\nurl = \"https://i.example.com/simple\"\nreference = \"i\"\n",
	} {
		l, diags := decided(file, text, "", "")
		if want := "shared==1 --index=https://i.example.com/simple\n"; diags.Err() != nil || l.text != want {
			t.Errorf("%s: got %q, %v, want %q", file, l.text, diags, want)
		}
	}
}

// TestPipfileIndexes takes them from the sources of the lock and of the Pipfile, of which
// the first is the default one. What neither has is an error at the package.
func TestPipfileIndexes(t *testing.T) {
	const pipfile = "[[source]]\nname = \"usual\"\nurl = \"https://$USER:$PASS@u.example.com/simple\"\n[[source]]\nname = \"i\"\nurl = \"https://i.example.com/simple\"\n"
	const sources = "\"_meta\": {\"sources\": [\n{\"name\": \"locked\", \"url\": \"https://l.example.com/simple\"}]},\n"
	const lock = "{" + sources + "\"default\": {\"shared\": {\"version\": \"==1\", \"index\": \"i\"}, \"b\": {\"version\": \"==2\", \"index\": \"usual\"},\n" +
		"\"c\": {\"version\": \"==3\", \"index\": \"locked\"}}}"
	read := func(lock string) (*lockfile, diag.List) {
		m, diags := manifestOf(&language.Project{FS: fstest.MapFS{"Pipfile": {Data: []byte(pipfile)}, "Pipfile.lock": {Data: []byte(lock)}}}, ".")
		l, more := lockOf(m, nil)
		diags.Add(more, m.credentials(l))
		return l, diags
	}
	l, diags := read(lock)
	want := "b==2 --index=https://u.example.com/simple\nc==3 --index=https://l.example.com/simple\nshared==1 --index=https://i.example.com/simple\n"
	if diags.Err() != nil || l.text != want || strings.Join(l.indexes, " ") != "https://u.example.com/simple" {
		t.Errorf("got %q, %q, %v", l.text, l.indexes, diags)
	}
	for lock, want := range map[string]string{
		strings.Replace(lock, sources, "", 1):              `Pipfile.lock:2:34: c comes from the index "locked", which Pipfile.lock has no source for; run "pipenv lock" and commit Pipfile.lock`,
		strings.Replace(lock, `"version": "==1", `, "", 1): `Pipfile.lock:3:13: Pipfile.lock has shared, and neither a version of it nor a place; run "pipenv lock" and commit Pipfile.lock`,
		`{"default": {"shared": "==1"}}`:                   `Pipfile.lock:1:`,
		strings.Replace(lock, ",", "", 1):                  `Pipfile.lock:2:19: Pipfile.lock is no JSON: `,
		strings.TrimSuffix(lock, "}"):                      `Pipfile.lock:4:1: Pipfile.lock is no JSON: it ends too early; it is not whole: close what is open in it`,
	} {
		if _, diags := read(lock); diags.Err() == nil || !strings.HasPrefix(diags.Errors()[0].String(), want) {
			t.Errorf("%s: got %v, want %s", lock, diags, want)
		}
	}
}
