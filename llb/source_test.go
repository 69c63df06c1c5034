package llb

import "testing"

func TestProxy(t *testing.T) {
	if got := Proxy(map[string]string{"VERSION": "1"}); got != nil {
		t.Errorf("got %+v, want none", got)
	}
	got := Proxy(map[string]string{"HTTPS_PROXY": "a", "no_proxy": "b"})
	if got == nil || got.HTTPSProxy != "a" || got.NoProxy != "b" {
		t.Errorf("got %+v", got)
	}
}
