package language

import (
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
)

// NativeCPU warns of compilers' flags by which a program is compiled for the processor
// that the builder happens to have: another one may not run it.
func NativeCPU(at diag.Range, flags string) (diags diag.List) {
	for _, word := range strings.FieldsFunc(flags, func(r rune) bool { return r == ' ' || r == '\x1f' }) {
		for _, native := range []string{"target-cpu=native", "-march=native", "-mcpu=native"} {
			if strings.HasSuffix(word, native) {
				diags.Warnf(at, "the program is compiled for the processor of whichever machine builds it").Hint =
					"remove \"" + native + "\", and name what all your machines have as the platform's variant, such as linux/amd64/v3"
			}
		}
	}
	return diags
}
