# Thin on purpose: each target is a cargo command or one script of scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test check contracts bench deny check-container

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  ARGS="..." is passed on by run, test and bench, for instance: make test ARGS="awards"'

run: ## build and start the demonstration (SQLite, fresh data); prints its addresses
	@scripts/build-graphiql.sh
	cargo run --release -p api -- demo $(ARGS)

test: ## all checks and all tests, on SQLite and PostgreSQL; installs what they need
	@scripts/install-test-needs.sh
	@scripts/build-graphiql.sh
	@$(MAKE) --no-print-directory check
	@scripts/test.sh $(ARGS)

check: ## formatting and lints only
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

contracts: ## write docs/contracts/ anew: openapi.json, schema.graphql, problem codes, configuration
	cargo run -p api -- contracts

bench: ## measure, each figure beside its floor in the same run
	@scripts/install-test-needs.sh --no-readers
	cargo run --release -p bench -- $(ARGS)

deny: ## licences, advisories and sources of the dependencies (needs cargo-deny)
	cargo deny check

check-container: ## what can be checked of the container files without a container engine
	@scripts/check-container.sh
