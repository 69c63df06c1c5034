package rust

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// saying is what a script makes of cargo's log. near is a log that is like it, of which
// the script must not say the same.
type saying struct{ log, want, near string }

// ofFetch are all that failed fetches are told with.
var ofFetch = []saying{
	{"error: no token found for `ours`, please run `cargo login --registry ours`", "a registry asks for a token: give it by --secret id=credentials.toml,src=$HOME/.cargo/credentials.toml",
		"error: no matching package named `tokens` found"},
	{"failed to authenticate when downloading repository\n  * attempted ssh-agent authentication, but no usernames succeeded: `git`",
		"a repository asks for a key: write \"build: {ssh: true}\" and give --ssh default", "failed to clone into: ssh.example.com"},
	{"failed to authenticate when downloading repository", "a repository asks for a password: give it by --secret id=netrc,src=$HOME/.netrc",
		"failed to resolve address for git.example.com"},
	{"unexpected http status code; HTTP 200 response: got 403", "a repository asks for a password, and cargo gives none through a proxy: take it by SSH, with \"build: {ssh: true}\"",
		"unexpected http status code; HTTP 200 response: got 404"},
	{"error: checksum for `itoa v1.0.0` changed between lock files", "a package is not the one that Cargo.lock was made with. If it happens again, do not trust the registry",
		"error: checksum for `itoa v1.0.0` is not in the lock file"},
	{"failed to get successful HTTP response, got 429", "the registry has too many requests (429): build again later", "failed to get successful HTTP response, got 404"},
	{"failed to get successful HTTP response, got 503", "the registry is broken at the moment: it answers with an error of its own (see above)",
		"failed to get successful HTTP response, got 404"},
	{"[18] Transferred a partial file", "a package did not come whole: what stands between here and the registry cuts it off", "[6] Could not resolve host"},
	{"[28] Timeout was reached", "the registry does not answer; \"timeout\" of \"http\" in .cargo/config.toml may say for how long it may be silent", "[7] Could not connect"},
	{"error: no matching package named `itao` found", "Cargo.lock names what the registry does not have: was it published, and not deleted? \"cargo update\" takes what is there",
		"error: no such command: `matching`"},
	{"revspec '0123abc' not found; class=Reference (4); code=NotFound (-3)", "Cargo.lock names a commit that the repository does not have any more", "error: could not find `Cargo.toml`"},
}

// ofCompile are all that failed compilations are told with.
var ofCompile = []saying{
	{"error[E0554]: `#![feature]` may not be used on the stable release channel",
		`a crate asks for what only nightly has, and the toolchain is rust 1.95: error[E0554]: ` + "`#![feature]` may not be used on the stable release channel" +
			`; take a version of the crate for stable, or name an image of nightly as "toolchain"`, "error[E0555]: malformed feature"},
	{"error: the option `Z` is only accepted on the nightly compiler",
		"a crate asks for what only nightly has, and the toolchain is rust 1.95: error: the option `Z` is only accepted on the nightly compiler" +
			`; take a version of the crate for stable, or name an image of nightly as "toolchain"`, "error: the option `Y` is not accepted"},
	{"error: the `-Z` flag is only accepted on the nightly channel of Cargo, but this is the `stable` channel",
		"a crate asks for what only nightly has, and the toolchain is rust 1.95: error: the `-Z` flag is only accepted on the nightly channel of Cargo, but this is the `stable` channel" +
			`; take a version of the crate for stable, or name an image of nightly as "toolchain"`, "error: the `-Z` flag wants a value"},
	{"  the cargo feature `codegen-backend` requires a nightly version of Cargo, but this is the `stable` channel",
		"a crate asks for what only nightly has, and the toolchain is rust 1.95: the cargo feature `codegen-backend` requires a nightly version of Cargo, but this is the `stable` channel" +
			`; take a version of the crate for stable, or name an image of nightly as "toolchain"`, "  unknown cargo feature `codegen-backend`"},
	{"error: set `DATABASE_URL` to use query macros online", "a macro asks a database while it is compiled, and compile has none: error: set `DATABASE_URL` to use query macros online" +
		`; write "build: {env: {SQLX_OFFLINE: true}}" and commit what "cargo sqlx prepare" writes`, "error: no DATABASE is there"},
	{"error: error returned from database: (code: 14) unable to open database file", "a macro asks a database while it is compiled, and compile has none: error: error returned from database: (code: 14) unable to open database file" +
		`; write "build: {env: {SQLX_OFFLINE: true}}" and commit what "cargo sqlx prepare" writes`, "error: unable to open database file"},
	{"error: `SQLX_OFFLINE=true` but there is no cached data for this query", "a query is none of those whose answers are kept in .sqlx: error: `SQLX_OFFLINE=true` but there is no cached data for this query" +
		`; run "cargo sqlx prepare" and commit .sqlx; an ignore file may hide it`, "error: there is no data for this query"},
	{"failed to run custom build command for `openssl-sys v0.9.1`\nCould not find directory of OpenSSL installation",
		`openssl-sys does not find what it needs of the distribution; write "build: {packages: [libssl-dev]}"`, "failed to run custom build command for `other-sys v1`\nCould not find it"},
	{"failed to run custom build command for `bindgen v1`\nUnable to find libclang", `the build script of bindgen does not find libclang; write "build: {packages: [libclang-dev]}"`,
		"failed to run custom build command for `bindgen v1`\nUnable to find clang"},
	{"Unable to find libclang", `a crate does not find libclang; write "build: {packages: [libclang-dev]}"`, "libclang is broken"},
	{"failed to run custom build command for `c v1`\nfailed to execute command: is `cmake` not installed?",
		`the build script of c runs cmake, which the toolchain does not have; write "build: {packages: [cmake]}", or the package that has it`, "cmake: not a directory"},
	{"failed to run custom build command for `c v1`\ncurl: (6) Could not resolve host: example.com",
		`the build script of c wants the network, and compile has none: curl: (6) Could not resolve host: example.com; let build.files bring what it downloads, or write "build: {network: default}"`,
		"curl: (6) Could not resolve host: example.com"},
	{"failed to run custom build command for `v v1`\nfatal: not a git repository",
		`the build script of v asks git, and the build context has no repository: fatal: not a git repository; give it what it asks for by its own variable in "build.env"`,
		"fatal: not a git repository"},
	{"failed to run custom build command for `v v1`\nError: no suitable 'git' command found!",
		`the build script of v asks git, and the build context has no repository: Error: no suitable 'git' command found!; give it what it asks for by its own variable in "build.env"`,
		"Error: no suitable 'git' command found!"},
	{"error: Command `git` not found: is git installed?",
		"a macro asks git, and the build context has no repository: error: Command `git` not found: is git installed?" +
			`; give it something to fall back to, such as git_version!(fallback = "unknown"), or read a variable of "build.env"`,
		"error: Command `gti` not found: is gti installed?"},
	{"/usr/bin/ld: cannot find -lpq: No such file", `the linker does not find libpq; add the package that has it to "build.packages"`, "/usr/bin/ld: cannot find main.o"},
	{"linux-musl/lib\" /usr/bin/ld: /usr/lib/gcc/x86_64-linux-gnu/14/libstdc++.a(eh_alloc.o): in function `f':\n(.text+0x1a9): undefined reference to `__isoc23_strtoul'",
		`libstdc++.a of the distribution needs glibc, and a static program is linked with musl; remove "static" of "build" and "runtime: scratch": C++, and libraries of the distribution, want glibc`,
		"linux-musl/lib\" /usr/bin/ld: /out/target/liba.a(a.o): in function `f':\n(.text+0x1a9): undefined reference to `g'"},
	{"collect2: fatal error: cannot find 'ld'",
		`the C compiler does not find the linker that "-fuse-ld" names; remove it from the flags of rustc, or add the package that has it to "build.packages"`, "collect2: error: ld returned 1 exit status"},
	{"error: linker `lld-link` not found", "linker `lld-link` not found; add the package that has it to \"build.packages\"", "error: linking with `cc` failed"},
}

// TestPrograms has our scripts read logs of cargo: each is told by what it means, and what
// is near it is not.
func TestPrograms(t *testing.T) {
	root := newStage(t)
	for _, s := range ofFetch {
		for log, want := range map[string]bool{s.log: true, s.near: false} {
			if got := root.heard(t, log, ". /opt/stagefront/advice.sh; advice"); (got == "stagefront: "+s.want) != want {
				t.Errorf("%s\ngot  %s\nwant %s: %t", log, got, s.want, want)
			}
		}
	}
	for _, s := range ofCompile {
		for log, want := range map[string]bool{s.log: true, s.near: false} {
			got := root.heard(t, log, "rm -f /out/*; rust=1.95; . /opt/stagefront/diagnose.sh; (diagnose 101); cat /out/report.json")
			if (got == reported(s.want)) != want {
				t.Errorf("%s\ngot  %s\nwant %s: %t", log, got, reported(s.want), want)
			}
		}
	}
}

// TestCompilePrograms says which program of a dependency could be meant, and why some of
// them are compiled anew; and that there is no standard library of a target.
func TestCompilePrograms(t *testing.T) {
	const (
		compile = "mkdir -p /out/target /out/made; for p in a b; do echo >/out/made/$p; chmod +x /out/made/$p; done; export CARGO_TARGET_DIR=/out/target; "
		end     = "; cat /out/report.json"
		fine    = `{"problems": [], "warnings": []}`
		anew    = `some dependencies are compiled with the project, after every edit; their sources need the project: "--call=explain" names those that need a package of it`
	)
	root := newStage(t)
	for _, c := range []struct{ script, want string }{
		{compile + "(sh /opt/stagefront/compile.sh /out/made/ /out/app 1.95 true)" + end,
			reported(`the dependency makes 2 programs: a b ; say which it is: "entrypoint: PACKAGE/PROGRAM"`)},
		{compile + "sh /opt/stagefront/compile.sh /out/made/ /out/b 1.95 true" + end, fine},
		{compile + "echo >/out/target/incomplete; sh /opt/stagefront/compile.sh /out/made/b /out/b 1.95 true" + end,
			strings.NewReplacer(`"problems": [{`, `"problems": [], "warnings": [{`, `}], "warnings": []}`, `}]}`).Replace(reported(anew))},
		{"rustc() { echo host: here; }; OUT=/out/std; set -- rustup target add mips; PATH=/bin:/usr/bin; . /opt/stagefront/std.sh",
			"the toolchain has no standard library for mips, and no rustup to get it with"},
		{"rustc() { echo host: here; }; OUT=/out/here; mkdir -p /lib/rustlib/here/lib; set -- rustup target add here; PATH=/bin:/usr/bin; . /opt/stagefront/std.sh", ""},
	} {
		if got := root.heard(t, "", c.script); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.script, got, c.want)
		}
	}
}

// reported returns the report of a problem with a hint.
func reported(text string) string {
	message, hint, _ := strings.Cut(text, "; ")
	quote := strings.NewReplacer(`"`, `\"`)
	return `{"problems": [{"message": "` + quote.Replace(message) + `", "hint": "` + quote.Replace(hint) + `"}], "warnings": []}`
}

// stage is a directory that has what steps have at the root.
type stage string

// newStage returns one with our scripts, and a toolchain that does nothing.
func newStage(t *testing.T) stage {
	t.Helper()
	s := stage(t.TempDir())
	for _, d := range []string{"opt/stagefront", "out", "tmp"} {
		if err := os.MkdirAll(filepath.Join(string(s), d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, script := range []string{"advice.sh", "diagnose.sh", "compile.sh", "std.sh"} {
		data, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, "opt/stagefront/"+script, s.below(string(data)))
	}
	s.write(t, "opt/stagefront/libraries", "openssl-sys libssl-dev\n")
	s.write(t, "opt/stagefront/toolchain.sh", "compiler() { :; }\nlogged() { \"$@\"; code=$?; }\nsysroot="+string(s)+"\n")
	s.write(t, "opt/stagefront/stubs.sh", "")
	return s
}

func (s stage) write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(string(s), name), []byte(data), 0o777); err != nil {
		t.Fatal(err)
	}
}

// below returns a script with the paths of a step below the directory.
func (s stage) below(script string) string {
	dir := string(s)
	return strings.NewReplacer("/opt/", dir+"/opt/", "/out", dir+"/out", "/tmp/", dir+"/tmp/", " /lib/", " "+dir+"/lib/").Replace(script)
}

// heard runs a script where cargo has left a log, and returns what it prints.
func (s stage) heard(t *testing.T, log, script string) string {
	t.Helper()
	s.write(t, "tmp/log", log+"\n")
	cmd := exec.Command("sh", "-c", s.below(script))
	cmd.Dir, cmd.Env = string(s), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + string(s)}
	out, _ := cmd.CombinedOutput() // it fails where the log is of a failure
	return strings.TrimSpace(string(out))
}
