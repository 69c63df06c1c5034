package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/languages"
	"github.com/stagefront/stagefront/frontend/plan"
)

// Rules are all rules, in the order in which they are told: those of every spec,
// then those of languages.
var Rules = slices.Concat(common, ofLanguages())

// ofLanguages returns the rules that are declared with the languages.
func ofLanguages() []*Rule {
	var rules []*Rule
	for _, l := range languages.All {
		for _, r := range l.Rules {
			rules = append(rules, &Rule{ID: r.ID, Doc: r.Doc})
		}
	}
	return rules
}

// common are the rules of every spec.
var common = []*Rule{
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
				report(in.Plan.Toolchain.Range, "%s %s gets no security fixes any more; the oldest that does is %s",
					l.Name, in.Plan.Toolchain.Version, supported)
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
			if r := in.Spec.Runtime; plan.RuntimeOf(in.Spec).Kind == plan.Custom && Mutable(r.Value) {
				report(r.Range, "%s is whatever was published last; name a version, or a digest", r.Value)
			}
		},
	},
	{
		ID:  "DebugRuntime",
		Doc: "The runtime has a shell",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if runtimeOf(in).Debug && in.Plan.Name != "debug" {
				report(in.Spec.Runtime.Range,
					"distroless:debug has a shell for whoever breaks in too; keep it to a target of its own, named debug")
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
					report(p.Range, "port %d is under 1024: Docker since 20.10 and Podman let nonroot bind it, "+
						"many Kubernetes clusters and older engines refuse", p.Number)
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
				from := f.From.Value
				if !f.Source.IsSet() && secretFile.MatchString(path.Base(from)) && !sampleFile.MatchString(from) {
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
		ID:  "SetuidFile",
		Doc: "A file runs as its owner, whoever starts it",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			for _, f := range in.Spec.Files {
				if f.From.IsSet() && f.Mode.Value&0o6000 != 0 {
					report(f.Mode.Range, "%s runs as its owner or group, whoever starts it; write the mode without its first digit", f.From.Value)
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
		ID:    "MissingLocale",
		Doc:   "A locale that the runtime does not have",
		Check: missingLocale,
	},
	{
		ID:    "HealthcheckProgram",
		Doc:   "The healthcheck calls a program that the runtime does not have",
		Check: healthcheckProgram,
	},
	{
		ID:       "MissingLibrary",
		Compiled: true,
		Doc:      "Native code of a package needs a library that nothing brings",
	},
	{
		ID:  "NetworkInCompile",
		Doc: "Scripts and compile have the network",
		Check: func(in *Input, report func(diag.Range, string, ...any)) {
			if n := in.Spec.Build.Network; n.Or("none") != "none" {
				report(n.Range,
					"what is downloaded in compile is locked by nothing and may be another thing tomorrow; let fetch get it")
			}
		},
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

// Mutable reports whether an image reference names no version.
func Mutable(ref string) bool {
	if strings.Contains(ref, "@") {
		return false
	}
	_, tag, tagged := strings.Cut(ref[strings.LastIndex(ref, "/")+1:], ":")
	return !tagged || tag == "latest"
}
