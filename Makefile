# Gatehouse. `make help` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
# Every process would compile some 350 modules anew where this is set: a second of each start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test fuzz bench growth pictures lint docs audit lock clean setup setup-dev browser

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/.run  ## set up, migrate and serve at http://127.0.0.1:8080 (GATEHOUSE_PORT, GATEHOUSE_DATA)
	@exec $(BIN)/gatehouse serve

demo: .venv/.run  ## serve a call centre with a month of life, in data of its own
	@exec $(BIN)/gatehouse demo --serve

setup: .venv/.run  ## set up what running needs
setup-dev: .venv/.dev  ## set up what developing needs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gatehouse needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .venv

.venv/.run: requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "Setting up (once, about a minute) …" >&2
	@test -e .venv/.dev || $(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.lock pyproject.toml | .venv/bin/python
	@echo "Setting up for development (once, a minute or two) …" >&2
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.run

browser: .venv/.dev
	@$(BIN)/python -m tests.chromium

# Pages apart: Playwright keeps an event loop of its own running in the process.
test: .venv/.dev browser  ## all tests, on SQLite and PostgreSQL, in a real browser
	@$(BIN)/pytest -n 2 --dist worksteal -q --ignore tests/browser
	@$(BIN)/pytest -n 2 --dist loadscope -q tests/browser

fuzz: .venv/.dev  ## many more generated calls of every operation of the API, in every way (some ten minutes)
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-40} $(BIN)/pytest -n 2 -q tests/fuzz

bench: .venv/.dev  ## CPU time against the least there could be, into docs/benchmarks.md (some minutes)
	@$(BIN)/python -m tests.bench

growth: .venv/.dev  ## What every list, search, board and count costs up to a million visits, into docs/benchmarks.md
	@$(BIN)/python -m tests.bench.growth

pictures: .venv/.dev browser  ## the pictures of docs/pictures, taken on the way through a visit
	@PICTURES=docs/pictures $(BIN)/pytest -n 0 -q tests/browser/test_journey.py -k True

lint: .venv/.dev  ## formatting, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: .venv/.dev  ## docs/policy.md from the rules and measures in the code
	@$(BIN)/python -m cli.policy_page

audit: .venv/.dev  ## known vulnerabilities, and a bill of materials in var/sbom.json
	@mkdir -p var
	@$(BIN)/python -m tests.audit_dependencies
	@$(BIN)/cyclonedx-py requirements requirements/run.lock --output-file var/sbom.json

lock: .venv/.dev  ## resolve requirements/*.lock anew
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --output-file requirements/run.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev --constraints requirements/run.lock pyproject.toml --output-file requirements/dev.lock

clean:  ## remove the environment and caches, never data
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
