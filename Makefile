# buntime: `make` lists the targets.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
GO          ?= go
PYTHON      ?= python3
export CGO_ENABLED ?= 0

# Tools, pinned. The engine's source and compiler are pinned by hash in
# jsengine/engine/build; npm packages by jsengine/runtime/package-lock.json.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS     := -s -w -X main.version=$(VERSION)
LISTEN      ?= 127.0.0.1:8000
DATA        ?= ./data
FUZZTIME    ?= 30s
SOAK        ?= 30m
CONFIG      := $(or $(XDG_CONFIG_HOME),$(HOME)/.config)/buntime

# Packages whose state several goroutines share; not the tests, most of jsengine, that
# only compute, which the race detector makes ten times slower.
RACED       := ./wasmhost ./jsengine ./jsengine/transform ./hostfuncs ./storage ./session ./api .
NOT_RACED   := ^(TestI12HostWorkAttacks|TestI12BunAttacks|TestStackOverflow|TestRuntimeBounds|TestRandomPrograms|FuzzPrograms|TestPlainMixes|TestI10PartlyTampered|TestConformance|TestCPUPrograms|TestCollector|TestCollectorLeavesNothing|TestI3EveryPageOfTheImage|TestRuntimeURL|TestRuntimeGolden|TestShortPaths|TestDecimals|TestI12ShellAttacks|TestSQLiteAttacks|TestFuelIsDeterministic|TestManyManifests|TestGit|TestGitLarge|TestBombs|TestBodyLimits|TestFileAttacks|TestDeletedForGood|TestDelta|TestSweepPastDamage|TestI12Sentences)$$

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Start a server with an embedded store and a generated key; prints a command to try
	@umask 077; mkdir -p "$(CONFIG)"
	NPM_CONFIG_REGISTRY="$${NPM_CONFIG_REGISTRY:-$$(npm config get registry)}" \
	bin/buntime serve --listen $(LISTEN) --data $(DATA) --root-key-file "$(CONFIG)/root-key" --example

engine: ## Build the JavaScript engine, its runtime library and the base image (pinned, hash-checked)
	@$(GO) run ./jsengine/engine/build

notices: engine
	@$(GO) run ./internal/notices -o cmd/buntime/THIRD_PARTY_NOTICES.txt

build: engine notices ## Build bin/buntime
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/buntime ./cmd/buntime

test: build ## Do all the set-up and run every test
	$(GO) test ./...
	cd bench && $(GO) test ./...

race: engine notices ## Run the tests of what is shared between goroutines with the race detector
	CGO_ENABLED=1 $(GO) test -race -skip '$(NOT_RACED)' $(RACED)

lint: engine notices ## Check format, vet, staticcheck and the runtime library's types
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt'd:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	cd bench && $(GO) vet ./... && $(GO) run $(STATICCHECK) ./...
	@! grep -nE '^replace|^[[:space:]]+[a-z./-]+ => ' go.mod || { echo 'go.mod has a replace directive: go install would fail'; exit 1; }
	cd jsengine/runtime && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent check

fuzz: engine notices ## Run every fuzz target for FUZZTIME (30s)
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p; \
	  done; \
	done

bench: build ## Measure against peers, some 15 minutes; writes bench/RESULTS.md (BENCHFLAGS=--help)
	cd bench && $(GO) run . $(BENCHFLAGS)

soak: build ## Load a server for SOAK (30m) with all that it can meet; fails if anything grew
	$(GO) run ./internal/soak -for $(SOAK)

mutants: engine notices ## Break each invariant on purpose and show that its test fails
	@$(GO) run ./internal/mutants

dist: build ## Write dist/: the module tree of a release, and binaries
	$(GO) run ./internal/release -version $(VERSION) -o dist

check: lint test race ## What CI runs
	@test -z "$$(git status --porcelain)" || { echo 'the checks changed the tree:'; git status --short; exit 1; }

clean: ## Remove what the build made (not the data)
	rm -rf bin build dist bench/node_modules jsengine/runtime/node_modules jsengine/engine/*.gen.* cmd/buntime/THIRD_PARTY_NOTICES.txt

.PHONY: help run engine notices build test race lint fuzz bench soak mutants dist check clean
