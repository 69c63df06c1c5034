// Package memo keeps answers, so that what several ask for is found out once.
package memo

import "sync"

// Map keeps what was found for keys. Its zero value is empty, and several
// goroutines may use one.
type Map[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]func() (V, error)
}

// Get returns what find returns, which is called by the first who asks for a key.
// Who asks for it meanwhile waits; who asks for another key does not.
func (m *Map[K, V]) Get(key K, find func() (V, error)) (V, error) {
	return m.answer(key, find)()
}

func (m *Map[K, V]) answer(key K, find func() (V, error)) func() (V, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[K]func() (V, error){}
	}
	if m.known[key] == nil {
		m.known[key] = sync.OnceValues(find)
	}
	return m.known[key]
}
