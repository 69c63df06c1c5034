package python

import (
	"regexp"

	"github.com/stagefront/stagefront/frontend/language"
)

// complaints are how installers and the interpreter tell what is wrong.
var complaints = []language.Complaint{
	{Line: regexp.MustCompile(`^(?:error|ERROR): (.+)`)},
	{Line: regexp.MustCompile(`^((?:\w+\.)*\w+(?:Error|Exception): .+)`)},
}
