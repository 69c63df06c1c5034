// Package spec is the file that users write: its types, whose comments are the
// manual, how it is read, and what in it can be known to be wrong before the
// project is looked at.
package spec

import "github.com/stagefront/stagefront/frontend/diag"

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
	// or a console script; of Java a main class, or a jar that the build makes; of Rust
	// a program, a package or an example by its name or its file; of Node a file,
	// `script:NAME` of `package.json`, or a program of a dependency. A list fixes its
	// first arguments.
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
