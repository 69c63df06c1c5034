package daemon

import "sync"

// Memo keeps what was asked for by key, so that platforms and targets that need
// the same ask once. Its zero value is empty.
type Memo[T any] struct {
	mu    sync.Mutex
	known map[string]func() (T, error)
}

// Get returns what ask returned when a key was first asked for.
func (m *Memo[T]) Get(key string, ask func() (T, error)) (T, error) {
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
