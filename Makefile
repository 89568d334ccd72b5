# The verbs of this project; people and CI use the same ones. Each sets up what it needs, once.
#
#   make lab      JupyterLab on the quickstart            R1WIDGET_LAB_ARGS="--no-browser --port 9999" goes to JupyterLab
#   make test     every test, the browser's included      PYTEST_ARGS="-k stop" goes to pytest; PROCESSES=0 is one at a time
#   make lint     style and types, Python's and TypeScript's
#   make format   put right what the style check can put right
#   make build    the sdist and the wheel, into dist/
#   make wheels   the wheel for this system beside them, with its kernels compiled
#   make bench    the benchmarks                          BENCH=precision runs one
#   make bench-ui   what a long thought costs the page    UI_ARGS="--only ours --repeats 3 --json FILE"
#   make bench-engine   the engine beside transformers and llama.cpp     ENGINE_ARGS="--checkpoint FOLDER --json FILE"
#   make binder   what Binder would install, in an empty virtual environment
#   make lock     write down in requirements/ what pyproject.toml asks     LOCK_ARGS=--upgrade takes newer releases
#   make test-newest   the tests with the newest of everything; deprecations are told and fail nothing
#   make test-floor    the tests with the oldest that pyproject.toml allows; TORCH=torch==2.6.0 is torch's own
#   make clean    away with what was built (the virtual environments stay)

PYTHON ?= python3
# Handed to pip as it stands, before anything else: a range would let pip take the newest release, which on Linux brings
# several GB of CUDA along. Options may follow, as in TORCH="torch --index-url URL".
TORCH ?= torch==2.13.0
# The folder that says which release of everything else, for Python 3.10 and newer. LOCK= lets pip choose.
LOCK ?= requirements
VENV ?= .venv

R1WIDGET_LAB_ARGS ?=
PYTEST_ARGS ?=
# That test at the same time; 0 is none of its own, and then `--pdb` works.
PROCESSES ?= 2
ENGINE_ARGS ?=
UI_ARGS ?=
LOCK_ARGS ?=
BENCH ?= $(filter-out checkpoint engine gpu,$(basename $(notdir $(shell grep -l __main__ benchmarks/*.py))))

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
NODE := VENV="$(abspath $(VENV))" "$(CURDIR)/scripts/with-node"
BUNDLE := $(patsubst %,r1widget/static/%.js,library extras bundles loader standalone)
LOCKED := $(if $(LOCK),$(LOCK)/lab.txt $(LOCK)/test.txt)
NODE_MODULES := js/node_modules/.stamp
JS_SOURCES := $(shell find js/src -type f) js/build.mjs js/slim.mjs js/package.json

.PHONY: help lab test test-newest test-floor lint format build wheels bench bench-ui bench-engine binder lock clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

lab: $(VENV)/.stamp-lab $(BUNDLE)
	exec env JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab $(LAB_DEFAULTS) $(R1WIDGET_LAB_ARGS)

# The quickstart is where /lab leads, so that the address that a server without a browser prints leads there too. Nobody is
# asked for news, releases or extensions, nor the person whether to (scripts/lab/overrides.json, which gives way to what a
# person has set); and Jupyter won't start for root without being told to.
LAB_DEFAULTS = --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb \
	--LabApp.app_settings_dir=scripts/lab --LabApp.extension_manager=readonly \
	$(if $(filter 0,$(shell id -u)),--allow-root)

test: $(VENV)/.stamp-test $(BUNDLE)
	cd js && $(NODE) npm test
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile $(PYTEST_ARGS)

# Each in a virtual environment of its own, made anew. Others' deprecations are errors in `make test`, whose releases don't
# change by themselves; here they stand in pytest's summary.
DEPRECATIONS = $(patsubst %,-W default::%,DeprecationWarning PendingDeprecationWarning FutureWarning)

test-newest:
	rm -rf $(VENV)-newest
	$(MAKE) test VENV=$(VENV)-newest LOCK= PYTEST_ARGS='$(DEPRECATIONS) $(PYTEST_ARGS)'

test-floor: $(VENV)/.stamp-uv
	rm -rf $(VENV)-floor && mkdir $(VENV)-floor
	$(WRITE_LOCK) $(VENV)-floor --resolution lowest-direct --python $(BIN)/python
	$(MAKE) test VENV=$(VENV)-floor LOCK=$(VENV)-floor PYTEST_ARGS='$(DEPRECATIONS) $(PYTEST_ARGS)'

lock: $(VENV)/.stamp-uv
	$(WRITE_LOCK) requirements --universal --python-version 3.10 $(LOCK_ARGS)

WRITE_LOCK = UV=$(BIN)/uv TORCH="$(TORCH)" scripts/lock

lint: $(VENV)/.stamp-test $(NODE_MODULES)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	cd js && $(NODE) npm run lint
	cd js && $(NODE) npm run typecheck

format: $(VENV)/.stamp-test $(NODE_MODULES)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd js && $(NODE) npm run format

build: $(VENV)/.stamp-test $(BUNDLE)
	cd js && $(NODE) npm run build
	rm -rf dist
	$(BIN)/python -m build $(if $(LOCK),--no-isolation)
	@ls -l $(BUNDLE) dist/*

# This machine's own. Those that people install are made by cibuildwheel, as CONTRIBUTING.md says.
wheels: build
	R1WIDGET_COMPILED=1 $(BIN)/python -m build --wheel $(if $(LOCK),--no-isolation)
	@ls -l dist/*

bench: $(VENV)/.stamp-test $(BUNDLE)
	set -e; for name in $(BENCH); do $(BIN)/python -m benchmarks.$$name; done

# In a real JupyterLab and a real browser, which the tests have too; a run takes eight minutes.
bench-ui: $(VENV)/.stamp-test $(BUNDLE) $(NODE_MODULES)
	$(BIN)/python -m benchmarks.ui $(UI_ARGS)

# llama.cpp is measured too where `pip install llama-cpp-python gguf` was run.
bench-engine: $(VENV)/.stamp-test
	$(BIN)/python -m benchmarks.engine $(ENGINE_ARGS)

binder: $(VENV)/.stamp-python
	PYTHON="$(abspath $(BIN))/python" TORCH="$(TORCH)" scripts/binder-steps

clean:
	rm -rf dist build js/node_modules $(BUNDLE) .mypy_cache .ruff_cache .pytest_cache

# --- What the verbs need ----------------------------------------------------------------------------------------------

$(VENV)/.stamp-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "r1widget needs Python 3.10 or newer, and $(PYTHON) is older or missing. Name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	    echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-uv: $(VENV)/.stamp-python
	$(PIP) uv
	@touch $@

$(VENV)/.stamp-torch: $(VENV)/.stamp-python
	$(PIP) $(TORCH)
	@touch $@

# What the lock names is installed, and nothing is looked up: another torch than the lock was made for stays what it is.
# The bundle comes before the project, so that the build hook finds it and fetches no Node of its own.
$(VENV)/.stamp-lab $(VENV)/.stamp-test: $(VENV)/.stamp-%: pyproject.toml hatch_build.py $(LOCKED) $(VENV)/.stamp-torch | $(BUNDLE)
	$(if $(LOCK),$(PIP) --no-deps --requirement $(LOCK)/$*.txt)
	$(PIP) $(if $(LOCK),--no-deps --no-build-isolation --editable .,--editable ".[$*]")
	@touch $@ $(if $(filter test,$*),$(VENV)/.stamp-lab)

$(NODE_MODULES): js/package.json js/package-lock.json | $(VENV)/.stamp-python
	cd js && $(NODE) npm ci --no-audit --no-fund
	@touch $@

# One run writes all of them. (A rule for several targets at once needs a newer make than macOS has.)
r1widget/static/library.js: $(NODE_MODULES) $(JS_SOURCES)
	cd js && $(NODE) npm run build
	@touch $(BUNDLE)

$(filter-out r1widget/static/library.js,$(BUNDLE)): r1widget/static/library.js ;
