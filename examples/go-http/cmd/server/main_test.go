package main

import (
	"net/http/httptest"
	"testing"
)

func TestHello(t *testing.T) {
	w := httptest.NewRecorder()
	router("Hi").ServeHTTP(w, httptest.NewRequest("GET", "/hello/you", nil))
	if got, want := w.Body.String(), "Hi, you!\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
