# `make help` lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),$(VENV)/Scripts,$(VENV)/bin)
READY := $(VENV)/.ready
export PYTHONUTF8 = 1
TRIES ?= 100000

.PHONY: help setup paper check test explore lint bench performance fuzz dictionary agreement profiles lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

# The lock file names every package with its hash; nothing else is installed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@echo "Creating the environment in $(VENV) (once; about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## create the environment from the lock file

paper: $(READY) ## check the data, compute, render HTML, PDF, Word and JATS into _output/
	@$(BIN)/python -m analysis render

check: $(READY) ## say everything that is wrong in the data
	@$(BIN)/python -m analysis check

test: $(READY) ## run all tests
	@$(BIN)/python -m pytest

explore: $(READY) ## run the property tests with examples nobody has seen yet
	@$(BIN)/python -m pytest -m 'not bench and not faults and hypothesis' --hypothesis-profile=explore

lint: $(READY) ## check style, types and the order of the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache --no-logo

bench: $(READY) ## measure speed
	@$(BIN)/python -m pytest tests/bench -m bench -n 0 --benchmark-only --benchmark-columns=min,median,rounds

performance: $(READY) ## measure speed and write docs/performance.md
	@mkdir -p .benchmarks
	@$(BIN)/python -m pytest tests/bench/test_bench_meta.py -m bench -n 0 --benchmark-only --benchmark-columns=min,median,rounds \
		--benchmark-json=.benchmarks/meta.json
	@$(BIN)/python -m tests.bench.performance .benchmarks/meta.json

fuzz: $(READY) ## compare 5,000 random analyses with metafor, or without R with a second formulation
	@$(BIN)/python -m tests.fuzz

profiles: $(READY) ## write docs/profiles.md: every convention of every profile
	@$(BIN)/python -m tests.meta.profile_writing

fuzz: $(READY) ## give spoilt files to every reader (TRIES=100000) and write docs/reliability.md
	@$(BIN)/python -m tests.fuzz --tries $(TRIES)

faults: $(READY) ## kill commands, fill a disk, build in two places; write docs/reliability.md
	@$(BIN)/python -m pytest -m faults
	@$(BIN)/python -m tests.faults

sbom: $(READY) ## write what is installed, with licences: docs/sbom.cdx.json and docs/packages.md
	@$(BIN)/python -m tests.project.packages --write

audit-packages: $(READY) ## compare the lock file with the database of known faults
	@$(BIN)/python -m tests.project.packages --audit

agreement: $(READY) ## write docs/agreement.md: what agrees with metafor, Stata and papers
	@$(BIN)/python -m tests.reference.agreement --write

duplicates: $(READY) ## write into docs/searches.md how the rule for duplicates does on labelled pairs
	@$(BIN)/python -m tests.update.searching.labelled_pairs --write

dictionary: $(READY) ## write data/README.md from the schemas
	@$(BIN)/python -m schemas.dictionary --write

lock: ## choose new versions of all packages (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --upgrade pyproject.toml --output-file requirements.lock

clean: ## remove everything that is made from the sources
	rm -rf _output _variables.yml manuscript/_generated .review .quarto
