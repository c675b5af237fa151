# make train: from nothing to a trained classifier; make test: from nothing to tested; make ui: look at the runs;
# make docs: the documentation as a site, in build/site; make chaos: faults put in on purpose, and what was lost;
# make fuzz: readers fuzzed by coverage for FUZZ_SECONDS; make audit: known weaknesses and licences of what is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: train test ui docs chaos fuzz audit clean

train: $(VENV)/installed
	$(BIN)/paratheme train

ui: $(VENV)/installed
	$(BIN)/paratheme ui

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --max-worker-restart 0 --dist loadfile --no-loadscope-reorder --durations 15

docs: $(VENV)/installed-dev
	$(BIN)/python docs/make_reference.py
	$(BIN)/mkdocs build --strict

chaos: $(VENV)/installed-dev
	HF_HUB_OFFLINE=1 PYTHONPATH=src $(BIN)/python -m tests.chaos

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[fuzz]"
	PYTHONPATH=src $(BIN)/python -m tests.chaos.guided --seconds $(or $(FUZZ_SECONDS),60)

audit: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[audit]"
	$(BIN)/python .ci/hashes.py
	$(BIN)/python .ci/audit.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,docs]"
	touch $@

clean:
	rm -rf $(VENV) outputs build
