package rust

import (
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// satisfies reports whether a version is one of those that a requirement allows. What
// is written in a way that cargo may know and we do not is allowed.
// https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#version-requirement-syntax
func satisfies(have, requirement string) bool {
	v := "v" + have
	if !semver.IsValid(v) {
		return true
	}
	for _, part := range strings.Split(requirement, ",") {
		part = strings.TrimSpace(part)
		if part == "" || part == "*" {
			continue
		}
		if !allows(part, v) {
			return false
		}
	}
	return true
}

// allows reports whether one comparison allows a version.
func allows(part, v string) bool {
	number := strings.TrimLeft(part, "^~=<> ")
	op := strings.TrimSpace(strings.TrimSuffix(part, number))
	number, _, _ = strings.Cut(strings.TrimSpace(number), "+")
	given, wild := numbers(number)
	low := "v" + number
	if len(given) < 3 {
		low = version(append(given, 0, 0, 0)[:3])
	}
	if len(given) == 0 || !semver.IsValid(low) {
		return true
	}
	if wild && op == "" {
		op = "="
	}
	switch op {
	case ">=":
		return semver.Compare(v, low) >= 0
	case ">":
		return semver.Compare(v, low) > 0 && (len(given) == 3 || semver.Compare(v, above(given, len(given)-1)) >= 0)
	case "<":
		return semver.Compare(v, low) < 0
	case "<=":
		return semver.Compare(v, low) <= 0 || len(given) < 3 && semver.Compare(v, above(given, len(given)-1)) < 0
	case "=":
		if len(given) == 3 {
			return semver.Compare(v, low) == 0
		}
		return semver.Compare(v, low) >= 0 && semver.Compare(v, above(given, len(given)-1)) < 0
	case "~":
		return semver.Compare(v, low) >= 0 && semver.Compare(v, above(given, min(len(given)-1, 1))) < 0
	case "", "^":
		return semver.Compare(v, low) >= 0 && semver.Compare(v, above(given, caret(given))) < 0
	}
	return true
}

// caret returns which of the numbers must not change: the first that is not zero, else
// the last that is written.
func caret(given []int) int {
	for i, n := range given {
		if n > 0 {
			return i
		}
	}
	return len(given) - 1
}

// numbers returns the numbers of a version as far as they are written, and whether a
// star stands for the rest.
func numbers(text string) (given []int, wild bool) {
	text, _, _ = strings.Cut(text, "-")
	for _, word := range strings.Split(text, ".") {
		if word == "*" || word == "x" || word == "X" {
			return given, true
		}
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 || len(given) == 3 {
			return nil, false
		}
		given = append(given, n)
	}
	return given, false
}

// above returns the first version in which the number at i is another.
func above(given []int, i int) string {
	next := []int{0, 0, 0}
	copy(next, given[:i])
	next[i] = given[i] + 1
	return version(next) + "-0"
}

func version(n []int) string {
	return "v" + strconv.Itoa(n[0]) + "." + strconv.Itoa(n[1]) + "." + strconv.Itoa(n[2])
}
