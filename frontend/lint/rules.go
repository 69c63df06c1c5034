package lint

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// Rules are all rules, in the order in which they are told.
var Rules = []*Rule{
	{
		ID:        "UntaggedSyntax",
		OnRequest: true,
		Doc:       "The syntax line names no version of the frontend",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if s := in.Doc.Syntax(); s.IsSet() && mutable(s.Value) {
				report(s.Range, "%s is whatever was published last; write org/stagefront:1, whose keys keep their meaning", s.Value)
			}
		},
	},
	{
		ID:  "MutableToolchain",
		Doc: "The toolchain image is named by a tag that can move",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if t := in.Spec.Toolchain; t.IsSet() && !strings.Contains(t.Value, "@") {
				report(t.Range, "%s is another image when its tag is moved; name it by digest: %s@sha256:…", t.Value, t.Value)
			}
		},
	},
	{
		ID:  "EndOfLife",
		Doc: "The toolchain gets no security fixes any more",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			l := languageOf(in.Plan)
			if l == nil || l.EndOfLife == nil || in.Plan.Toolchain.Version == "" {
				return
			}
			if supported, old := l.EndOfLife(in.Plan.Toolchain.Version); old {
				report(in.Plan.Toolchain.Range, "%s %s gets no security fixes any more; the oldest that does is %s", l.Name, in.Plan.Toolchain.Version, supported)
			}
		},
	},
	{
		ID:  "MissingLock",
		Doc: "Dependencies are not locked",
	},
	{
		ID:  "LatestRuntime",
		Doc: "The runtime is an image without a version",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			// What the language chose where distroless has nothing is not the spec's to mend.
			if r := in.Spec.Runtime; plan.RuntimeOf(in.Spec).Kind == plan.Custom && mutable(r.Value) {
				report(r.Range, "%s is whatever was published last; name a version, or a digest", r.Value)
			}
		},
	},
	{
		ID:  "DebugRuntime",
		Doc: "The runtime has a shell",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if runtimeOf(in).Debug && in.Plan.Name != "debug" {
				report(in.Spec.Runtime.Range, "distroless:debug has a shell for whoever breaks in too; keep it to a target of its own, named debug")
			}
		},
	},
	{
		ID:  "RootUser",
		Doc: "The container runs as root",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if u := in.Spec.User; u.Name == "root" || u.HasID && u.UID == 0 {
				report(u.Range, "the container runs as root; the default, nonroot, does for most programs")
			}
		},
	},
	{
		ID:  "PrivilegedPort",
		Doc: "A port under 1024 that the user may not bind everywhere",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if u := in.Spec.User; u.Name == "root" || u.HasID && u.UID == 0 {
				return
			}
			for _, p := range in.Spec.Ports {
				if p.Number < 1024 {
					report(p.Range, "port %d is under 1024: Docker since 20.10 and Podman let nonroot bind it, many Kubernetes clusters and older engines refuse", p.Number)
				}
			}
		},
	},
	{
		ID:    "SecretValue",
		Doc:   "A value that looks like a secret ends up in the image or in its provenance",
		Check: secretValue,
	},
	{
		ID:  "SecretFile",
		Doc: "A file that looks like a secret goes into the image",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			for _, f := range in.Spec.Files {
				if f.From.IsSet() && !f.Source.IsSet() && secretFile.MatchString(path.Base(f.From.Value)) && !sampleFile.MatchString(f.From.Value) {
					report(f.From.Range, "%s can be read by whoever gets the image; mount it when the container runs", f.From.Value)
				}
			}
		},
	},
	{
		ID:  "WholeContext",
		Doc: "The whole build context goes into the image",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			for _, f := range in.Spec.Files {
				if f.From.IsSet() && !f.Source.IsSet() && path.Clean("/"+f.From.Value) == "/" {
					report(f.From.Range, "%q puts the sources and everything beside them into the image; name what the program reads", f.From.Value)
				}
			}
		},
	},
	{
		ID:  "UnusedArg",
		Doc: "A declared build arg that nothing reads",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			for _, a := range in.Spec.Build.Args {
				if !in.Doc.Mentions(a.Name.Value) {
					report(a.Name.Range, "build arg %s is declared and nothing says ${%s}", a.Name.Value, a.Name.Value)
				}
			}
		},
	},
	{
		ID:  "PlainVariable",
		Doc: "$NAME of a build arg, which is not replaced",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			for _, t := range in.Doc.PlainVariables(in.Target) {
				report(t.Range, "%q has a build arg in it that is not replaced; write ${NAME}, or $$NAME to keep it", t.Value)
			}
		},
	},
	{
		ID:  "UndeclaredArg",
		Doc: "A given build arg that the spec does not declare",
	},
	{
		ID:  "LostPath",
		Doc: "PATH without the directory of the program",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			dir := language.ProgramDir
			if in.Plan != nil {
				dir = path.Dir(in.Plan.Image.Entrypoint[0])
			}
			if p, ok := in.Spec.Env.Get("PATH"); ok && !slices.Contains(strings.Split(p.Value, ":"), dir) {
				report(p.Range, "PATH has no %s, where programs are", dir)
			}
		},
	},
	{
		ID:    "HealthcheckProgram",
		Doc:   "The healthcheck calls a program that the runtime does not have",
		Check: healthcheckProgram,
	},
	{
		ID:  "NetworkInCompile",
		Doc: "Scripts and compile have the network",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if n := in.Spec.Build.Network; n.Or("none") != "none" {
				report(n.Range, "what is downloaded in compile is locked by nothing and may be another thing tomorrow; let fetch get it")
			}
		},
	},
	{
		ID:  "CgoStub",
		Doc: "A module that does nothing without cgo",
	},
	{
		ID:        "NoIgnoreFile",
		Doc:       "A large build context and no ignore file",
		Check:     noIgnoreFile,
		OnRequest: true,
	},
}

func runtimeOf(in *Input) plan.Runtime {
	if in.Plan == nil {
		return plan.Runtime{}
	}
	return in.Plan.Runtime
}

// mutable reports whether an image reference names no version.
func mutable(ref string) bool {
	if strings.Contains(ref, "@") {
		return false
	}
	_, tag, tagged := strings.Cut(ref[strings.LastIndex(ref, "/")+1:], ":")
	return !tagged || tag == "latest"
}

var (
	secretName  = regexp.MustCompile(`(?i)passw(or)?d|passphrase|(^|[^a-z])(secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credentials?)([^a-z]|$)`)
	password    = regexp.MustCompile(`(?i)passw(or)?d|passphrase`)
	setting     = regexp.MustCompile(`^(?i:true|false|on|off|yes|no|none|[0-9]{1,6}[a-z]?)$`)
	secretFlag  = regexp.MustCompile(`^--?([A-Za-z][A-Za-z0-9_-]*)=(.+)$`)
	harmless    = regexp.MustCompile(`(?i)[-_](file|path|dir|url|name|header|ttl|expiry|length|id)$`)
	secretShape = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live|npm)[_-][A-Za-z0-9_-]{10,}|\bAKIA[0-9A-Z]{16}\b|://[^/@: ]+:[^/@ ]+@`)
	sampleFile  = regexp.MustCompile(`(?i)\.(example|sample|template|dist)$`)
	secretFile  = regexp.MustCompile(`(?i)^(\.env(\..*)?|\.netrc|netrc|\.npmrc|\.pypirc|id_(rsa|dsa|ecdsa|ed25519)|.*\.(key|p12|pfx)|.*[-_.]key\.pem|credentials(\.json)?|secrets?\.(ya?ml|json|toml|env))$`)
)

// secretValue looks at names and values of what is written into the image (env,
// labels, arguments) or into its provenance (args, build.env).
func secretValue(in *Input, report func(diag.Range, string, ...any)) {
	const image, provenance = "whoever gets the image reads it", "are part of the image's provenance; use build.secrets"
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
	return value != "" && named || secretShape.MatchString(value)
}

// shellTools are what people call in healthchecks and no package of a language brings.
var shellTools = []string{"curl", "wget", "nc", "sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/curl", "/usr/bin/wget"}

// healthcheckProgram knows what is in runtimes of ours: the program, and what
// files bring.
func healthcheckProgram(in *Input, report func(diag.Range, string, ...any)) {
	t := in.Spec.Healthcheck.Test
	r := runtimeOf(in)
	if !t.List || len(t.Items) < 2 || t.Items[0].Value != "CMD" || r.Kind == plan.Custom || r.Debug || in.Plan == nil {
		return
	}
	called := t.Items[1]
	program := in.Plan.Image.Entrypoint[0]
	if in.Plan.Program == "" && !slices.Contains(shellTools, called.Value) {
		return // the dependencies may bring it
	}
	have := []string{program, path.Base(program)}
	for _, f := range in.Spec.Files {
		to, into := f.Destination(in.Spec.Workdir.Or(language.AppDir))
		if into {
			to = path.Join(to, path.Base(f.From.Value))
		}
		have = append(have, to, path.Base(to))
		if strings.HasPrefix(called.Value, strings.TrimSuffix(to, "/")+"/") {
			return // in a directory that is copied
		}
	}
	brought := func(name string) bool {
		ok, _ := path.Match(name, called.Value) // files may be a pattern
		return ok || name == called.Value
	}
	if !slices.ContainsFunc(have, brought) {
		report(called.Range, "%s has no %q; let the program check itself, or copy one with \"files\"", r.Kind, called.Value)
	}
}

// What a context without an ignore file may hold before it is worth a word.
const (
	largeContext = 50 << 20 // bytes
	manyFiles    = 5000
)

func noIgnoreFile(in *Input, report func(diag.Range, string, ...any)) {
	if in.Ignored || in.Project == nil {
		return
	}
	var size int64
	files := 0
	fs.WalkDir(in.Project, ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
			files++
		}
		if size > largeContext || files > manyFiles {
			return fs.SkipAll
		}
		return nil
	})
	switch {
	case size > largeContext:
		report(diag.Range{}, "the build context has more than %d MiB and there is no .dockerignore; list what the build does not read", largeContext>>20)
	case files > manyFiles:
		report(diag.Range{}, "the build context has more than %d files and there is no .dockerignore; list what the build does not read", manyFiles)
	}
}
