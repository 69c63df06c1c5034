package build

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/daemon"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
)

// TestToolchain takes a newer patch where the pinned one has no image, and the exact
// one where the newest that is to be had is too old.
func TestToolchain(t *testing.T) {
	have := func(version string) string { return `{"config": {"Env": ["TOOL_VERSION=` + version + `"]}}` }
	pinned := language.Toolchain{Ref: "example.com/tool:1.2.3", Forward: "example.com/tool:1.2", Hint: "pin another"}
	newest := language.Toolchain{
		Ref: "example.com/tool:1", Exact: "example.com/tool:1.2.3", Version: "1.2.3", VersionEnv: "TOOL_VERSION",
		Older: func(have string) bool { return have < "1.2.3" },
	}
	for _, c := range []struct {
		name    string
		t       language.Toolchain
		images  []string
		configs map[string]string
		want    string // the image, or the error
		warning string
	}{
		{"pinned", pinned, []string{"example.com/tool:1.2.3", "example.com/tool:1.2"}, nil, "example.com/tool:1.2.3", ""},
		{"a newer patch", pinned, []string{"example.com/tool:1.2"}, nil, "example.com/tool:1.2", "example.com/tool:1.2.3 does not exist, so example.com/tool:1.2 is used"},
		{"neither", pinned, nil, nil, "no toolchain: example.com/tool:1.2.3 does not exist; pin another", ""},
		{"the newest", newest, []string{"example.com/tool:1", "example.com/tool:1.2.3"}, map[string]string{"example.com/tool:1": have("1.2.4")}, "example.com/tool:1", ""},
		{"the exact one", newest, []string{"example.com/tool:1", "example.com/tool:1.2.3"}, map[string]string{"example.com/tool:1": have("1.2.2")}, "example.com/tool:1.2.3", ""},
		{"of no known version", newest, []string{"example.com/tool:1"}, map[string]string{"example.com/tool:1": "{}"}, "example.com/tool:1", ""},
		{"no exact one", newest, []string{"example.com/tool:1"}, map[string]string{"example.com/tool:1": have("1.2.2")}, "no toolchain: example.com/tool:1.2.3 does not exist", ""},
		{"none", language.Toolchain{}, nil, nil, "", ""},
	} {
		g := gateway.New(t, text)
		g.Images, g.Configs = c.images, c.configs
		r := trial.Compiled()
		r.Toolchain = c.t
		j, err := builderOf(t, g).job(t.Context(), planned(t, text, r))
		got := lines(err)
		if err == nil {
			got = source(t, j)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if (c.warning == "") != (len(g.Warnings) == 0) || c.warning != "" && g.Warnings[0].Text != c.warning {
			t.Errorf("%s: got %+v, want %q", c.name, g.Warnings, c.warning)
		}
	}
}

// source returns the image of a job's toolchain, "" when it has none.
func source(t *testing.T, j *job) string {
	t.Helper()
	state, ok := j.from[language.FromToolchain]
	if !ok {
		return ""
	}
	def, err := state.Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, ref, _ := strings.Cut(string(def.Def[0]), "docker-image://")
	ref, _, _ = strings.Cut(ref, "@")
	return ref
}

// TestToolchainEnded is no problem of the toolchain when someone ended the build.
func TestToolchainEnded(t *testing.T) {
	g := gateway.New(t, text)
	g.Failing = map[string]error{"example.com/tool:latest": context.Canceled}
	if _, err := builderOf(t, g).job(t.Context(), planned(t, text, trial.Compiled())); !daemon.Canceled(err) {
		t.Errorf("got %v", err)
	}
}

// TestToolchainWithoutApt asks for packages in a toolchain of one's own, which has to be
// one that apt installs in.
func TestToolchainWithoutApt(t *testing.T) {
	for file, want := range map[string]string{
		"usr/bin/apt-get": "",
		"sbin/apk":        "packages are installed by apt, and the toolchain example.com/own:latest has none",
	} {
		spec := text + "toolchain: example.com/own\nbuild: {packages: [gettext]}\n"
		g := gateway.New(t, spec)
		g.Images = []string{"example.com/own:latest"}
		g.Contents = map[string]fstest.MapFS{"example.com/own": {file: {}, "etc/os-release": {Data: []byte("ID=alpine\n")}}}
		r := trial.Compiled()
		r.Toolchain = language.Toolchain{Ref: "example.com/own:latest"}
		r.Packages = &language.Packages{Names: []string{"gettext"}}
		_, err := builderOf(t, g).job(t.Context(), planned(t, spec, r))
		if got := lines(err); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: got %q, want %q", file, got, want)
		} else if hint := "take a toolchain of Debian or Ubuntu, or one that has the packages"; strings.Contains(got, hint) != (want != "") {
			t.Errorf("%s: got %q", file, got)
		}
	}
}
