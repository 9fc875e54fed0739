# `make help` lists the targets. Every review has these; those that build and test the program itself stand in
# tests/program.mk, which only the program's repository has.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),$(VENV)/Scripts,$(VENV)/bin)
READY := $(VENV)/.ready
export PYTHONUTF8 = 1

# A review of its own is tested for what its team writes: the data and the text.
TESTS = $(BIN)/python -m analysis check && $(BIN)/python -m analysis lint
-include tests/program.mk

.PHONY: help setup paper check test dictionary clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 24

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

test: $(READY) ## run all tests that belong to this folder
	@$(TESTS)

dictionary: $(READY) ## write data/README.md from the schemas
	@$(BIN)/python -m schemas.dictionary --write

clean: ## remove everything that is made from the sources
	rm -rf _output _variables.yml manuscript/_generated .review .quarto
