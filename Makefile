# Two commands matter to a newcomer: `make run` and `make test`.
SHELL      := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TOOLS      := $(CURDIR)/.tools
LINT       := $(TOOLS)/bin/golangci-lint
LINT_VERSION := v2.15.0
LISTEN     ?= 127.0.0.1:8080
DATA       ?= ./data
WEB_SOURCES := $(shell find web/src web/index.html web/vite.config.ts web/package.json -type f 2>/dev/null)
GO_SOURCES  := $(shell find cmd internal controls web -name '*.go' -o -path 'controls/*.yaml' -o -name '*.sql' 2>/dev/null | grep -v node_modules)
VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help build run test test-go test-race test-web test-e2e test-conformance test-cluster test-sdk-go fuzz bench lint fmt fmt-check generate verify check web clean screenshot

help: ## Show what can be made
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 18

build: bin/securescore ## Build the binary with the web page in it

bin/securescore: $(GO_SOURCES) go.mod go.sum web/dist/index.html
	@scripts/need go
	go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/securescore

web: web/dist/index.html ## Build the web page

web/node_modules/.stamp: web/package-lock.json
	@scripts/need node
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.stamp $(WEB_SOURCES)
	cd web && npm run --silent build

run: bin/securescore ## Serve the sample organisation on http://127.0.0.1:8080
	bin/securescore serve --sample --listen $(LISTEN) --data $(DATA)

test: KILLS = 20
test: test-go test-web test-conformance test-cluster test-e2e ## Run all tests; installs what they need

test-go: web/dist/index.html ## Go tests with the race detector
	@scripts/need go gcc postgres
	go test -race ./...

test-web: web/node_modules/.stamp ## Unit tests of the web page
	cd web && npm run --silent check && npm run --silent test

test-e2e: bin/securescore test/conformance/node_modules/.stamp ## Browser tests in Chromium against the real binary
	@scripts/need chromium
	cd web && npm run --silent size && npm run --silent e2e && npm run --silent e2e:sample && npm run --silent e2e:signin

test/conformance/node_modules/.stamp: test/conformance/package-lock.json
	@scripts/need node
	cd test/conformance && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test-conformance: bin/securescore test/conformance/node_modules/.stamp ## Microsoft's own clients against the real binary
	node test/conformance/run.mjs

KILLS ?= 200
test-cluster: bin/securescore ## Three servers on one PostgreSQL: one truth, restarts, kills (KILLS=200), failover, faults
	@scripts/need go postgres
	SECURESCORE_BINARY=$(CURDIR)/bin/securescore SECURESCORE_KILLS=$(KILLS) go test -count 1 -timeout 60m -v ./test/cluster

test-sdk-go: bin/securescore ## Microsoft's SDK for Go against the real binary; needs 10 CPU-minutes and 5 GB once
	@scripts/need go
	cd test/conformance/sdk-go && go test -count 1 ./...

screenshot: bin/securescore ## Make the picture of the README
	@scripts/need chromium
	cd web && npm run --silent screenshot

$(LINT):
	@scripts/need go
	GOBIN=$(TOOLS)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

lint: $(LINT) ## Lint Go
	$(LINT) run ./...
	@scripts/nolint-budget 10

fmt: $(LINT) ## Format Go
	$(LINT) fmt

fmt-check: $(LINT)
	@diff=$$($(LINT) fmt --diff); [ -z "$$diff" ] || { echo "$$diff"; echo "run: make fmt"; exit 1; }

generate: web/node_modules/.stamp ## Make the generated files again
	scripts/adr-index
	go generate ./...
	cd web && npm run --silent types

verify: generate ## Fail when a generated file or go.mod is not current
	go mod tidy
	@git diff --exit-code --stat -- . || { echo "these files are not current; run make generate and commit them"; exit 1; }

check: fmt-check lint verify test ## What CI runs, in its order

fuzz: ## Fuzz each target for a while (FUZZTIME=1m)
	scripts/fuzz $${FUZZTIME:-1m}

bench: bin/securescore ## Measure; writes docs/benchmarks.md
	scripts/bench

clean: ## Remove what was built (data stays)
	rm -rf bin web/dist/assets web/dist/index.html web/node_modules test/conformance/node_modules .tools
