package golang

import (
	"slices"
	"testing"

	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// TestForeign tells what has the go command run or write what it would not from what
// people write for good reasons, which keeps the caches.
func TestForeign(t *testing.T) {
	for _, c := range []struct {
		build   string
		foreign bool
	}{
		{"{}", false},
		{"{flags: [-race, -v, -tags=a, -mod=vendor, -buildmode=pie]}", false},
		{"{flags: [-gcflags=all=-N -l, -asmflags, -D X=1]}", false},
		{"{flags: [-gcflags, all=-l]}", false},
		{"{ldflags: [-X, main.a=-extld=x, -linkmode=external, \"-extldflags=-static -Wl,-z,relro\"]}", false},
		{"{ldflags: \"-X 'main.a=b c' -linkmode external -extldflags '-static -lm'\"}", false},
		{"{env: {GOFLAGS: -mod=vendor -trimpath, GOEXPERIMENT: greenteagc, VERSION: 1, GOPRIVATE: example.com}}", false},
		{"{env: {CGO_CFLAGS: -O2 -g0 -I/src/include -DA=1 -Wno-error -fno-omit-frame-pointer -march=native}}", false},
		{"{env: {CGO_LDFLAGS: \"-L/src/lib -lfoo /src/lib/libbar.a '-Wl,-rpath,$$ORIGIN/lib'\"}}", false},

		{"{flags: [-toolexec=./evil.sh]}", true},
		{"{flags: [--toolexec, ./evil.sh]}", true},
		{"{flags: [-compiler=gccgo]}", true},
		{"{flags: [-gcflags=-linkobj=/var/cache/go-build/x]}", true},
		{"{flags: [-gcflags, all=-linkobj=/var/cache/go-build/x]}", true},
		{"{flags: [-gcflags=all=-l -asmhdr=/var/cache/go-build/x]}", true},
		{"{flags: [-debug-actiongraph=/var/cache/go-build/x]}", true},
		{"{flags: [-ldflags=-extld=./evil.sh]}", true},
		{"{ldflags: [-extld=./evil.sh]}", true},
		{"{ldflags: [-o, /var/cache/go-build/x]}", true},
		{"{ldflags: [-cpuprofile=/var/cache/go-build/x]}", true},
		{"{ldflags: [-extldflags=-B/src/bin]}", true},
		{"{ldflags: [\"-extldflags=-Wl,-plugin,/src/evil.so\"]}", true},
		{"{ldflags: \"-s -extldflags '-static -fuse-ld=/src/evil'\"}", true},
		{"{env: {CC: ./evil.sh}}", true},
		{"{env: {PKG_CONFIG: ./evil.sh}}", true},
		{"{env: {GOFLAGS: -toolexec=./evil.sh}}", true},
		{"{env: {GOFLAGS: \"'-gcflags=all=-linkobj=x'\"}}", true},
		{"{env: {HOME: /src}}", true},
		{"{env: {XDG_CONFIG_HOME: /src}}", true},
		{"{env: {GOENV: /src/env}}", true},
		{"{env: {GOMODCACHE: /src/mod}}", true},
		{"{env: {COMPILER_PATH: /src/bin}}", true},
		{"{env: {GCONV_PATH: /src/bin}}", true},
		{"{env: {LD_PRELOAD: /src/evil.so}}", true},
		{"{env: {CGO_CFLAGS: -O2 -fplugin=/src/evil.so}}", true},
		{"{env: {CGO_CFLAGS: -B/src/bin}}", true},
		{"{env: {CGO_CFLAGS: -MD -MF /var/cache/go-build/x}}", true},
		{"{env: {CGO_CFLAGS: -wrapper /src/evil.sh}}", true},
		{"{env: {CGO_CFLAGS: \"@/src/flags\"}}", true},
		{"{env: {CGO_LDFLAGS: \"-Wl,--plugin=/src/evil.so\"}}", true},
		{"{env: {CGO_LDFLAGS: \"-Wl,-z,now,-plugin,/src/evil.so\"}}", true},
		{"{env: {CGO_CFLAGS_ALLOW: .*}}", true},
		{"{env: {GODEBUG: http2client=0}}", true},
	} {
		s := trial.Spec(t, "build: "+c.build+"\n", spec.Request{})
		if got := runsForeign(s); got != c.foreign {
			t.Errorf("%s: got %v, want %v", c.build, got, c.foreign)
		}
	}
}

// TestFields splits as the go command does.
func TestFields(t *testing.T) {
	got := fields(" -a 'b c'  \"d 'e\"f g'h\n'open ")
	if want := []string{"-a", "b c", "d 'e", "f", "g'h", "open "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
