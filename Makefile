# make setup | demo | stop | test | check | bench | clean; README.md says what each is for.
#
# CPU torch: on x86-64 Linux the default index holds only the CUDA build. Name PyTorch's own CPU index in
# PIP_EXTRA_INDEX_URL (or put a CPU wheel where PIP_FIND_LINKS looks) and the CPU build is taken.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)

# Asks for older numpy and pandas than it needs, so what it needs beside them is named here.
RECTOOLS := rectools attrs typeguard

# Portable machine code: no -march=native in LightFM.
export LIGHTFM_NO_CFLAGS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo stop browser test check bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@command -v cc >/dev/null || command -v gcc >/dev/null \
	  || { echo "A C compiler is needed to build LightFM: install gcc (Linux) or the command line tools (macOS)" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import torch' 2>/dev/null \
	  || $(BIN)/pip install --quiet "torch==$(TORCH)+cpu" -c constraints.txt 2>/dev/null \
	  || { echo "No CPU build of torch on the configured indexes: taking the default build (on Linux several GB; see the top of the Makefile)" >&2; \
	       $(BIN)/pip install --quiet "torch==$(TORCH)" -c constraints.txt; }
	$(BIN)/pip install --quiet -c constraints.txt --editable '.[dev,benchmark]'
	$(BIN)/pip install --quiet -c constraints.txt --no-deps $(RECTOOLS)
	@touch $@

demo: setup
	$(BIN)/python scripts/demo.py
	$(BIN)/python scripts/sample_service.py start

stop: setup
	$(BIN)/python scripts/sample_service.py stop

# For the tests of the pages. Where it cannot be installed they are skipped, but never in CI.
browser: setup
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" -eq 0 ]; then \
	    apt-get update -qq; for name in chromium-headless-shell chromium; do \
	      apt-get install -qq --no-install-recommends --yes $$name fonts-noto-core >/dev/null && exit 0; done; exit 1; \
	  else $(BIN)/playwright install chromium || echo "No Chromium: the tests of the pages are skipped" >&2; fi

# One more than two cores: some of them always wait for a browser, a job or a database.
test: setup browser
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/architecture

bench: setup
	$(BIN)/python -m scripts.bench
	$(BIN)/python -m scripts.bench_meetings
	$(BIN)/python -m scripts.bench_imports
	$(BIN)/python scripts/load.py

clean:
	rm -rf $(VENV) build reelmatch-demo *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
