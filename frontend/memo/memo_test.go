package memo

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestGet(t *testing.T) {
	var m Map[string, *int]
	calls := 0
	failed := errors.New("failed")
	find := func() (*int, error) { calls++; return new(int), failed }
	first, _ := m.Get("a", find)
	if again, err := m.Get("a", find); again != first || err != failed || calls != 1 {
		t.Errorf("got another value or the error %v after %d calls", err, calls)
	}
	if other, _ := m.Get("b", find); other == first {
		t.Error("two keys have one value")
	}
}

// TestGetTogether asks for two keys, each of which is found when both are looked for.
func TestGetTogether(t *testing.T) {
	var m Map[int, int]
	var done sync.WaitGroup
	met := make(chan int)
	find := func() (int, error) {
		select {
		case met <- 1:
		case <-met:
		case <-time.After(10 * time.Second):
			t.Error("who asks for one key waits for who asks for another")
		}
		return 0, nil
	}
	for key := range 2 {
		done.Go(func() { m.Get(key, find) })
	}
	done.Wait()
}
