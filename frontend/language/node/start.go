package node

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/spec"
)

// start is something that a container may be started with: a file, or a program of
// a dependency.
type start struct {
	Flags []string `json:"flags,omitempty"` // of node itself
	File  string   `json:"file,omitempty"`  // in the project, as node is given it
	Bin   string   `json:"bin,omitempty"`   // in place of it, the program of a dependency
	Args  []string `json:"args,omitempty"`
	Group int      `json:"group"` // the first group with a file that is there counts
	Why   string   `json:"why"`
	env   spec.Vars
	rng   diag.Range
}

// called returns what is started, for people.
func (s *start) called() string { return cmp.Or(s.File, s.Bin) }

// reader turns scripts of a manifest into starts.
type reader struct{ m *manifest }

// follow returns what a script starts. What it runs before that, such as a build, is
// done when the image is made.
func (r *reader) follow(name string, depth int) (*start, error) {
	script := r.m.script(name)
	if script.Value == "" {
		return nil, fmt.Errorf("there is no script %q", name)
	}
	all, err := commands(script.Value)
	if err != nil {
		return nil, fmt.Errorf("script %q needs a shell: %w", name, err)
	}
	if len(all) == 0 || depth == 0 {
		return nil, fmt.Errorf("script %q starts nothing", name)
	}
	if err := unbuilt(name, all[:len(all)-1]); err != nil {
		return nil, err
	}
	s, err := r.start(all[len(all)-1], name, depth)
	if s != nil && s.rng.IsZero() {
		s.rng, s.Why = script.Range, script.Range.FileLine()
	}
	return s, err
}

// unbuilt returns which of the commands before a program no build does, nil for none.
func unbuilt(name string, before []command) error {
	for _, c := range before {
		if !builds(c.words) {
			return fmt.Errorf("script %q runs %q before the program", name, strings.Join(c.words, " "))
		}
	}
	return nil
}

// before returns what managers do before the script "start" and no build does, nil for
// nothing.
func (r *reader) before() error {
	const name = "prestart"
	all, err := commands(r.m.script(name).Value)
	if err != nil {
		return fmt.Errorf("script %q needs a shell: %w", name, err)
	}
	return unbuilt(name, all)
}

// builds reports whether a command before a program is one that a build does too.
func builds(words []string) bool {
	return len(words) > 0 && (words[0] == "tsc" || words[len(words)-1] == "build" || words[0] == "rimraf")
}

var runners = []string{"npm", "pnpm", "yarn", "npx", "bunx", "corepack"}

// start returns what one command starts.
func (r *reader) start(c command, name string, depth int) (*start, error) {
	words, env := c.words, c.env
	for len(words) > 0 && (words[0] == "cross-env" || words[0] == "cross-env-shell" || words[0] == "exec" || words[0] == "env") {
		inner := assignments(words[1:])
		words, env = inner.words, append(env, inner.env...)
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("script %q starts nothing", name)
	}
	s := &start{}
	var err error
	switch {
	case slices.Contains(runners, words[0]):
		s, err = r.runner(words, name, depth)
	case words[0] == "run-s" && len(words) > 1:
		s, err = r.inTurn(words[1:], name, depth)
	case words[0] == "node" || words[0] == "nodejs":
		s, err = r.node(words[1:], name, depth)
	case words[0] == "bun" || words[0] == "deno":
		return nil, fmt.Errorf("script %q is run by %s, which is not used here", name, words[0])
	case slices.Contains(supervisors, words[0]):
		return nil, fmt.Errorf("script %q starts %s, which starts other programs", name, words[0])
	case slices.Contains(watchers, words[0]) || len(words) > 1 && (words[1] == "watch" || words[1] == "dev"):
		return nil, fmt.Errorf("script %q starts %s, which is %w", name, words[0], errDevelopment)
	case slices.Contains(shells, words[0]) || strings.HasSuffix(words[0], ".sh"):
		return nil, fmt.Errorf("script %q needs a shell: %q", name, words[0])
	case words[0] == "tsx" && len(words) > 1 && !strings.HasPrefix(words[1], "-"):
		s = &start{Flags: []string{"--import", "tsx"}, File: words[1], Args: words[2:]}
	case isScript.MatchString(words[0]):
		s, err = r.node(words, name, depth)
	default:
		s = &start{Bin: words[0], Args: words[1:]}
	}
	if err != nil {
		return nil, err
	}
	return s, s.setting(env, name)
}

// shells are programs that read commands.
var shells = []string{"sh", "bash", "ash", "dash", "zsh"}

// isScript matches a file that says by its first line that node runs it.
var isScript = regexp.MustCompile(`^\./.*\.[cm]?[jt]s$`)

// inTurn follows the last of scripts that run-s runs one after the other. Those before
// it are done when the image is made, so they are parts of the build.
func (r *reader) inTurn(scripts []string, name string, depth int) (*start, error) {
	last := len(scripts) - 1
	for _, s := range scripts[:last] {
		if s != "clean" && s != "build" && !r.isBuilt(s) {
			return nil, fmt.Errorf("script %q runs %q before the program", name, s)
		}
	}
	return r.follow(scripts[last], depth-1)
}

// isBuilt reports whether a script is a part of the one that is called "build".
func (r *reader) isBuilt(name string) bool {
	return slices.ContainsFunc(strings.Fields(r.m.script("build").Value), func(word string) bool {
		return word == name || word == "build:*" && strings.HasPrefix(name, "build:")
	})
}

// errDevelopment is why a script says nothing of what a container starts.
var errDevelopment = errors.New("for development")

// watchers are programs that start another one anew when its source changes, or
// compile it before, and servers that front ends are developed with.
var watchers = slices.Concat(frontEndTools, []string{
	"nodemon", "ts-node", "ts-node-dev", "tsnd", "babel-node", "swc-node", "vite-node", "nest", "nx", "turbo", "lerna", "webpack-dev-server",
})

// supervisors are programs that start others, several at once or ever again.
var supervisors = []string{"pm2", "pm2-runtime", "forever", "concurrently", "run-p", "npm-run-all"}

// frontEndTools are programs that make sites.
var frontEndTools = []string{"ng", "vite", "react-scripts", "vue-cli-service", "webpack", "parcel", "gatsby", "docusaurus", "eleventy", "vitepress"}

// setting takes over what a command sets: defaults of the image, which whoever runs
// it can change, and options of node, which leave NODE_OPTIONS to them.
func (s *start) setting(env [][2]string, name string) error {
	for _, e := range env {
		_, value, ok := defaulted(e[1])
		if !ok {
			return fmt.Errorf("script %q needs a shell: it makes %s of variables", name, e[0])
		}
		if e[0] == "NODE_OPTIONS" {
			s.Flags = append(strings.Fields(value), s.Flags...)
			continue
		}
		s.env = s.env.Set(e[0], value)
	}
	for _, w := range slices.Concat(s.Flags, []string{s.File}, s.Args) {
		if strings.Contains(w, variable) {
			return fmt.Errorf("script %q needs a shell: the variable in its arguments; let the program read it", name)
		}
	}
	return nil
}

// runner follows npm run NAME, yarn NAME, npx PROGRAM and the like.
func (r *reader) runner(words []string, name string, depth int) (*start, error) {
	rest := words[1:]
	isRun := len(rest) > 0 && (rest[0] == "run" || rest[0] == "run-script")
	if isRun {
		rest = rest[1:]
	}
	for len(rest) > 0 && slices.Contains(quiet, rest[0]) {
		rest = rest[1:]
	}
	switch {
	case len(rest) == 0 || strings.HasPrefix(rest[0], "-") || elsewhere(words[0], rest):
		return nil, fmt.Errorf("script %q starts %q", name, strings.Join(words, " "))
	case words[0] == "npx" || words[0] == "bunx" || words[0] == "corepack":
		return r.start(command{words: rest}, name, depth)
	case rest[0] == "exec" || rest[0] == "dlx":
		return r.start(command{words: afterDashes(rest[1:])}, name, depth)
	case isRun || rest[0] == "start" || words[0] != "npm" && r.m.script(rest[0]).Value != "":
		s, err := r.follow(rest[0], depth-1)
		if err == nil {
			s.Args = append(s.Args, passedOn(words[0], rest[1:])...)
		}
		return s, err
	}
	return r.start(command{words: rest}, name, depth)
}

// quiet are options of runners that change nothing of what is started.
var quiet = []string{"-s", "--silent", "--", "-y", "--yes", "--no-install"}

// elsewhere reports whether a runner is told to go to another directory or member:
// what it starts there is not the project's. Others than npm pass options behind the
// script's name on to it.
func elsewhere(runner string, rest []string) bool {
	if runner != "npm" {
		return runner == "yarn" && (rest[0] == "workspace" || rest[0] == "workspaces")
	}
	for _, word := range rest {
		option, _, _ := strings.Cut(word, "=")
		switch {
		case word == "--" || rest[0] == "exec":
			return false
		case slices.Contains([]string{"-w", "--workspace", "-ws", "--workspaces", "--prefix", "-C"}, option):
			return true
		}
	}
	return false
}

// passedOn returns the words behind a script's name that its program is given: npm takes
// those before "--" for itself, pnpm passes that on too.
func passedOn(runner string, words []string) []string {
	if runner == "npm" {
		if !slices.Contains(words, "--") {
			return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.HasPrefix(w, "-") })
		}
		return words[slices.Index(words, "--")+1:]
	}
	if runner == "pnpm" {
		return words
	}
	return afterDashes(words)
}

func afterDashes(words []string) []string {
	if len(words) > 0 && words[0] == "--" {
		return words[1:]
	}
	return words
}

// valued are options of node that the next word belongs to.
var valued = []string{"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file", "--env-file-if-exists", "--title", "--icu-data-dir",
	"--unhandled-rejections", "--dns-result-order", "--max-http-header-size", "--openssl-config", "--redirect-warnings", "--diagnostic-dir"}

// node returns what the arguments of node start.
func (r *reader) node(args []string, name string, depth int) (*start, error) {
	s := &start{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		flag := args[0]
		switch {
		case flag == "--run" && len(args) > 1:
			s, err := r.follow(args[1], depth-1)
			if err == nil {
				s.Args = append(s.Args, afterDashes(args[2:])...)
			}
			return s, err
		case strings.HasPrefix(flag, "--watch"):
			return nil, fmt.Errorf("script %q starts node with %s, which is %w", name, flag, errDevelopment)
		case flag == "-e" || flag == "--eval" || flag == "-p" || flag == "--print":
			return nil, fmt.Errorf("script %q starts node with %s", name, flag)
		}
		n := 1
		if slices.Contains(valued, flag) && len(args) > 1 {
			n = 2
		}
		if !plugAndPlay.MatchString(args[n-1]) {
			s.Flags = append(s.Flags, args[:n]...)
		}
		args = args[n:]
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("script %q starts node without a file", name)
	}
	s.File, s.Args = args[0], args[1:]
	// A file of a dependency is one of its programs as a rule.
	if bin := binPath.FindStringSubmatch(s.File); bin != nil {
		s.File, s.Bin = "", bin[1]
	}
	return s, nil
}

// errUnloaded is why a program that a script starts would not start in the image.
var errUnloaded = errors.New("which is among devDependencies and not in the image")

// unloaded returns which package node is to load before the program that production lacks,
// nil for none.
func (n *project) unloaded(script string, s *start) error {
	for _, name := range s.preloads() {
		_, runs := n.m.requires(name, append(slices.Clone(runtimeDeps), "peerDependencies"))
		_, develops := n.m.requires(name, []string{"devDependencies"})
		// Locks of yarn do not say what development alone needs.
		isLocked := n.lock.kind != yarnLock && n.lock.kind != berryLock && slices.ContainsFunc(n.lock.packages, func(k locked) bool { return k.name == name && !k.dev })
		if develops && !runs && !isLocked {
			return fmt.Errorf("script %q loads %s, %w", script, name, errUnloaded)
		}
	}
	return nil
}

// preloads returns the packages that options of node load before the program.
func (s *start) preloads() (names []string) {
	for i, flag := range s.Flags {
		option, value, ok := strings.Cut(flag, "=")
		if !slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader"}, option) {
			continue
		}
		if !ok && i+1 < len(s.Flags) {
			value = s.Flags[i+1]
		}
		if name := packageName.FindString(value); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// packageName is how the name of a module begins that is a package's.
var packageName = regexp.MustCompile(`^(@[\w.-]+/)?\w[\w.-]*`)

// plugAndPlay is what has node find packages where yarn keeps them. Here they are in
// node_modules, so there is no such file.
var plugAndPlay = regexp.MustCompile(`\.pnp(\.loader)?\.[cm]?js$`)

var binPath = regexp.MustCompile(`^(?:\./)?node_modules/\.bin/([^/]+)$`)

// inProject returns a file of a script or the spec as a path in the project.
func inProject(file string) string { return path.Clean(strings.TrimPrefix(file, "./")) }
