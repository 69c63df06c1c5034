package bom

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spdx/tools-golang/spdx/v2/v2_3"
)

// known are the licences that nearly all packages have, by SPDX's names of them. What
// is declared in other words is quoted: a name that SPDX does not know makes a document
// invalid, and whose text a word means is not ours to guess.
// https://spdx.org/licenses/
var known = strings.Fields(`
	0BSD AFL-2.1 AFL-3.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0
	BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSL-1.0 bzip2-1.0.6
	CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 curl ECL-2.0 EPL-1.0 EPL-2.0 EUPL-1.2
	GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only GPL-3.0-or-later HPND ISC
	LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later
	libpng-2.0 MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0 MS-PL MulanPSL-2.0 NCSA OFL-1.1 OpenSSL PostgreSQL PSF-2.0 Python-2.0
	Ruby SSPL-1.0 Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 W3C WTFPL X11 Zlib ZPL-2.1`)

// exceptions are what may stand behind WITH.
var exceptions = strings.Fields(`
	Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0 GCC-exception-2.0 GCC-exception-3.1
	Linux-syscall-note LLVM-exception OpenJDK-assembly-exception-1.0 Universal-FOSS-exception-1.0`)

var licenseWord = regexp.MustCompile(`[()]|[^()\s]+`)

// expression returns a declared licence as SPDX writes it, whether it is one of SPDX's
// expressions of licences that are known.
func expression(declared string) (string, bool) {
	words := licenseWord.FindAllString(declared, -1)
	operand, depth := true, 0 // whether a licence is to come, and how many brackets are open
	for i, w := range words {
		switch {
		case w == "(" && operand:
			depth++
		case w == ")" && !operand && depth > 0:
			depth--
		case (w == "AND" || w == "OR" || w == "WITH") && !operand:
			operand = true
		case operand && i > 0 && words[i-1] == "WITH" && slices.Contains(exceptions, w):
			operand = false
		case operand && (i == 0 || words[i-1] != "WITH") && slices.Contains(known, strings.TrimSuffix(w, "+")):
			operand = false
		default:
			return "", false
		}
	}
	text := strings.NewReplacer("( ", "(", " )", ")").Replace(strings.Join(words, " "))
	return text, len(words) > 0 && !operand && depth == 0
}

// licensed returns what a document says of a declared licence, and the licence that it
// quotes for that, if it does.
func licensed(declared string) (string, *v2_3.OtherLicense) {
	declared = strings.TrimSpace(declared)
	if declared == "" {
		return noAssertion, nil
	}
	if text, ok := expression(declared); ok {
		return text, nil
	}
	const longest = 200 // some packages declare the whole text
	line, _, _ := strings.Cut(declared, "\n")
	if len(line) > longest {
		line = strings.ToValidUTF8(line[:longest], "") + "…"
	}
	id := "LicenseRef-" + identifier(line, declared)
	return id, &v2_3.OtherLicense{LicenseIdentifier: id, LicenseName: line, ExtractedText: declared}
}
