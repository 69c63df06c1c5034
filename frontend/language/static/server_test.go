package static

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// TestServerOf finds the server of a runtime and its root, the one of several that is
// there.
func TestServerOf(t *testing.T) {
	for _, c := range []struct {
		has  string
		want string
	}{
		{"usr/sbin/nginx usr/share/nginx/html/index.html", "/usr/sbin/nginx -g daemon off; serves /usr/share/nginx/html"},
		{"usr/sbin/nginx var/lib/nginx/html/index.html", "/usr/sbin/nginx -g daemon off; serves /var/lib/nginx/html"},
		{"static-web-server public/index.html", "/static-web-server serves /public"},
		{"static-web-server", "/static-web-server serves /var/public"},
		{"usr/bin/lighttpd", "the runtime has no server that is known"},
	} {
		runtime := fstest.MapFS{}
		for _, name := range strings.Fields(c.has) {
			runtime[name] = &fstest.MapFile{}
		}
		server, diags := serverOf(&language.Project{Spec: &spec.Spec{}, Runtime: runtime})
		var got string
		if server == nil {
			got = diags.Errors()[0].Message
		} else {
			i := server.image(server.taken(spec.Platform{}))
			got = strings.Join(i.Entrypoint, " ") + " serves " + i.Copies()[0].To
			if len(diags.Warnings()) != 1 {
				t.Errorf("%s: got %v, want to be warned of validators", c.has, diags)
			}
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.has, got, c.want)
		}
	}
}
