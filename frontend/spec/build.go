package spec

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
	// Further arguments for `go build` or `cargo build`, or for every call of Maven or
	// Gradle.
	// Default: none.
	//
	//	build:
	//	  flags: [-gcflags=all=-l]
	Flags Texts `spec:"flags" of:"go,java,rust" said:"gcflags,options"`
	// Extras and dependency groups of a Python project that are installed too.
	// Default: none.
	//
	//	build:
	//	  extras: [postgres, server]
	Extras Texts `spec:"extras" of:"python"`
	// Packages that a Node project depends on whose install scripts are run. All others
	// are installed without running anything of theirs; the packages that need theirs
	// are those that compile something. They run without network and without secrets.
	// Default: none.
	//
	//	build:
	//	  scripts: [better-sqlite3]
	Scripts Texts `spec:"scripts" of:"node,static" said:"onlybuiltdependencies,allowbuilds,trusteddependencies"`
	// Directory that the build leaves the site in, relative to the project.
	// Default: what the tool's configuration says, else the directory with an
	// `index.html` that the build made.
	//
	//	build:
	//	  output: dist
	Output Text `spec:"output" of:"static" said:"outdir,publish,publishdirectory"`
	// Page of the site for paths that are no files, for programs that have pages of
	// their own in the browser; `false` for none.
	// Default: `200.html`, or the only page of a tool that makes such programs.
	//
	//	build:
	//	  fallback: index.html
	Fallback Text `spec:"fallback" of:"static" said:"spa,historyapifallback"`
	// The server that runs a Python application, where the project declares none, or
	// several: `gunicorn`, `uvicorn`, `hypercorn`, `waitress`, `granian` or `daphne`, with the
	// version that is installed beside the project's dependencies.
	// Default: the one that the project declares.
	//
	//	build:
	//	  server: gunicorn==23.0.0
	Server Text `spec:"server" of:"python"`
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
	// Features of the program's package that are turned on.
	// Default: none but the default ones.
	//
	//	build:
	//	  features: [postgres, tls]
	Features Texts `spec:"features" of:"rust"`
	// Whether the default features of the program's package are on.
	// Default: `true`.
	//
	//	build:
	//	  default_features: false
	DefaultFeatures Flag `spec:"default_features" of:"rust"`
	// Profile of cargo that the program is built with.
	// Default: `release`.
	//
	//	build:
	//	  profile: production
	Profile Text `spec:"profile" of:"rust"`
	// Whether the program is linked statically, with musl in place of glibc. It then runs
	// on `scratch` too.
	// Default: `false`.
	//
	//	build:
	//	  static: true
	Static Flag `spec:"static" of:"rust"`
	// Packages of the toolchain image's distribution that compiling needs. Libraries
	// are installed for the target's architecture, tools for the builder's; what the
	// program is linked to is copied into the image. So is all that a library, or a
	// package of data alone, has for run time, with what it depends on: libraries that
	// are loaded by name (`libmagic1t64`), fonts. Packages for compiling (`-dev`) and
	// those with programs leave nothing else.
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
