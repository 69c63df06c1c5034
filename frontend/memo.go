package frontend

import "sync"

// memo keeps what was asked for by key, so that platforms and targets that
// need the same ask once. Its zero value is empty.
type memo[T any] struct {
	mu    sync.Mutex
	known map[string]func() (T, error)
}

// get returns what ask returned when a key was first asked for.
func (m *memo[T]) get(key string, ask func() (T, error)) (T, error) {
	m.mu.Lock()
	if m.known == nil {
		m.known = map[string]func() (T, error){}
	}
	if m.known[key] == nil {
		m.known[key] = sync.OnceValues(ask)
	}
	answer := m.known[key]
	m.mu.Unlock()
	return answer()
}
