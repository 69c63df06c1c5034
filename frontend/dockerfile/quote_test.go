package dockerfile

import (
	"fmt"
	"slices"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/solver/pb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/llb"
)

// odd are texts that something on the way to BuildKit reads as more than text.
var odd = []string{"plain", "a b", "it's", `quo"te`, "$HOME", "${HOME}", `back\slash`, `\$`, "a,b", "#hash", "[x]", "a*b?", "<<EOF"}

// TestQuoted has BuildKit's frontend read odd texts in every place that has some.
func TestQuoted(t *testing.T) {
	for _, text := range odd {
		ops := opsOf(t, fmt.Sprintf("FROM scratch\nENV HOME=/root\nCOPY --exclude=%s %s\nENV ODD=%s\nRUN --mount=%s %s\n",
			flagValue(text), paths(literal("/"+text), "/to/"+text), quoted(text),
			mountValue([]string{"type=cache", "id=" + text, "target=/" + text}), words([]string{"run", text})))
		var ran, copied bool
		for _, op := range ops {
			if e := op.GetExec(); e != nil {
				ran = e.Meta.Args[1] == text && e.Mounts[1].Dest == "/"+text && e.Mounts[1].CacheOpt.ID == "/"+text && slices.Contains(e.Meta.Env, "ODD="+text)
			}
			for _, a := range op.GetFile().GetActions() {
				if c := a.GetCopy(); c != nil && c.Dest == "/to/"+text {
					copied = c.ExcludePatterns[0] == text && c.Src == literal("/"+text)
				}
			}
		}
		if !ran || !copied {
			t.Errorf("%q is read as something else: run %v, copied %v in %v", text, ran, copied, ops)
		}
	}
}

// opsOf returns the graph that BuildKit's frontend makes of a Dockerfile.
func opsOf(t *testing.T, text string) (all []*pb.Op) {
	t.Helper()
	caps := pb.Caps.CapSet(pb.Caps.All())
	from := llb.LocalFile("context", "", "session")
	made, err := dockerfile2llb.Dockerfile2LLB(t.Context(), []byte(text), dockerfile2llb.ConvertOpt{
		MainContext: &from, LLBCaps: &caps, TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
	})
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	def, err := made.State.Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range def.Def {
		op := &pb.Op{}
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		all = append(all, op)
	}
	return all
}

// TestScript prints calls of a shell as scripts, where those do the same.
func TestScript(t *testing.T) {
	for _, c := range []struct {
		env, args []string
		want      string
	}{
		{nil, []string{"sh", "-euc", "\nfirst\nsecond \"$1\"\n", "name", "it's"}, "set -eu\nset -- 'it'\\''s'\nfirst\nsecond \"$1\"\n"},
		{[]string{"A=b c"}, []string{"sh", "-c", "first\nsecond"}, "export A='b c'\nfirst\nsecond\n"},
		{nil, []string{"sh", "-c", "one line"}, ""},
		{nil, []string{"bash", "-c", "first\nsecond"}, ""},
		{nil, []string{"sh", "file", "first\nsecond"}, ""},
		{nil, []string{"sh", "-c", "#!first\nsecond"}, ""},
	} {
		got, ok := script(c.env, c.args)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.args, got, ok, c.want)
		}
	}
}

// TestPlain tells what can stand in a Dockerfile from what is made by a shell.
func TestPlain(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "a line\n": true, "no end": false, "\x00\n": false, "\xff\n": false, "other\r\nends\r\n": false,
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if got := mark("EOF\nEOF2\n"); got != "EOF3" {
		t.Errorf("got mark %q, want EOF3", got)
	}
}
