package e2e

import (
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stagefront/stagefront/test/image"
)

// nodeEvil writes to whatever caches there are, changes packages in them, looks for the
// token of whoever builds, and ends what runs it.
const nodeEvil = `
-- patches/evil.cjs --
const fs = require('fs');
const path = require('path');
const worked = [];
const attempt = (what, of) => { try { if (of() !== false) worked.push(what); } catch {} };
const walk = (dir) => {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) attempt('', () => { walk(file); return false; });
    if (!entry.isFile()) continue;
    attempt('read ' + file, () => fs.readFileSync(file, 'utf8').includes('open-' + 'sesame'));
    attempt('changed ' + file, () => {
      const text = fs.readFileSync(file, 'utf8');
      if (!text.includes("= 'right'")) return false;
      fs.writeFileSync(file, text.replace("= 'right'", "= 'wrong'"));
    });
  }
};
for (const name of ['npm', 'pnpm', 'yarn', 'berry']) attempt('wrote to ' + name, () => fs.writeFileSync('/var/cache/' + name + '/evil', ''));
for (const top of ['/var/cache', '/root', '/run', '/etc', '/opt']) attempt('', () => { walk(top); return false; });
for (const [name, value] of Object.entries(process.env)) if (value.includes('open-' + 'sesame')) worked.push(name);
throw new Error('attack: ran, worked: [' + worked.filter((w) => w) + ']');
`

// nodeAttackers are projects whose code runs while packages are installed, or built.
var nodeAttackers = map[string]string{
	"pnpm-hooks":   strings.Replace(nodeProject, "fetch-retries", "pnpmfile=patches/evil.cjs\nfetch-retries", 1) + pnpmLock,
	"yarn-plugins": nodeProject + berrySettings + "plugins:\n  - path: patches/evil.cjs\n    spec: '@evil/plugin'\n" + berryLock,
	"pnpm-settings": strings.NewReplacer("fetch-retries", "userconfig=/src/patches/rc\nfetch-retries", `"main":`, `"packageManager": "pnpm@10.12.1", "main":`).
		Replace(nodeProject) + pnpmLock +
		"-- patches/rc --\npnpmfile=/src/patches/evil.cjs\nglobal-pnpmfile=/src/patches/evil.cjs\n",
	"yarn-key":      nodeProject + berrySettings + "? plugins\n: - path: patches/evil.cjs\n    spec: '@evil/plugin'\n" + berryLock,
	"build-scripts": strings.Replace(nodeProject, `"main":`, `"scripts": {"build": "node patches/evil.cjs"}, "main":`, 1) + npmLock,
}

// nodeStarters are projects that want programs of theirs started while packages are
// installed, and what a build says of that.
var nodeStarters = map[string]struct{ archive, want string }{
	"npm-git": {
		strings.NewReplacer("fetch-retries", "git=/src/patches/evil.sh\nfetch-retries", `"@flaky/bare": "1.0.0"`, `"bare": "GIT+https://127.0.0.1:1/x"`).Replace(nodeProject),
		"bare comes from a repository, which cannot be cloned here",
	},
	"npm-above": {nodeAbove, nothingRuns},
	"yarn-exec": {
		strings.NewReplacer(`"main":`, `"packageManager": "yarn@4.9.2", "main":`, nodeWants, `"made": "exec:./patches/evil.cjs"`).Replace(nodeProject) +
			berrySettings,
		nothingRuns,
	},
}

// nodeWants are the dependencies of nodeProject.
const nodeWants = `"@flaky/bare": "1.0.0", "@flaky/flaky": "1.0.0"`

const nothingRuns = "a package is cloned from a repository, or made by a program, and nothing is run while packages are fetched"

// nodeAbove is a project with a package that wants one of a repository, which no manifest
// of the project says.
var nodeAbove = strings.Replace(nodeProject, nodeWants, `"bare": "file:patches/bare"`, 1) + `
-- patches/bare/package.json --
{"name": "bare", "version": "1.0.0", "dependencies": {"x": "git+https://127.0.0.1:1/x"}}
`

// TestNodePoison has projects attack what managers keep: no token is seen, and who
// builds after them has the packages that the lock names.
func TestNodePoison(t *testing.T) {
	lab := start(t)
	r := nodeRegistry(t, misbehaviour{})
	r.serve(t)
	const namespace = "--build-arg=BUILDKIT_CACHE_MOUNT_NS=node-poison"
	victim := func(name string) {
		dir := project(t, nodeLocked(t, r.url, nodeProject+pnpmLock))
		img := open(t, build(t, lab, dir, "node-poison-"+name, namespace, anew()), "linux/amd64")
		if result, err := img.Run(t.Context(), image.RunOptions{}); err != nil || result.Stdout != "right right\n" {
			t.Errorf("%s: got %+v, %v, want right", name, result, err)
		}
	}
	victim("before")
	token := secret(t, "npmrc", "//example.com/:_authToken="+password+"\n")
	for name, archive := range nodeAttackers {
		printed, err := try(t, lab, project(t, nodeLocked(t, r.url, archive+nodeEvil)), namespace, anew(), token)
		if err == nil || !strings.Contains(printed, "attack: ran, worked: []") {
			t.Errorf("%s: got %v and\n%s", name, err, printed)
		}
	}
	for name, a := range nodeStarters {
		printed, err := try(t, lab, project(t, nodeLocked(t, r.url, a.archive+nodeEvil)), namespace, anew(), token)
		if err == nil || !strings.Contains(printed, a.want) || strings.Contains(printed, "attack: ran") {
			t.Errorf("%s: got %v and\n%s", name, err, printed)
		}
	}
	victim("after")
}

// TestNodeCacheApart has a build download packages with a password: they are not for one
// that does not have it, even if its lock is the same.
func TestNodeCacheApart(t *testing.T) {
	lab := start(t)
	server := httptest.NewServer(forMe(nodeRegistry(t, misbehaviour{})))
	t.Cleanup(server.Close)
	known := secret(t, "npmrc", strings.TrimPrefix(server.URL, "http:")+"/:_auth="+base64.StdEncoding.EncodeToString([]byte("me:"+password))+"\n")
	dir := project(t, nodeLocked(t, server.URL, nodeProject+pnpmLock))
	build(t, lab, dir, "node-apart", known, anew())
	printed, err := try(t, lab, dir, anew())
	if err == nil || !strings.Contains(printed, "the registry wants a token") {
		t.Errorf("without the password got %v\n%s", err, printed)
	}
}
