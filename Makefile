# Everything runs in .venv, which these targets make; the Python that they start with stays as it is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The stamps live in .venv, so that removing it removes them.
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint bench browser packages clean

help: ## Show this list
	@awk -F ': .*## ' '/^[a-z]+: .*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: browser ## Install, find a browser, and run a task in the shop that ships with handeye
	@$(BIN)/handeye demo

# Many tests start handeye: each time it would be compiled anew where Python may keep no bytecode.
test: export PYTHONDONTWRITEBYTECODE :=
test: lint browser packages ## Lint, types, import contracts and all tests
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not heavy"
	$(BIN)/python -m pytest -n 2 --dist worksteal -m heavy

lint: $(DEVELOPED) ## Lint, format, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(DEVELOPED) browser ## Measure; figures and how to read them: docs/performance.md
	$(BIN)/python -m tests.bench

clean: ## Remove .venv and everything that was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# What tests of desktops and of the terminal need; where it cannot be installed they are skipped.
PROGRAMS := Xvfb openbox setxkbmap xterm mousepad galculator pcmanfm tmux faketime
PACKAGES := xvfb openbox x11-xkb-utils fonts-dejavu-core xterm mousepad galculator pcmanfm tmux faketime
packages:
	@(for program in $(PROGRAMS); do command -v $$program || exit 1; done) >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -q update && \
	  apt-get -q install -y --no-install-recommends $(PACKAGES); } || \
	  echo "$(PACKAGES): cannot be installed; tests that need them are skipped." >&2

browser: $(INSTALLED)
	@$(BIN)/handeye doctor --install-browser

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "handeye needs Python 3.11 or newer as $(PYTHON). Name another: make PYTHON=python3.12" >&2; \
	  exit 1; }
	@echo "Installing handeye into $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --editable .
	@touch $@

$(DEVELOPED): pyproject.toml $(INSTALLED)
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) install --quiet --upgrade 'pip>=25.1'
	@$(PIP) install --quiet --group dev --group models --group train
	@touch $@
