package language

import "testing"

func TestHasCredentials(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                                       false,
		"https://example.com/simple":                             false,
		"https://example.com:8443/simple":                        false,
		"https://[::1]:8443/simple":                              false,
		"https://me@example.com":                                 true,
		"https://me:secret@example.com/simple":                   true,
		"https://:secret@example.com/simple":                     true,
		"http://joe:pa/ss@host/simple":                           true,
		"http://joe:pa?ss@host/simple":                           true,
		"http://joe:a,b@host/simple":                             true,
		"http://joe:pa%2Fss@host/simple":                         true,
		"http://a/simple\nhttp://joe:pw@b/simple":                true,
		"http://a/simple,http://joe:pw@b/simple":                 true,
		"http://a/simple http://joe:pw@b/simple":                 true,
		"http://a/simple|http://joe:pw@b/simple":                 true,
		"http://a/simple,https://b/simple":                       false,
		"https://registry.example.com/@scope/name":               false,
		"https://registry.example.com:4873/@scope/name":          false,
		"name @ https://example.com/name-1.0.whl":                false,
		"name @ https://me:pw@example.com/name-1.0.whl#sha256=0": true,
		"--extra-index-url=https://me:pw@example.com/simple":     true,
		"git+ssh://git@example.com/a.git":                        false,
		"ssh://git:pw@example.com/a.git":                         true,
		"git+https://token@example.com/a.git":                    true,
		"direct,off":                                             false,
		"me@example.com":                                         false,
		"HTTPS://ME:PW@EXAMPLE.COM":                              true,
	} {
		if got := HasCredentials(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
