package e2e

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// saying returns the source of a library that says a word.
func saying(word string) string { return fmt.Sprintf("pub const WORD: &str = %q;\n", word) }

// cargoClient is cargo, with a package of a registry that has a sparse index.
var cargoClient = client{
	name: "cargo", costly: true,
	server: func(t *testing.T, _ misbehaviour) *packageServer {
		file := crate(t, "flaky", saying("right"))
		r := &packageServer{files: map[string][]byte{
			"/fl/ak/flaky": fmt.Appendf(nil, `{"name":"flaky","vers":"1.0.0","deps":[],"cksum":"%x","features":{},"yanked":false}`+"\n", sha256.Sum256(file)),
			crateFile:      file,
		}}
		r.naming = map[string]string{"/config.json": `{"dl": "%s/dl"}`}
		r.altered = func(string) []byte { return crate(t, "flaky", saying("wrong")) }
		r.faulty = func(path string) bool { return path == crateFile }
		return r
	},
	project: func(t *testing.T, url string) (string, []string) {
		return project(t, fmt.Sprintf(cargoProject, url, sha256.Sum256(crate(t, "flaky", saying("right"))))), nil
	},
	failed: "failed to solve: [rust] fetch crates: ",
	says: map[string]string{
		"wrong-sum":          "a package is not the one that Cargo.lock was made with",
		"login-page":         "a package is not the one that Cargo.lock was made with",
		"cut-without-length": "a package is not the one that Cargo.lock was made with",
		"cut-with-length":    "a package did not come whole",
		"busy":               "the registry has too many requests (429)",
		"broken":             "the registry is broken at the moment",
		"silent":             "the registry does not answer",
	},
	prints: "right\n",
}

const crateFile = "/dl/flaky/1.0.0/download"

// cargoProject wants the address of its registry, twice, and the sum of its package.
const cargoProject = `
-- stagefront.yaml --
# syntax=org/stagefront
language: rust
-- Cargo.toml --
[package]
name = "app"
version = "0.1.0"
edition = "2021"

[dependencies]
flaky = { version = "1.0.0", registry = "flaky" }
-- Cargo.lock --
version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "flaky",
]

[[package]]
name = "flaky"
version = "1.0.0"
source = "sparse+%[1]s/"
checksum = "%[2]x"
-- .cargo/config.toml --
[registries.flaky]
index = "sparse+%[1]s/"

[net]
retry = 0

[http]
timeout = 3
-- src/main.rs --
fn main() {
    println!("{}", flaky::WORD);
}
`

// rustEvil is a build script that looks for cargo's cache and for passwords.
const rustEvil = `-- build.rs --
fn main() {
    let mut worked = Vec::new();
    if std::fs::write("/var/cache/cargo/evil", "").is_ok() {
        worked.push("wrote to the cache".to_string());
    }
    for path in ["/root/.netrc", "/run/cargo/credentials.toml"] {
        if std::fs::read(path).is_ok() {
            worked.push(path.to_string());
        }
    }
    panic!("attack: ran, worked: {:?}", worked);
}
`

// TestRustPoison has a build script attack what cargo keeps, and a build without the
// password of who downloaded that ask a registry that is broken by then.
func TestRustPoison(t *testing.T) {
	lab := start(t)
	r := cargoClient.server(t, misbehaviour{})
	r.serve(t)
	dir, _ := cargoClient.project(t, r.url)
	const namespace = "--build-arg=BUILDKIT_CACHE_MOUNT_NS=rust-poison"
	known := secret(t, "netrc", "machine example.com login me password "+password+"\n")
	if printed, err := try(t, lab, dir, namespace, known, anew()); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	attacker := project(t, fmt.Sprintf(cargoProject+rustEvil, r.url, sha256.Sum256(crate(t, "flaky", saying("right")))))
	printed, err := try(t, lab, attacker, namespace, known, anew())
	if err == nil || !strings.Contains(printed, "attack: ran, worked: []") {
		t.Errorf("got %v and\n%s", err, printed)
	}
	r.now.Store(&misbehaviour{name: "broken", answer: failing(http.StatusInternalServerError)})
	if printed, err := try(t, lab, dir, namespace, anew()); err == nil || !strings.Contains(printed, cargoClient.says["broken"]) {
		t.Errorf("without the password got %v\n%s", err, printed)
	}
}
