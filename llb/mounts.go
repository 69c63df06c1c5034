package llb

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
)

// CASecret is the id of the secret that holds a bundle of CA certificates. It
// stands over the system's own in every step with network.
const CASecret = "ca-certificates"

// brought returns the mounts of a step: what was fetched for it, its own files,
// and its caches.
func (s *Stages) brought(step language.Step) []llb.RunOption {
	var opts []llb.RunOption
	if len(step.Files) > 0 {
		opts = append(opts, llb.AddMount(language.FilesDir, s.written(step), llb.Readonly))
	}
	for _, f := range step.Fetches {
		if f.Toolchain {
			continue
		}
		mode := llb.Readonly
		if f.Writable {
			mode = llb.ForceNoOutput
		}
		fetched := s.Fetch(f.Fetch)
		for _, p := range f.Places {
			opts = append(opts, llb.AddMount(p.At, fetched, mode, llb.SourcePath(p.Path)))
		}
		if len(f.Places) == 0 {
			opts = append(opts, llb.AddMount(f.Output, fetched, mode, llb.SourcePath(f.Part)))
		}
	}
	return append(opts, s.caches(step)...)
}

// caches returns the mounts of a step's caches. They serve other projects too, so
// foreign code can only read them.
func (s *Stages) caches(step language.Step) []llb.RunOption {
	var opts []llb.RunOption
	for _, c := range step.Caches {
		mount := []llb.MountOption{llb.AsPersistentCacheDir(s.cacheID(c), llb.CacheMountShared)}
		if step.Runs.Foreign() {
			mount = append(mount, llb.Readonly)
		}
		opts = append(opts, llb.AddMount(c.Path, llb.Scratch(), mount...))
	}
	return opts
}

// written returns a tree of the files that a step brings.
func (s *Stages) written(step language.Step) llb.State {
	var action *llb.FileAction // its methods begin a chain on nil
	for _, f := range step.Files {
		action = action.Mkfile(path.Join("/", f.Path), 0o644, []byte(f.Data))
	}
	return llb.Scratch().File(action, named(fmt.Sprintf("[%s] prepare steps", s.Plan.Language)), s.at(step.Range))
}

// manifests returns the files that a fetch sees, copied in one step: a workspace has
// hundreds. Only their content counts for the cache, and only theirs.
func (s *Stages) manifests(f *language.Fetch) llb.State {
	if len(f.Manifests)+len(f.Parts) == 0 {
		return llb.Scratch()
	}
	var action *llb.FileAction // its methods begin a chain on nil
	for _, name := range f.Manifests {
		action = action.Copy(s.Context, name, path.Join("/", name), &llb.CopyInfo{
			FollowSymlinks: true, CreateDestPath: true, CopyDirContentsOnly: true, ExcludePatterns: f.Hidden,
		})
	}
	names := slices.Clone(f.Manifests)
	for _, part := range f.Parts {
		action = within(action, path.Dir(part.Path)).Mkfile(path.Join("/", part.Path), 0o644, []byte(part.Data))
		names = append(names, part.Path)
	}
	return llb.Scratch().File(action,
		named(fmt.Sprintf("[%s] read %s", s.Plan.Language, few(names))), s.at(f.Range))
}

// within makes a directory, unless it is the top one.
func within(action *llb.FileAction, dir string) *llb.FileAction {
	if dir == "." {
		return action
	}
	return action.Mkdir(path.Join("/", dir), 0o755, llb.WithParents(true))
}

// few returns names, or the first two of more than three and how many more there are:
//
//	go.mod, go.sum and 12 more
func few(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, %s and %d more", names[0], names[1], len(names)-2)
}

// secrets returns the mounts of the spec's secrets, without which a step fails.
func (s *Stages) secrets() []llb.RunOption {
	var opts []llb.RunOption
	for _, id := range s.Plan.Secrets {
		opts = append(opts, llb.AddSecret(path.Join("/run/secrets", id), llb.SecretID(id), llb.SecretFileOpt(0, 0, 0o400)))
	}
	return opts
}

// sshAgent mounts the SSH agent of whoever builds.
func sshAgent() llb.RunOption { return llb.AddSSHSocket(llb.SSHID("default")) }

// cacheID returns the daemon-wide id of a cache. Those of Dockerfiles begin with a slash
// where there is no namespace, so none of them names one of ours.
func (s *Stages) cacheID(c language.Cache) string {
	return strings.TrimPrefix(path.Join(s.CacheNamespace, "stagefront", s.CacheOwner, c.Name), "/")
}

// writable returns the directories that every tool expects to write to; what
// is in them is thrown away.
func writable() []llb.RunOption {
	return []llb.RunOption{
		llb.AddMount("/tmp", llb.Scratch(), llb.ForceNoOutput),
		llb.AddMount("/root", llb.Scratch(), llb.ForceNoOutput),
		llb.AddEnv("HOME", "/root"),
	}
}

func environment(vars spec.Vars) []llb.RunOption {
	var opts []llb.RunOption
	for _, v := range vars {
		opts = append(opts, llb.AddEnv(v.Name, v.Value))
	}
	return opts
}

func caSecret(dest string) llb.RunOption {
	return llb.AddSecret(dest, llb.SecretID(CASecret), llb.SecretOptional, llb.SecretFileOpt(0, 0, 0o444))
}
