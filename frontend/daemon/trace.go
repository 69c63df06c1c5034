package daemon

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/frontend/gateway/client"
)

// TraceArg is the build arg by which whoever builds asks for the conversation with
// the gateway, with times.
const TraceArg = "STAGEFRONT_TRACE"

// trace notes what the gateway is asked for. A nil trace notes nothing.
type trace struct {
	start time.Time

	mu    sync.Mutex
	calls []call
}

// call is one question, as its line shows it:
//
//	+182.4 ms   12.0 ms  solve  [go] download modules
type call struct {
	at, took   time.Duration
	kind, what string
}

func (c *call) String() string {
	return fmt.Sprintf("%+8.1f ms %8.1f ms  %-7s %s", milliseconds(c.at), milliseconds(c.took), c.kind, c.what)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// ask notes a question; what it returns is to be called when it is answered.
func (t *trace) ask(kind, what string) (answered func()) {
	if t == nil {
		return func() {}
	}
	began := time.Now()
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.calls = append(t.calls, call{began.Sub(t.start), time.Since(began), kind, what})
	}
}

// TellTrace tells whoever builds what the gateway was asked for, in order,
// where that was asked for: as a warning, which is all that a frontend can print. Clients
// show what is in it where they are asked to debug.
func (d *Daemon) TellTrace(ctx context.Context) {
	if d.trace == nil || d.source == nil {
		return
	}
	d.trace.mu.Lock()
	defer d.trace.mu.Unlock()
	slices.SortStableFunc(d.trace.calls, func(a, b call) int { return cmp.Compare(a.at, b.at) })
	var lines []string
	for _, c := range d.trace.calls {
		lines = append(lines, c.String())
	}
	text := fmt.Sprintf("%s: %d calls in %.1f ms", TraceArg, len(lines), milliseconds(time.Since(d.trace.start)))
	d.source.Warn(ctx, text, client.WarnOpts{Level: 1, Detail: [][]byte{[]byte(strings.Join(lines, "\n"))}})
}
