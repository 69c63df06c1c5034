package language

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stagefront/stagefront/frontend/diag"
)

func TestOnce(t *testing.T) {
	var calls atomic.Int32
	read := func() (*int, diag.List) {
		calls.Add(1)
		var diags diag.List
		diags.Errorf(diag.Range{}, "wrong")
		return new(int), diags
	}
	m := &Memo{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, diags := Once(m, "a", read)
			diags[0].Hint = "changed"
			_ = append(diags, diags[0])
		})
	}
	wg.Wait()
	first, diags := Once(m, "a", read)
	if second, _ := Once(m, "a", read); first != second || calls.Load() != 1 {
		t.Errorf("it was read %d times", calls.Load())
	}
	if len(diags) != 1 || diags[0].Hint != "" {
		t.Errorf("got the problems %v of another caller", diags)
	}
	if other, _ := Once(m, "b", read); other == first {
		t.Error("two keys have one value")
	}
	if text, _ := Once(m, "a", func() (string, diag.List) { return "text", nil }); text != "text" {
		t.Errorf("got %q for a key that has a value of another type", text)
	}
}

// TestOnceNested reads a thing of which others are a part.
func TestOnceNested(t *testing.T) {
	m := &Memo{}
	part := func() (int, diag.List) { return 1, nil }
	whole := func() (int, diag.List) {
		a, _ := Once(m, "part", part)
		return a + 1, nil
	}
	if got, _ := Once(m, "whole", whole); got != 2 {
		t.Errorf("got %d", got)
	}
}

func TestOnceWithout(t *testing.T) {
	calls := 0
	for range 2 {
		Once(nil, "a", func() (int, diag.List) { calls++; return 0, nil })
	}
	if calls != 2 {
		t.Errorf("nothing is kept, and it was read %d times", calls)
	}
}
