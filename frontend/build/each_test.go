package build

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// TestEach does something with all items at the same time and keeps one after another.
func TestEach(t *testing.T) {
	const n = 50
	ready := make(chan bool)
	started := make(chan bool, n)
	var got []int
	go func() {
		for range n {
			<-started
		}
		close(ready) // none ends before all have begun
	}()
	items := make([]int, n)
	for i := range items {
		items[i] = i
	}
	err := each(items, func(i int, keep func(func())) error {
		started <- true
		<-ready
		keep(func() { got = append(got, i) })
		return nil
	})
	slices.Sort(got)
	if err != nil || !slices.Equal(got, items) {
		t.Errorf("got %v, %v", got, err)
	}
	if err := each(nil, func(int, func(func())) error { return errors.New("none") }); err != nil {
		t.Errorf("got %v of nothing", err)
	}
}

// TestEachFails returns the first error while another is still at it, and what that
// keeps afterwards is dropped.
func TestEachFails(t *testing.T) {
	first := errors.New("first")
	release, done := make(chan bool), make(chan bool)
	kept := false
	returned := make(chan error)
	go func() {
		returned <- each([]string{"slow", "fails"}, func(name string, keep func(func())) error {
			if name == "fails" {
				return first
			}
			<-release
			keep(func() { kept = true })
			close(done)
			return errors.New("second")
		})
	}()
	select {
	case err := <-returned:
		if err != first {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for the slow one")
	}
	close(release)
	<-done
	if kept {
		t.Error("something was kept after it had returned")
	}
}

// TestAll does things that wait for each other.
func TestAll(t *testing.T) {
	a, b := make(chan bool), make(chan bool)
	err := all(
		func() error { close(a); <-b; return nil },
		func() error { close(b); <-a; return errors.New("of one") },
	)
	if err == nil || err.Error() != "of one" {
		t.Errorf("got %v", err)
	}
}
