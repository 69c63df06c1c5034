package language

import (
	"strings"
	"testing"
)

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
		"http://joe:a://b@host":                                  true,
		"https://proxy.example.com/https://joe:pw@example.com/a": true,
		"https://proxy.example.com/a@b":                          false,
		"https://a.example.com|https://me@b.example.com,direct":  true,
		"HTTPS://ME:PW@EXAMPLE.COM":                              true,
	} {
		if got := HasCredentials(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

// TestHasPlainCredentials takes variables for what they are, and a password with a
// dollar in it for a password.
func TestHasPlainCredentials(t *testing.T) {
	for text, want := range map[string]bool{
		"https://${USER}:${PASSWORD}@example.com":  false,
		"https://$user:$password@example.com":      false,
		"https://joe:${repo.password}@example.com": false,
		"https://${TOKEN}@example.com":             false,
		"https://joe:pa$$w0rd@example.com":         true,
		"https://joe:p$ss@example.com":             true,
		"https://${USER}:secret@example.com":       true,
		"https://joe:secret@example.com/${NAME}":   true,
		"https://${HOST}/simple":                   false,
		"https://example.com/$name":                false,
	} {
		if got := HasPlainCredentials(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

// BenchmarkHasCredentials looks through megabytes of one line, none of which has any.
func BenchmarkHasCredentials(b *testing.B) {
	for name, one := range map[string]string{"commas": "http://a,", "variables": "http://${a}:${b}@c,", "bars": "http://a|"} {
		text := strings.Repeat(one, (1<<20)/len(one))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if HasPlainCredentials(text) {
					b.Fatal("it has none")
				}
			}
		})
	}
}
