package diag

import (
	"fmt"
	"strings"
)

// DidYouMean returns the hint that names the candidate nearest to word, or ""
// when none is near enough to be what was meant:
//
//	did you mean "entrypoint"?
func DidYouMean(word string, candidates []string) string {
	if c, ok := Nearest(word, candidates); ok {
		return fmt.Sprintf("did you mean %q?", c)
	}
	return ""
}

// Nearest returns the candidate that takes the fewest edits from word, the
// first of equals, when they are few: at most a third of the longer one.
func Nearest(word string, candidates []string) (string, bool) {
	best, least := "", -1
	lower := strings.ToLower(word)
	for _, c := range candidates {
		few, to := max(1, max(len(word), len(c))/3), strings.ToLower(c)
		if len(lower)-len(to) > few || len(to)-len(lower) > few {
			continue // it takes more to make them equally long
		}
		d := edits(lower, to)
		if d > few {
			continue
		}
		if least < 0 || d < least {
			best, least = c, d
		}
	}
	return best, least >= 0
}

// edits counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (optimal string alignment distance).
func edits(a, b string) int {
	// A word longer than any key is no misspelling of one; do not pay for it.
	if len(a) > 100 || len(b) > 100 {
		return len(a) + len(b)
	}
	var before, above, row []int
	for j := range len(b) + 1 {
		above = append(above, j)
	}
	for i := 1; i <= len(a); i++ {
		row = append([]int{i}, make([]int, len(b))...)
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}

// Quoted lists words for a message: `"a", "b" and "c"`.
func Quoted(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}

// Few lists at most the first n of words for a message, and how many more there are:
// `"a", "b" and 33 more`.
func Few(words []string, n int) string {
	if len(words) <= n+1 {
		return Quoted(words)
	}
	quoted := make([]string, n)
	for i, w := range words[:n] {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(quoted, ", "), len(words)-n)
}
