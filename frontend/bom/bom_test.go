package bom

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
)

// example returns a bill with everything that there can be in one.
func example() *Bill {
	glibc := Package{Name: "libc6", Version: "2.41-12", URL: URL("deb", "debian/libc6", "2.41-12", "arch", "amd64")}
	runtime := Image("gcr.io/distroless/base-debian13:nonroot@"+digest, "amd64")
	node := Package{Name: "node", Version: "26.1.0", URL: URL("generic", "node", "26.1.0"), CPE: "nodejs:node.js"}
	runtime.Contains = []Package{glibc, node}
	return &Bill{
		Image: Package{Name: "server", Purpose: Container, Contains: []Package{
			{Name: "golang.org/x/text", Version: "v0.3.0", URL: URL("golang", "golang.org/x/text", "v0.3.0"), Hashes: []Hash{{"SHA256", strings.Repeat("0a", 32)}}},
			{Name: "left", Version: "1.0", URL: URL("npm", "left", "1.0"), License: "Do <what> you \"like\"",
				Needs: []string{URL("npm", "right", "1.0"), URL("npm", "unheard-of", "1.0")}},
			{Name: "right", Version: "1.0", URL: URL("npm", "right", "1.0"), License: "Do <what> you \"like\""},
			{Name: "left-pad", Purpose: Application},
			glibc,
		}},
		Files:      []File{{Path: "/usr/local/bin/server", SHA1: strings.Repeat("1", 40), SHA256: strings.Repeat("2", 64)}},
		Runtime:    runtime,
		Toolchains: []Package{*Image("golang:1.26@"+digest, "amd64")},
		Sources:    []Package{*Image("busybox@"+digest, "amd64")},
		Created:    time.Unix(0, 0),
	}
}

const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// TestSPDX holds a document against the library of SPDX: it is valid, says every
// package once, and is the same after BuildKit has read it and written it again.
func TestSPDX(t *testing.T) {
	data, err := example().SPDX()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := spdxjson.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(doc); err != nil {
		t.Error(err)
	}
	for _, r := range doc.Relationships {
		if r.Relationship == "CONTAINS" && strings.HasPrefix(string(r.RefB.ElementRefID), "File-") {
			t.Errorf("%s contains a file, and not all of its files were looked at", r.RefA.ElementRefID)
		}
		if r.Relationship == "GENERATED_FROM" {
			t.Errorf("%s would be passed over as a source package", r.RefB.ElementRefID)
		}
	}
	if n := strings.Count(string(data), "GENERATES"); n != 1 {
		t.Errorf("got %d origins of the program, want the application", n)
	}
	var names []string
	for _, p := range doc.Packages {
		names = append(names, p.PackageName)
	}
	slices.Sort(names)
	want := "busybox gcr.io/distroless/base-debian13 golang golang.org/x/text left left-pad libc6 node right server"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got packages %s, want %s", got, want)
	}
	if len(doc.OtherLicenses) != 1 || doc.OtherLicenses[0].ExtractedText != `Do <what> you "like"` {
		t.Errorf("got licences %+v, want the quoted one once", doc.OtherLicenses)
	}
	if n := strings.Count(string(data), "cpe:2.3:a:nodejs:node.js:26.1.0:*:*:*:*:*:*:*"); n != 1 {
		t.Errorf("got the interpreter's CPE %d times, want it once", n)
	}
	if n := strings.Count(string(data), "DEPENDS_ON"); n != 1 {
		t.Errorf("got %d dependencies, want that of left on right", n)
	}
	var again bytes.Buffer
	if err := spdxjson.Write(doc, &again, spdxjson.EscapeHTML(false)); err != nil || again.String() != string(data) {
		t.Errorf("got %v and another document:\n%s\n%s", err, again.String(), data)
	}
}

// TestSPDXSame has packages come in another order.
func TestSPDXSame(t *testing.T) {
	first, err := example().SPDX()
	if err != nil {
		t.Fatal(err)
	}
	other := example()
	slices.Reverse(other.Image.Contains)
	second, err := other.SPDX()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("got %v and another document:\n%s\n%s", err, first, second)
	}
	other.Image.Contains = other.Image.Contains[1:]
	third, err := other.SPDX()
	if name := documentName(third); err != nil || name == "" || name == documentName(first) {
		t.Errorf("got %v and the name %q for another document too", err, name)
	}
}

func documentName(data []byte) string {
	doc, err := spdxjson.Read(bytes.NewReader(data))
	if err != nil {
		return ""
	}
	return doc.DocumentNamespace
}

func TestURL(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{URL("golang", "golang.org/x/text", "v0.3.0"), "pkg:golang/golang.org/x/text@v0.3.0"},
		{URL("golang", "example.com/app", ""), "pkg:golang/example.com/app"},
		{URL("npm", "@types/node", "20.1.0"), "pkg:npm/%40types/node@20.1.0"},
		{URL("pypi", "Typing_Extensions", "4.0"), "pkg:pypi/typing-extensions@4.0"},
		{URL("deb", "debian/tzdata", "2025b-4+deb13u1", "arch", "all", "distro", "debian-13", "upstream", ""),
			"pkg:deb/debian/tzdata@2025b-4%2Bdeb13u1?arch=all&distro=debian-13"},
		{Image("gcr.io/distroless/static-debian13:nonroot@"+digest, "arm64").URL,
			"pkg:oci/static-debian13@" + digest +
				"?arch=arm64&repository_url=gcr.io%2Fdistroless%2Fstatic-debian13&tag=nonroot"},
		{Image("golang:1.26", "amd64").URL, ""},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestLicensed(t *testing.T) {
	for declared, want := range map[string]string{
		"":                               "NOASSERTION",
		" MIT\n":                         "MIT",
		"GPL-2.0+":                       "GPL-2.0+",
		"(MIT OR Apache-2.0) AND ISC":    "(MIT OR Apache-2.0) AND ISC",
		"( MIT OR Apache-2.0 )":          "(MIT OR Apache-2.0)",
		"Apache-2.0 WITH LLVM-exception": "Apache-2.0 WITH LLVM-exception",

		"BSD":                     "LicenseRef-BSD-",
		"MIT License":             "LicenseRef-MIT-License-",
		"MIT OR":                  "LicenseRef-MIT-OR-",
		"(MIT":                    "LicenseRef-MIT-",
		"MIT)":                    "LicenseRef-MIT-",
		"MIT WITH ISC":            "LicenseRef-MIT-WITH-ISC-",
		"LLVM-exception":          "LicenseRef-LLVM-exception-",
		"()":                      "LicenseRef--",
		strings.Repeat("ä", 1000): "LicenseRef--",
	} {
		got, quoted := licensed(declared)
		if isQuoted := quoted != nil; !strings.HasPrefix(got, want) || isQuoted != strings.HasPrefix(want, "LicenseRef") {
			t.Errorf("%q: got %s and %+v, want %s", declared, got, quoted, want)
		}
	}
}
