package plan

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// giveBuildEnv adds the variables of build.env to a step's environment, or to its
// arguments where what it starts is to have them. Names that belong to fetch stay there.
func giveBuildEnv(s *spec.Spec, r *language.Recipe, step *language.Step) {
	for _, x := range s.Build.Env {
		switch v := (spec.Var{Name: x.Name.Value, Value: x.Value.Value}); {
		case isMirror(r, v.Name):
		case step.PassesEnv:
			step.Args = append(slices.Clip(step.Args), "--env="+v.String())
		default:
			step.Env = step.Env.Set(v.Name, v.Value)
		}
	}
}

// networked returns the steps of a recipe that may have mirrors of their own.
func networked(r *language.Recipe) []*language.Step {
	steps := slices.Concat(r.Compile.Chain(), r.Test.Chain())
	for _, f := range r.Fetches {
		steps = append(steps, &f.Step)
	}
	return steps
}

func isMirror(r *language.Recipe, name string) bool {
	return slices.ContainsFunc(networked(r), func(s *language.Step) bool {
		return slices.Contains(s.Mirrors, name)
	})
}

// mirrorsInBuildEnv adds the fetch variables of build.env to fetch, where a
// build arg of the same name wins. It reports values with credentials in them:
// a step's environment is part of the image's provenance.
func mirrorsInBuildEnv(s *spec.Spec, r *language.Recipe) (diags diag.List) {
	for _, x := range s.Build.Env {
		if !isMirror(r, x.Name.Value) {
			continue
		}
		if language.HasCredentials(x.Value.Value) {
			diags.Errorf(x.Value.Range, "%s has credentials in it", x.Name.Value).Hint = credentialsHint
		}
		if x.Value.Varies {
			diags.Errorf(x.Value.Range, "%s is another for each platform", x.Name.Value).Hint =
				"it is for fetch, which all platforms share; write it without ${TARGET…}"
		}
		setMirror(r, x.Name.Value, x.Value.Value)
	}
	return diags
}

// setMirror sets a variable in every step that knows it.
func setMirror(r *language.Recipe, name, value string) {
	for _, s := range networked(r) {
		if slices.Contains(s.Mirrors, name) {
			s.Env = s.Env.Set(name, value)
		}
	}
}

const credentialsHint = "give them as a secret: --secret id=netrc,src=$HOME/.netrc"

// SetMirrors gives fetch the mirrors among the build args of whoever builds. It
// reports those with credentials in them.
func (p *Plan) SetMirrors(buildArgs map[string]string) (diags diag.List) {
	for _, name := range p.Language.Mirrors {
		value, given := buildArgs[name]
		if !given {
			continue
		}
		if language.HasCredentials(value) {
			diags.Errorf(diag.Range{}, "build arg %s has credentials in it", name).Hint = credentialsHint
		}
		setMirror(p.Recipe, name, value)
	}
	return diags
}
