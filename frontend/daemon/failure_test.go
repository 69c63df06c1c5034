package daemon

import "testing"

// TestLastClause takes out of a failure what says nothing to who reads it.
func TestLastClause(t *testing.T) {
	for text, want := range map[string]string{
		`failed to solve: process "go build ." did not complete successfully: exit code: 1`:                                     `process "go build ." did not complete successfully: exit code: 1`,
		`process "sh -euc \nif [ \"$1\" = a ]; then\n\texit 3\nfi\n install amd64" did not complete successfully: exit code: 3`: `it did not complete successfully: exit code: 3`,
		`failed to compute cache key: failed to calculate checksum of ref abc::def: "/etc/nope": not found`:                     `there is no "/etc/nope" in what it copies from`,
		`failed to compute cache key: failed to calculate checksum of ref abc::def: lstat "a": permission denied`:               `failed to compute cache key: failed to calculate checksum of ref abc::def: lstat "a": permission denied`,
	} {
		if got := lastClause(text, ""); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	ours := `process "java -cp /opt/tools Maven test --" did not complete successfully: exit code: 1`
	if got, want := lastClause(ours, "mvn test"), `"mvn test" did not complete successfully: exit code: 1`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
