# Quorate's commands. `make demo` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SHELL  := bash

.PHONY: setup demo test lint bench clean

setup: $(VENV)/.ready          ## a virtual environment with the locked dependencies

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup
	PYTHON=$(PYTHON) bash scripts/setup
	@touch $@

demo: setup                    ## twelve committees from January 2015 to May 2016, on the embedded store
	$(BIN)/quorate demo

test: setup                    ## lint, types and every test
	bash scripts/services
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PATH="$(CURDIR)/.venv-peers/bin:$$PATH" $(BIN)/pytest -n 2 --dist loadgroup

lint: setup                    ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup                   ## measure, side by side with the peers
	bash bench/run

clean:
	rm -rf $(VENV) demo-record .pytest_cache .mypy_cache .ruff_cache .hypothesis build
	find . -name '*.egg-info' -o -name __pycache__ | xargs rm -rf
