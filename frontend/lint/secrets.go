package lint

import (
	"regexp"
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

var (
	secretName  = regexp.MustCompile(`(?i)passw(or)?d|passphrase|(^|[^a-z])(secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credentials?)([^a-z]|$)`)
	password    = regexp.MustCompile(`(?i)passw(or)?d|passphrase`)
	setting     = regexp.MustCompile(`^(?i:true|false|on|off|yes|no|none|[0-9]{1,6}[a-z]?)$`)
	standIn     = regexp.MustCompile(`(?i)^(only[-_ ]for|not[-_ ](a[-_ ])?(secret|used)|dummy|fake|placeholder|unused)([-_ ]|$)`)
	secretFlag  = regexp.MustCompile(`^--?([A-Za-z][A-Za-z0-9_-]*)=(.+)$`)
	harmless    = regexp.MustCompile(`(?i)[-_](file|path|dir|url|name|header|ttl|expiry|length|id)$`)
	secretShape = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live|npm)[_-][A-Za-z0-9_-]{10,}|\bAKIA[0-9A-Z]{16}\b|://[^/@: ]+:[^/@ ]+@`)
	sampleFile  = regexp.MustCompile(`(?i)\.(example|sample|template|dist)$`)
	secretFile  = regexp.MustCompile(`(?i)^(\.env(\..*)?|\.netrc|netrc|\.npmrc|\.pypirc|id_(rsa|dsa|ecdsa|ed25519)|.*\.(key|p12|pfx)|.*[-_.]key\.pem|credentials(\.json)?|secrets?\.(ya?ml|json|toml|env))$`)
)

// secretValue looks at names and values of what is written into the image (env,
// labels, arguments) or into its provenance (args, build.env).
func secretValue(in *Input, report func(diag.Range, string, ...any)) {
	const image, provenance = "whoever gets the image reads it", "are part of the image's provenance; use build.secrets, which [sh, -c, \"NAME=$(cat /run/secrets/<id>) …\"] reads into a variable"
	for _, block := range []struct {
		pairs  spec.Pairs
		remedy string
	}{
		{in.Spec.Env, image + "; give it when the container runs"},
		{in.Spec.Labels, image},
		{in.Spec.Build.Env, "steps " + provenance},
	} {
		for _, p := range block.pairs {
			if isSecret(p.Name.Value, p.Value.Value) {
				report(p.Name.Range, "%s looks like a secret: %s", p.Name.Value, block.remedy)
			}
		}
	}
	for _, p := range in.Spec.Build.Args {
		// One without a default is given a value when it counts.
		if isSecret(p.Name.Value, p.Value.Value) || !p.Value.IsSet() && isSecret(p.Name.Value, "given") {
			report(p.Name.Range, "%s looks like a secret: build args %s", p.Name.Value, provenance)
		}
	}
	for _, arg := range slices.Concat(in.Spec.Entrypoint.Items, in.Spec.Args) {
		name, value := "", arg.Value
		if m := secretFlag.FindStringSubmatch(arg.Value); m != nil {
			name, value = m[1], m[2]
		}
		if isSecret(name, value) {
			report(arg.Range, "this argument looks like a secret: %s; give it when the container runs", image)
		}
	}
}

// isSecret reports whether a value is a secret by the name that it has, or by
// its own form.
func isSecret(name, value string) bool {
	named := secretName.MatchString(name) && !harmless.MatchString(name)
	if setting.MatchString(value) && !password.MatchString(name) {
		return false // of tokens, how many there may be
	}
	if standIn.MatchString(value) {
		return false // of settings that must be there, and are not used
	}
	return value != "" && named || secretShape.MatchString(value)
}
