# Two commands do everything on a fresh machine: `make ingest` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
LANDING ?= data/landing
CURATED ?= data/curated

.PHONY: ingest test quick slow lowest fuzz lint types lock dictionary benchmarks clean
SHELL := /bin/bash

ingest: $(VENV)/.run  ## read $(LANDING), write $(CURATED)
	$(BIN)/python -m flows.ingest --landing $(LANDING) --curated $(CURATED)

test: lint types quick slow  ## lint, types, tests; `make -j2 test` does two of them at a time

quick: $(VENV)/.test
	$(BIN)/pytest -m 'not slow'

slow: $(VENV)/.test  ## real servers, real kills, large inputs
	$(BIN)/pytest -m slow

lowest: $(VENV)/.test  ## all tests on the oldest versions that pyproject.toml allows, in an environment of their own
	$(PYTHON) -m venv build/lowest
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --resolution lowest-direct --no-emit-index-url --no-emit-find-links --quiet \
		--extra build --extra dask --extra formats --extra s3 --extra sql --extra test -o build/lowest.txt
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check -r build/lowest.txt
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	PREFECT_HOME=$(CURDIR)/build/lowest/prefect build/lowest/bin/pytest

MINUTES ?= 60
fuzz: $(VENV)/.test  ## random documents until one breaks something; for nights
	OMP_NUM_THREADS=1 $(BIN)/python tests/fuzz.py --minutes $(MINUTES) --processes $$(nproc)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

dictionary: $(VENV)/.run  ## write the pages of docs/ that say what the code says
	$(BIN)/python -m ingest dictionary > docs/data-dictionary.md
	$(BIN)/python -m ingest options > docs/options.md
	$(BIN)/python docs/pages.py

# What is measured, beside whom: docs/benchmarks.md.  SHARED holds labelled corpora (data/, eval/), which are no
# part of this project; peers come with `pip install -e '.[bench]'` and are left out, with the reason, without it.
# HELD_OUT is what `training/train_html.py --folds` wrote: models that have not seen the pages they judge.
SHARED ?= ../shared
benchmarks: $(VENV)/.test
	$(BIN)/python benchmarks/bench_startup.py startup
	$(BIN)/python benchmarks/bench_startup.py process
	$(BIN)/python benchmarks/bench_volume.py scaling --documents 3000
	$(BIN)/python benchmarks/bench_volume.py table
	$(BIN)/python benchmarks/bench_store.py
	$(BIN)/python benchmarks/bench_formats.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_lines.py --lines $(SHARED)/data/lines --html $(SHARED)/data/html
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_names.py --shared $(SHARED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_linking.py $(SHARED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_quotes.py --shared $(SHARED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_stories.py quality --corpus $(SHARED)/data/names/ecbplus.jsonl.gz
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_stories.py cost
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_topics.py $(SHARED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_metadata.py $(SHARED)/data/html/{fundus,scrapinghub,wcxb}
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_languages.py $(if $(HELD_OUT),--held-out $(HELD_OUT)) \
		$(SHARED)/data/html/fundus
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/bench_html.py $(if $(HELD_OUT),--held-out $(HELD_OUT)) \
		$(SHARED)/data/html/{scrapinghub,fundus,wcxb}

# One environment: the test lock is the run lock and more, with the same pins.  Each lock is its own constraint too, for
# pip (23.2) would look for the newest `sqlalchemy[asyncio]` beside a pinned `sqlalchemy` and find it without a hash.
$(VENV)/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -c requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock \
		-c requirements-test.lock
	touch $@

# FollowTheMoney's library, for one test: it builds its binding to ICU from source (libicu-dev, pkg-config, g++),
# and how fast that runs is no matter.
.venv-ftm/.ready: requirements-ftm.lock
	test -x .venv-ftm/bin/python || $(PYTHON) -m venv .venv-ftm
	CFLAGS="-O0 -g0" .venv-ftm/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# No lock holds an address; hashes make them exact.
COMPILE := $(BIN)/uv pip compile --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## after a change of dependencies
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml --extra build --extra dask --extra formats -o requirements.lock
	$(COMPILE) pyproject.toml --extra build --extra dask --extra formats --extra s3 --extra sql --extra test -c requirements.lock \
		-o requirements-test.lock
	$(COMPILE) --group ftm -o requirements-ftm.lock

clean:
	rm -rf $(VENV) .venv-ftm build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
