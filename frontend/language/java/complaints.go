package java

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// complaints are how compilers, Maven and Gradle tell what is wrong.
var complaints = []language.Complaint{
	{Line: regexp.MustCompile(`^\[ERROR\] /src/(\S+\.(?:java|kt|groovy|scala):\[\d+,\d+\] .+)`)},
	{Line: regexp.MustCompile(`^(?:e: file://)?/src/(\S+\.(?:java|kt|groovy|scala):\d+(?::\d+)?:? .+)`)},
	{Line: regexp.MustCompile(`^\[ERROR\] +(\S+\.\S+:\d+ .+)`)},
	{Line: regexp.MustCompile(`^\[ERROR\] (Failed to execute goal .+?)(?: -> \[Help 1\])?$`)},
	{Line: regexp.MustCompile(`^> (Could not .+|Compilation failed.+|.+ not found\.?)$`)},
}
