package language

import (
	"sync"
	"testing"
	"time"
)

// TestTogether asks about two names, each of which is told when both are asked about, and
// about more than are asked about at a time.
func TestTogether(t *testing.T) {
	met := make(chan bool)
	Together([]string{"a", "b"}, func(string) {
		select {
		case met <- true:
		case <-met:
		case <-time.After(10 * time.Second):
			t.Error("one name waits for another")
		}
	})
	var mu sync.Mutex
	asked := 0
	Together(make([]string, 3*atOnce), func(string) {
		mu.Lock()
		defer mu.Unlock()
		asked++
	})
	if asked != 3*atOnce {
		t.Errorf("asked about %d names, want %d", asked, 3*atOnce)
	}
}
