package java

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// complaints are how Maven, Gradle and what runs tests tell why they failed. What is
// known of mistakes in sources and of downloads is told by our programs themselves.
var complaints = []language.Complaint{
	{Line: regexp.MustCompile(`^(.*(?:java\.lang\.OutOfMemoryError|There is insufficient memory for the Java Runtime).*)`), Hint: "has the builder enough memory?"},
	{Line: regexp.MustCompile(`^\[ERROR\] /src/(\S+:\[\d+,\d+\] .+)`)},
	{Line: regexp.MustCompile(`^/src/(\S+:\d+: error: .+)`)},
	{Line: regexp.MustCompile(`^\[ERROR\]\s+(\w+\.\w+:\d+ .+)`)},                             // surefire's list of what failed
	{Line: regexp.MustCompile(`^\[ERROR\]\s+(\w+\.\w+ (?:» .+|.*(?:Exception|Error)\b.*))`)}, // and of what ended
	{Line: regexp.MustCompile(`^(\w+ > .+ FAILED)$`)},                                        // Gradle's
	{
		Line: regexp.MustCompile(`^\[ERROR\] (Failed to execute goal com\.github\.eirslett:frontend-maven-plugin:.+?)(?: -> \[Help \d+\])?$`),
		Hint: "let the front end be a target of \"language: static\" that \"build.files\" takes, and skip the plugin by its flags (-Dskip.npm)",
	},
	{Line: regexp.MustCompile(`^\[ERROR\] (Failed to execute goal .+?)(?: -> \[Help \d+\])?$`)},
	{Line: regexp.MustCompile(`^\[(?:ERROR|FATAL)\] (?:\[(?:ERROR|FATAL)\] )?(.+)`)},
	{Line: regexp.MustCompile(`^(?:> )?(Execution failed for task .+|Could not resolve .+|A problem occurred .+)`)},
}
