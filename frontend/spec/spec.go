// Package spec is the file that users write: its types, whose comments are the
// manual, how it is read, and what in it can be known to be wrong before the
// project is looked at.
package spec

import (
	"time"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Range is a place in a file.
type Range = diag.Range

// Spec says what image to build. Every key is optional where the project
// answers it.
type Spec struct {
	// Language of the project.
	// Default: found from the project's files; two candidates are an error.
	//
	//	language: go
	Language Text `spec:"language"`
	// Directory of the project in the build context, for repositories that hold
	// several. Entrypoint and manifests are relative to it, files to the context.
	// Default: the context's root.
	//
	//	project: services/api
	Project Text `spec:"project" said:"context,root,dir,directory,path"`
	// Version of the language's toolchain.
	// Default: what the project declares, in `go.mod` for example, else one that
	// Stagefront chooses.
	//
	//	version: 1.26
	Version Text `spec:"version"`
	// Image that replaces the language's official toolchain image.
	// Default: the official image of the version.
	//
	//	toolchain: registry.example.com/golang:1.26-internal
	Toolchain Text `spec:"toolchain" said:"builder,sdk"`
	// Program that the container runs: a package of the project, or the import
	// path of a program that it requires; of Python a file, a module, `module:app`
	// or a console script; of Java a main class, or a jar that the build makes. A list
	// fixes its first arguments.
	// Default: the only candidate; several are an error that lists them.
	//
	//	entrypoint: [./cmd/admin, serve]
	Entrypoint Argv `spec:"entrypoint" said:"main,program,binary,package"`
	// Default arguments, replaced by those given to `docker run`. They follow the
	// arguments that the entrypoint fixes.
	// Default: none.
	//
	//	args: [-listen, ":8080"]
	Args Texts `spec:"args" said:"command,cmd,arguments"`
	// Environment of the container. Every name has a value; `""` is an empty one.
	// Default: what the runtime has, and `HOME`.
	//
	//	env:
	//	  CONFIG: /app/config/server.yaml
	//	  LOG_LEVEL: info
	Env Pairs `spec:"env" said:"environment,envs"`
	// Working directory of the container, an absolute path. It belongs to the user.
	// Default: a custom runtime's own, else `/app`.
	//
	//	workdir: /srv
	Workdir Text `spec:"workdir" said:"workingdir"`
	// Ports that the program listens on, as a note to whoever runs the image. The
	// protocol is `tcp` where it is not written; `udp` and `sctp` are the others.
	// Default: none.
	//
	//	ports: [8080, 53/udp]
	Ports Ports `spec:"ports" said:"expose,port"`
	// Directories that are volumes, as absolute paths. They belong to the user.
	// Default: none.
	//
	//	volumes: [/var/lib/shop]
	Volumes Texts `spec:"volumes"`
	// Labels of the image.
	// Default: none; those of a custom runtime stay.
	//
	//	labels:
	//	  org.opencontainers.image.source: https://example.com/shop
	Labels Pairs `spec:"labels" said:"annotations"`
	// Signal that stops the container, by name or number.
	// Default: `SIGTERM`.
	//
	//	stop_signal: SIGINT
	StopSignal Text `spec:"stop_signal"`
	// How to ask the container whether it is well, as in Compose.
	// Default: none.
	//
	//	healthcheck:
	//	  test: [CMD, /usr/local/bin/server, -health]
	//	  interval: 10s
	//	  timeout: 2s
	//	  start_period: 1m30s
	//	  start_interval: 500ms
	//	  retries: 3
	Healthcheck Healthcheck `spec:"healthcheck"`
	// User that the container runs as: a name that the runtime knows, or a uid with
	// or without a gid.
	// Default: `nonroot` (65532:65532); a custom runtime's own where it is a number
	// other than 0.
	//
	//	user: 1000:1000
	User User `spec:"user" said:"uid,runas"`
	// What the program runs on: `distroless`, `distroless:debug` (which has a shell),
	// `scratch`, or an image. An image gives its environment, labels and working
	// directory, never its entrypoint and arguments.
	// Default: `distroless`, in the smallest variant that holds the program.
	//
	//	runtime: debian:13-slim
	Runtime Text `spec:"runtime" said:"image,from,base,baseimage"`
	// Whether a `scratch` image gets the CA certificates. Other runtimes bring their own.
	// Default: `true`.
	//
	//	runtime: scratch
	//	certificates: false
	Certificates Flag `spec:"certificates" said:"cacertificates"`
	// What else goes into the image. The short form is `SRC` or `SRC:DEST`, where
	// `SRC` is in the build context. Of a directory, its content is copied. A target's
	// entries add to those of the top level; of two with the same destination the
	// target's counts, while a directory to copy into (`to` ends in a slash) holds
	// both, and the later one of two files with the same name.
	// Default: nothing.
	//
	//	files:
	//	  - config/server.yaml
	//	  - migrations:/srv/migrations
	//	  - {from: scripts/backup, to: /usr/local/bin/, mode: 0755, owner: nonroot}
	//	  - {source: busybox:1.37-musl, from: /bin/busybox, to: /bin/sh}
	//	  - to: /var/lib/shop
	Files Files `spec:"files" said:"copy,add,include,assets,timezone"`
	// How the program is built.
	Build Build `spec:"build"`
	// Platforms that the project supports; building for another is an error. Which
	// of them are built is for whoever builds: `--platform`.
	// Default: all that the language can build for.
	//
	//	platforms: [linux/amd64, linux/arm64, linux/arm/v7]
	Platforms Texts `spec:"platforms" said:"arch,architectures"`
	// What `--target test` runs, in the toolchain: `true` for the language's own test
	// command, or a list of arguments.
	// Default: `true`.
	//
	//	test: [go, test, -short, ./...]
	Test Test `spec:"test"`
	// What `--check` looks for.
	Checks Checks `spec:"checks" said:"lint"`

	// Missing are the build args without a value, where a request asks without
	// giving any: what says them is left out.
	Missing diag.List `json:"-"`
	// Open is what is left out for that, as it is written.
	Open Texts `json:"-"`

	// noRuntime says that there is a runtime which could not be read.
	noRuntime bool
}

// Checks configures what --check looks for.
type Checks struct {
	// Rules of `docs/checks.md` that do not apply to this file; `all` stands for every
	// one.
	// Default: none.
	//
	//	checks:
	//	  skip: [all]
	Skip Texts `spec:"skip" said:"ignore,disable,exclude"`
}

// Build says how the program is built.
type Build struct {
	// Build args with their defaults; `${NAME}` is their value. One without a default
	// must be given by whoever builds: `--build-arg NAME=value`.
	// Default: none.
	//
	//	build:
	//	  args:
	//	    VERSION: dev
	//	    CHANNEL:
	//	  ldflags: [-X, "main.version=${VERSION}-${CHANNEL}"]
	Args Pairs `spec:"args" said:"arg,buildargs"`
	// Environment of script, compile and test. Names that say where dependencies
	// come from, such as `GOPRIVATE`, are for fetch instead.
	// Default: what the language's tools need.
	//
	//	build:
	//	  env:
	//	    GOEXPERIMENT: greenteagc
	//	    GOPRIVATE: git.example.com
	Env Pairs `spec:"env" said:"environment"`
	// Commands before compile, each a list of arguments. They run in the project's
	// directory, in a copy of the source that they may write to, without network.
	// Default: none.
	//
	//	build:
	//	  script:
	//	    - [go, generate, ./...]
	//	    - [sh, -c, "cat parts/*.sql > schema.sql"]
	Script Commands `spec:"script" said:"run,steps,commands,command,prebuild"`
	// What is laid over the source before script and compile: generated code, a
	// front end that is built elsewhere. Entries are those of `files`, but for `owner`;
	// destinations are relative to the build context.
	// Default: nothing.
	//
	//	build:
	//	  files:
	//	    - {source: frontend, from: /dist, to: web/dist}
	Files Files `spec:"files" said:"copy,add"`
	// Further arguments for `go build`, or for every call of Maven or Gradle.
	// Default: none.
	//
	//	build:
	//	  flags: [-gcflags=all=-l]
	Flags Texts `spec:"flags" of:"go,java" said:"gcflags,options"`
	// Extras and dependency groups of a Python project that are installed too.
	// Default: none.
	//
	//	build:
	//	  extras: [postgres, server]
	Extras Texts `spec:"extras" of:"python"`
	// Build tags of Go.
	// Default: none.
	//
	//	build:
	//	  tags: [netgo, sqlite_omit_load_extension]
	Tags Texts `spec:"tags" of:"go" said:"buildtags"`
	// Flags for Go's linker: a list of arguments, or one text in the syntax of
	// `go build -ldflags`. They come after those that make the build reproducible.
	// Default: none.
	//
	//	build:
	//	  ldflags: [-X, main.version=1.4.0]
	Ldflags Argv `spec:"ldflags" of:"go"`
	// Whether the C code of Go packages is compiled and linked too.
	// Default: `false`.
	//
	//	build:
	//	  cgo: true
	//	  packages: [libsqlite3-dev]
	Cgo Flag `spec:"cgo" of:"go" said:"cgoenabled"`
	// Packages of the toolchain image's distribution that compiling needs. Libraries
	// are installed for the target's architecture, tools for the builder's; what the
	// program loads of them when it runs is copied into the image.
	// Default: none.
	//
	//	build:
	//	  cgo: true
	//	  packages: [libsqlite3-dev, protobuf-compiler]
	Packages Texts `spec:"packages" said:"apt,dependencies,libraries"`
	// Secrets that fetch, script and compile may read, by their ids: `npm-token` is the
	// file `/run/secrets/npm-token`. Whoever builds gives its value:
	// `--secret id=npm-token,src=token.txt`.
	// Default: none.
	//
	//	build:
	//	  secrets: [npm-token]
	Secrets Texts `spec:"secrets" said:"secret"`
	// Whether fetch and script may use the SSH agent of whoever builds: `--ssh default`.
	// Default: `false`.
	//
	//	build:
	//	  ssh: true
	SSH Flag `spec:"ssh"`
	// Network of script and compile: `none`, or `default` for the builder's own. Fetch
	// always has it.
	// Default: `none`.
	//
	//	build:
	//	  network: default
	Network Text `spec:"network"`
}

// Healthcheck is a command that the container engine runs now and then.
type Healthcheck struct {
	// Command that succeeds when the container is well: `[CMD, program, argument…]`;
	// `[CMD-SHELL, command]` or one text, for which the runtime needs a shell; or
	// `[NONE]`.
	Test Argv `spec:"test" said:"cmd,command,exec"`
	// Time between two checks.
	// Default: the container engine's, 30s.
	Interval Duration `spec:"interval" said:"period,periodseconds"`
	// Time after which a check has failed.
	// Default: the container engine's, 30s.
	Timeout Duration `spec:"timeout" said:"timeoutseconds"`
	// Time after the start in which failures do not count.
	// Default: the container engine's, 0s.
	StartPeriod Duration `spec:"start_period" said:"initialdelayseconds"`
	// Time between two checks in that period.
	// Default: the container engine's, 5s.
	StartInterval Duration `spec:"start_interval"`
	// Failures in a row that make the container unhealthy.
	// Default: the container engine's, 3.
	Retries Number `spec:"retries" said:"failurethreshold,retry"`
	// Whether the image has none after all: for a target, where the top level has one.
	// Default: `false`.
	//
	//	healthcheck:
	//	  disable: true
	Disable Flag `spec:"disable"`
}

// File is something that goes into the image beside the program. The short
// form is SRC or SRC:DEST.
type File struct {
	// Where `from` is looked up: a named context of whoever builds (`--build-context`),
	// else a target of this file, else an image.
	// Default: the build context.
	Source Text `spec:"source" said:"context,image,stage"`
	// Path in the source, relative to its root; a pattern may match several. Without
	// it, `to` is an empty directory that belongs to the user.
	From Text `spec:"from" said:"src,path"`
	// Where it goes: an absolute path in the image; in `build.files` a path relative to
	// the build context. One that ends in a slash is a directory to copy into.
	// Default: `from`, below the working directory.
	To Text `spec:"to" said:"dst,dest,destination,target"`
	// Permissions in octal, quoted or not.
	// Default: `0755` where the source is executable, else `0644`; `0775` for an empty
	// directory.
	Mode Mode `spec:"mode" said:"chmod,permissions"`
	// Owner in the image: a name that the runtime knows, or a uid with or without a gid.
	// Default: `root`; the user for an empty directory.
	Owner User `spec:"owner" said:"chown,user,uid"`

	Range Range
}

// Text is a scalar as it is written; its zero value is unset.
type Text struct {
	Value string
	Range Range
	// Varies says that a value of ${TARGET…} is in it, which is another for each platform.
	Varies bool `json:",omitempty"`
}

// IsSet reports whether the key was written.
func (t Text) IsSet() bool { return !t.Range.IsZero() }

// Or returns the text, or another when it is unset.
func (t Text) Or(other string) string {
	if t.IsSet() {
		return t.Value
	}
	return other
}

// Texts is a list of scalars.
type Texts []Text

// Values returns the texts alone.
func (t Texts) Values() []string {
	var values []string
	for _, x := range t {
		values = append(values, x.Value)
	}
	return values
}

// Argv is a list of arguments, or one text.
type Argv struct {
	Items Texts
	List  bool // written as a list
	Range Range
}

// IsSet reports whether the key was written.
func (a Argv) IsSet() bool { return !a.Range.IsZero() }

// Commands is a list of lists of arguments.
type Commands []Command

// Command is a list of arguments.
type Command struct {
	Args  Texts
	Range Range
}

// Test is true, or a command.
type Test struct {
	Enabled bool
	Command Texts // empty for the language's own
	Range   Range
}

// Pair is a name and its value.
type Pair struct {
	Name  Text
	Value Text // unset where a name alone is written
}

// Pairs is a map in the order in which it is written.
type Pairs []Pair

// Get returns the value of a name.
func (p Pairs) Get(name string) (Text, bool) {
	for _, x := range p {
		if x.Name.Value == name {
			return x.Value, true
		}
	}
	return Text{}, false
}

// Flag is true or false.
type Flag struct {
	Value bool
	Range Range
}

// Or returns the flag's value, or another when it is unset.
func (f Flag) Or(other bool) bool {
	if f.Range.IsZero() {
		return other
	}
	return f.Value
}

// Number is a whole number, at least 0.
type Number struct {
	Value int
	Range Range
}

// Duration is a time as Compose writes it: 30s, 1m30s.
type Duration struct {
	Value time.Duration
	Range Range
}

// Port is a port number with its protocol.
type Port struct {
	Number   int
	Protocol string // tcp, udp or sctp
	Range    Range
}

// Ports is a list of ports.
type Ports []Port

// Files is a list of files.
type Files []File

// Mode is the permissions of a file.
type Mode struct {
	Value uint32
	Range Range
}

// User is a name or uid[:gid].
type User struct {
	Name  string // "nonroot"; empty where a uid is written
	UID   int
	GID   int
	HasID bool // UID is known
	HasGD bool // GID is written
	Range Range
}

// Range returns where the list's first item is written.
func (t Texts) Range() Range {
	if len(t) == 0 {
		return Range{}
	}
	return t[0].Range
}
