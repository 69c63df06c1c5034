package node

import "testing"

// TestPick chooses the release of a manager for a range of devEngines.
func TestPick(t *testing.T) {
	for _, c := range [][3]string{
		{"pnpm", "10.1.0", "10.1.0"}, {"pnpm", ">=8", pnpmFor9}, {"pnpm", "^9.0.0", "9.0.0"}, {"pnpm", "9", "9.0.0"}, {"pnpm", ">9 <10", ""},
		{"yarn", "^4", yarnFor8}, {"yarn", ">=3.5 <3.8", "3.5.0"}, {"npm", "^11.2.0", "11.2.0"}, {"npm", "^10", lastNpm10}, {"npm", ">=10", ""}, {"pnpm", "latest", ""}, {"pnpm", "", ""},
	} {
		v, _ := parseJSON("package.json", `{"version": "`+c[1]+`"}`)
		if got := pick(c[0], v.Get("version")); got != c[2] {
			t.Errorf("%s %q: got %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
