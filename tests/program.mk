# Targets for those who change the program; included by the Makefile. `make help` lists them too.
TRIES ?= 100000
TESTS = $(BIN)/python -m pytest

.PHONY: explore lint bench performance compare fuzz profiles faults duplicates sbom audit-packages agreement lock architecture pictures

explore: $(READY) ## run the property tests with examples nobody has seen yet
	@$(BIN)/python -m pytest -m 'not bench and not faults and hypothesis' --hypothesis-profile=explore

lint: $(READY) ## check style, types and the order of the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache --no-logo

bench: $(READY) ## measure speed: the engine, and each step of the work in whole processes
	@$(BIN)/python -m pytest tests/bench -m bench -n 0 --benchmark-only --benchmark-columns=min,median,rounds
	@$(BIN)/python -m tests.bench.steps

performance: $(READY) ## measure speed and write docs/performance.md
	@mkdir -p .benchmarks
	@$(BIN)/python -m pytest tests/bench/test_bench_meta.py -m bench -n 0 --benchmark-only --benchmark-columns=min,median,rounds \
		--benchmark-json=.benchmarks/meta.json
	@$(BIN)/python -m tests.bench.performance .benchmarks/meta.json

compare: $(READY) ## compare 5,000 random analyses with metafor, or without R with a second formulation
	@$(BIN)/python -m tests.random_analyses

profiles: $(READY) ## write docs/profiles.md: every convention of every profile
	@$(BIN)/python -m tests.meta.profile_writing

fuzz: $(READY) ## give spoilt files to every reader (TRIES=100000) and write docs/reliability.md
	@$(BIN)/python -m tests.fuzz --tries $(TRIES)

faults: $(READY) ## kill commands, fill a disk, build in two places; write docs/reliability.md
	@$(BIN)/python -m pytest -m faults
	@$(BIN)/python -m tests.faults

duplicates: $(READY) ## write into docs/searches.md how the rule for duplicates does on labelled pairs
	@$(BIN)/python -m tests.update.searching.labelled_pairs --write

sbom: $(READY) ## write what is installed, with licences: docs/sbom.cdx.json and docs/packages.md
	@$(BIN)/python -m tests.project.packages --write

audit-packages: $(READY) ## compare the lock file with the database of known faults
	@$(BIN)/python -m tests.project.packages --audit

agreement: $(READY) ## write docs/agreement.md: what agrees with metafor, Stata and papers
	@$(BIN)/python -m tests.reference.agreement --write

pictures: $(READY) ## render the README's two pictures anew (needs pdftoppm)
	@$(BIN)/python -m tests.project.readme_pictures

architecture: $(READY) ## write the rooms into docs/architecture.md and draw docs/architecture.svg
	@$(BIN)/python -m tests.project.architecture

lock: ## choose new versions of all packages (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --upgrade pyproject.toml --output-file requirements.lock
