package language

import (
	"reflect"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/memo"
)

// Memo keeps what was read of the files of one context, for all platforms and
// targets of a build. Its zero value is empty, a nil one keeps nothing, and
// several goroutines may use one.
type Memo struct{ kept memo.Map[memoKey, any] }

// memoKey is what was read, by its type, and where.
type memoKey struct {
	what  reflect.Type
	where string
}

// reading is a value with the problems of reading it.
type reading[T any] struct {
	value T
	diags diag.List
}

// Once returns what read returns, which is called the first time that m is asked
// for a T of a key; the key is a file or a directory as a rule. What read does
// depends on the files and the key alone. Nobody changes the value afterwards: it
// is everybody's. The problems are the caller's own.
func Once[T any](m *Memo, key string, read func() (T, diag.List)) (T, diag.List) {
	if m == nil {
		return read()
	}
	kept, _ := m.kept.Get(memoKey{reflect.TypeFor[T](), key}, func() (any, error) {
		value, diags := read()
		return reading[T]{value, diags}, nil
	})
	one := kept.(reading[T])
	return one.value, slices.Clone(one.diags)
}
