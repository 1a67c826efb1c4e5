# Two commands do everything on a fresh machine: `make ingest` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
LANDING ?= data/landing
CURATED ?= data/curated

.PHONY: ingest test lint types lock dictionary clean

ingest: $(VENV)/.run  ## read $(LANDING), write $(CURATED)
	$(BIN)/python -m flows.ingest --landing $(LANDING) --curated $(CURATED)

test: $(VENV)/.test lint types  ## lint, types, tests
	$(BIN)/pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

dictionary: $(VENV)/.run  ## write docs/data-dictionary.md from the column definitions
	$(BIN)/python -m ingest dictionary > docs/data-dictionary.md

# One environment: the test lock is the run lock and more, with the same pins.
$(VENV)/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

# Neither lock holds an address; hashes make them exact.
COMPILE := $(BIN)/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## after a change of dependencies
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --extra build --extra dask -o requirements.lock
	$(COMPILE) --extra build --extra dask --extra test -c requirements.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
