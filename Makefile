# Everything real is in the program test/lab; this file only gives it short names.
# `make` alone lists them.

REF ?= golang:1.24-trixie
DIR = .
LAB = cd test && go run ./lab

.PHONY: help lab lab-down lab-clean lab-image demo check unit test measure

help:
	@echo "make demo        build the calculator for amd64 and arm64, and run both images"
	@echo "make test        vet, unit tests and end-to-end tests, with a lab brought up for them"
	@echo "make check       format, vet and the tests that need no lab: seconds"
	@echo "make measure     the size and the shape of the code; DIR=... of another checkout"
	@echo "make lab         bring the lab up; then: . .lab/env"
	@echo "make lab-image   add a base image to the lab: REF=$(REF)"
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

measure:
	@cd test && go run ./measure $(abspath $(DIR))

unit:
	@unformatted=$$(find . -path ./.lab -prune -o -name testdata -prune -o -name '*.go' -exec gofmt -l {} +); if [ -n "$$unformatted" ]; then echo "not formatted; run gofmt -w on: $$unformatted"; exit 1; fi
	go vet ./...
	cd test && go vet ./...
	go test ./...

test: unit lab
	cd test && STAGEFRONT_LAB=required go test -v -p 1 -count=1 -timeout 80m ./...
