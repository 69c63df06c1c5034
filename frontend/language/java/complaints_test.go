package java

import (
	"testing"

	"github.com/stagefront/stagefront/frontend/language"
)

// TestComplaints finds the reason in logs of Maven and Gradle.
func TestComplaints(t *testing.T) {
	for log, want := range map[string]string{
		"[INFO] Tests\n[ERROR] Failures: \n[ERROR]   TillTest.adds:12 expected: <3> but was: <4>\n[ERROR] Tests run: 2, Failures: 1\n" +
			"[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.2.5:test (default-test) on project till: There are test failures.\n": "TillTest.adds:12 expected: <3> but was: <4>",
		"[ERROR] Errors: \n[ERROR]   TillTest.opens » NullPointer no drawer\n[ERROR]   TillTest.shuts IllegalStateException: open\n":         "TillTest.opens » NullPointer no drawer (and 1 more, in the log above)",
		"[ERROR] Failed to execute goal demo:odd-maven-plugin:1:odd (default) on project shop: it is odd -> [Help 1]\n[ERROR] -> [Help 1]\n": "Failed to execute goal demo:odd-maven-plugin:1:odd (default) on project shop: it is odd",
		"[ERROR] [ERROR] Some problems were encountered while processing the POMs:\n":                                                        "Some problems were encountered while processing the POMs:",
		"MainTest > adds FAILED\n    java.lang.AssertionError at MainTest.java:9\n* What went wrong:\nExecution failed for task ':test'.\n":  "MainTest > adds FAILED",
		"* What went wrong:\nExecution failed for task ':odd'.\n> it is odd\n":                                                               "Execution failed for task ':odd'.",
		"[INFO] nothing\n": "",
	} {
		if got, _ := language.Why(log, complaints); got != want {
			t.Errorf("%s\ngot %q, want %q", log, got, want)
		}
	}
}
