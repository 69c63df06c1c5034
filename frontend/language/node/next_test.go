package node

import "testing"

// TestNextOutput reads what configurations of Next.js say of their output. What they
// decide by something is left to the build.
func TestNextOutput(t *testing.T) {
	const undecided = "undecided"
	for config, want := range map[string]string{
		`export default { output: "standalone" }`:                                                                   "standalone",
		`module.exports = { "output": 'export', distDir: 'out' }`:                                                   "export",
		"const config = {};\nconfig.output = `standalone`;":                                                         "standalone",
		`module.exports = { reactStrictMode: true }`:                                                                "",
		"module.exports = {\n  // output: 'standalone',\n  /* output: 'export' */\n}":                               "",
		`module.exports = { output: process.env.DOCKER ? 'standalone' : undefined, poweredByHeader: no }`:           undecided,
		"module.exports = (phase) => phase === x\n  ? { output: 'standalone' }\n  : { output: 'export' }":           undecided,
		"module.exports = {\n  output:\n    process.env.EXPORT === '1'\n      ? 'export'\n      : 'standalone',\n}": undecided,
		`const site = "https://output.example.com/output"; module.exports = { images: { output: site } }`:           "",
	} {
		at, got := outputOf([]byte(config))
		if at != nil && got == "" {
			got = undecided
		}
		if got != want {
			t.Errorf("%s\ngot %q, want %q", config, got, want)
		}
	}
}
