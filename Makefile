# Two commands: `make reproduce` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: reproduce test docs clean

reproduce: $(VENV)/.installed
	$(BIN)/gametheory reproduce --out results

test: $(VENV)/.installed-test
	$(BIN)/ruff check gametheory tests paper_figures
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

docs: $(VENV)/.installed-test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; set PYTHON=...')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Longer studies, run on demand; their last results stand in tests/benchmarks/RESULTS.md and tests/fuzz/RESULTS.md.
.PHONY: bench fuzz
bench: $(VENV)/.installed-test
	for program in tests/benchmarks/bench_*.py; do echo "== $$program"; $(BIN)/python -m tests.benchmarks.$$(basename $$program .py) || exit 1; done

# Recovery, choice among rivals, the identified set of the whole game; results in tests/benchmarks/RESULTS_FIT.md.
.PHONY: studies
studies: $(VENV)/.installed-test
	for program in tests/benchmarks/study_*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

fuzz: $(VENV)/.installed-test
	$(BIN)/python tests/benchmarks/bench_nash.py --fuzz 10000

# Every figure's data recomputed and compared with its snapshot; `make snapshots` renews data and images after a change that is meant.
.PHONY: figures-check snapshots
figures-check: $(VENV)/.installed-test
	ALL_FIGURES=1 $(BIN)/python -m pytest tests/test_figure_data.py

snapshots: $(VENV)/.installed-test
	$(BIN)/python tests/figure_snapshots.py
	$(BIN)/python -m pytest tests/test_figure_data.py -k drawing --mpl-generate-path=tests/data/images

# A wheel and a source distribution, each installed in an environment of its own, away from this folder, and tried.
.PHONY: release-check
release-check: $(VENV)/.installed-test
	PYTHON=$(PYTHON) sh tests/release_check.sh
