# Copse: `make` alone lists the commands.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SIZE ?= normal
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Every process that starts would otherwise compile all of Copse anew, where this is set.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/server: requirements/server.txt pyproject.toml
	@deploy/environment $(PYTHON) $(VENV)
	@echo "Installing what Copse needs (once) …"
	@deploy/packages $(BIN)/pip requirements/server.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/server requirements/dev.txt
	@echo "Installing what the checks and tests need (once) …"
	@deploy/packages $(BIN)/pip requirements/dev.txt
	@touch $@

.PHONY: demo
demo: $(VENV)/server ## show everything with made-up data on http://localhost:$(PORT)
	@exec $(BIN)/copse demo --port $(PORT) --size $(SIZE)

.PHONY: demo-reset
demo-reset: $(VENV)/server ## wipe the demonstration's data
	@$(BIN)/copse demo --reset

.PHONY: check
check: $(VENV)/dev ## format, lint, types, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	COPSE_MODE=test $(BIN)/mypy
	$(BIN)/lint-imports
	@# Installing leaves resolving out; this tells when the files no longer name every package.
	$(BIN)/pip check

.PHONY: test
test: $(VENV)/dev ## every test, on a real PostgreSQL and in a real browser
	@deploy/browser
	@$(BIN)/python -m tests.kernels
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: bench
bench: $(VENV)/dev ## measure; figures belong in benchmarks/README.md
	@for script in first_page audit portal desk_queue disclosure indicators public_pages large; do $(BIN)/python benchmarks/$$script.py || exit 1; done

.PHONY: bench-kit
bench-kit: $(VENV)/dev ## measure the toolkit beside its peers, 20 minutes; QUICK=1 takes four
	@deploy/browser
	@$(BIN)/python benchmarks/kit_bench.py $(if $(QUICK),--quick)

.PHONY: messages
messages: $(VENV)/dev ## bring new sentences into every catalogue
	COPSE_MODE=test $(BIN)/python -m copse.base.web.extraction

.PHONY: papers
papers: $(VENV)/dev ## write the permission matrix, the diagrams and the list of frameworks anew
	$(BIN)/python -m copse.project.papers
	$(BIN)/python -m copse.project.examples

.PHONY: lock
lock: $(VENV)/dev ## pin every package by hash
	deploy/lock $(BIN)
