package main

import (
	"net/http/httptest"
	"testing"
)

func TestVersion(t *testing.T) {
	w := httptest.NewRecorder()
	router().ServeHTTP(w, httptest.NewRequest("GET", "/version", nil))
	if got, want := w.Body.String(), "unknown\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
