# Everything a newcomer needs: `make demo` and `make test`.
VENV ?= .venv
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONNECTORS := $(patsubst %/pyproject.toml,-e %,$(wildcard connectors/*/pyproject.toml))
TEMPLATE := src/fortnox_bridge/testing/template/src
INPUTS := pyproject.toml constraints.txt $(wildcard connectors/*/pyproject.toml)

.PHONY: install demo test lint format serve chaos bench clean

install: $(VENV)/.dev

$(VENV)/.base:
	@test -n "$(PYTHON)" || { echo "fortnox-bridge needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.base $(INPUTS)
	$(PIP) install -c constraints.txt -e '.[sandbox]' $(CONNECTORS)
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c constraints.txt --group dev -e '.[sandbox,cluster]' $(CONNECTORS)
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/fortnox-bridge demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 4 --dist worksteal $(TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=$(TEMPLATE) $(BIN)/mypy --explicit-package-bases $(shell find $(TEMPLATE) -name '*.py')
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(VENV)/.run
	$(BIN)/fortnox-bridge serve

# Ten minutes of everything going wrong at random; FORTNOX_BRIDGE_CHAOS_SEED=… repeats a run.
chaos: $(VENV)/.dev
	FORTNOX_BRIDGE_CHAOS_S=600 $(BIN)/python -m pytest -s tests/e2e/test_nemesis.py

bench: $(VENV)/.dev
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
