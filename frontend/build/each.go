package build

import "sync"

// each does something with every item at the same time and returns the first
// error, without waiting for what others are still at: nobody should wait for a
// download to be told of a misspelt name. What do keeps, by the function that it
// is given, is done one after another, and not any more once each has returned.
func each[T any](items []T, do func(item T, keep func(func())) error) error {
	var mu sync.Mutex
	returned := false
	keep := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		if !returned {
			f()
		}
	}
	errs := make(chan error, len(items))
	for _, item := range items {
		go func() { errs <- do(item, keep) }()
	}
	for range items {
		if err := <-errs; err != nil {
			mu.Lock()
			defer mu.Unlock()
			returned = true
			return err
		}
	}
	return nil
}

// all does several things at the same time, as each does.
func all(tasks ...func() error) error {
	return each(tasks, func(task func() error, _ func(func())) error { return task() })
}
