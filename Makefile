# Everything real is in the program test/lab; this file only gives it short names.
# `make` alone lists them.

REF ?= golang:1.24-trixie
DIR = .
CASE =
PAIRS = 7
PLATFORMS = linux/amd64,linux/arm64
LAB = cd test && go run ./lab

# Everything is compiled as the lab compiles its tools (test/lab/tools.go): what
# programs, tests and checkers share is then in Go's cache once.
export CGO_ENABLED = 0
export GOFLAGS := $(GOFLAGS) -trimpath -gcflags=all=-dwarf=false

.PHONY: help lab lab-down lab-clean lab-image demo bench scale check unit lint measure test engines newest

help:
	@echo "make demo        build the calculator for amd64 and arm64, and run both images"
	@echo "make test        vet, unit tests and end-to-end tests, with a lab brought up for them"
	@echo "make engines     build and run an example on Docker Engines, from the oldest to the current one"
	@echo "make newest      make test with the newest BuildKit whose modules can be had, for a weekly run"
	@echo "make check       format, vet and the tests that need no lab: seconds"
	@echo "make bench       builds by spec against builds by Dockerfile; CASE=go-edit PAIRS=7 PLATFORMS=linux/amd64"
	@echo "make scale       large projects: seconds, and the frontend's memory; CASE=targets"
	@echo "make measure     the size and the shape of the code; DIR=... of another checkout"
	@echo "make lint        format, module files, vet, staticcheck and known vulnerabilities"
	@echo "make lab         bring the lab up; then: . .lab/env"
	@echo "make lab-image   make a stand-in for a base image before a build asks: REF=$(REF)"
	@echo "make lab-down    stop the lab"
	@echo "make lab-clean   stop it and remove its state and its cached tools"

lab:
	@$(LAB) up

lab-down:
	@$(LAB) down

lab-clean:
	@$(LAB) clean

lab-image:
	@$(LAB) image $(REF)

demo:
	@$(LAB) demo

check: unit
	cd test && STAGEFRONT_LAB=off go test ./...

bench: lab
	@. .lab/env && cd test && go run ./bench -pairs $(PAIRS) -platforms $(PLATFORMS) $(CASE)

scale: lab
	@. .lab/env && cd test && go run ./scale $(CASE)

measure:
	@cd test && go run ./measure $(abspath $(DIR))

unit:
	@unformatted=$$(find . -path ./.lab -prune -o -name testdata -prune -o -name '*.go' -exec gofmt -l {} +); if [ -n "$$unformatted" ]; then echo "not formatted; run gofmt -w on: $$unformatted"; exit 1; fi
	go vet ./...
	cd test && go vet ./...
	go test ./...

lint:
	cd test/lint && go test . && go run .

# Tests of one package share the lab and run side by side where they can: more at
# once than there are processors, since many wait for downloads. Those of the lab itself
# run beside the others.
test: unit lab
	cd test && STAGEFRONT_LAB=required go run ./timed -p 2 -parallel 6 -count=1 -timeout 80m ./...

# The current Docker Engine takes minutes to compile, once.
engines: lab
	cd test && STAGEFRONT_LAB=required STAGEFRONT_ENGINES=all go test ./e2e -run TestEngines -count=1 -v -timeout 40m

# What other frontends stumble over first: another daemon. STAGEFRONT_BUILDKIT is a version, or newest.
newest:
	STAGEFRONT_BUILDKIT=newest $(MAKE) test
