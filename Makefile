# Everything runs in .venv, which is made here with the standard venv and pip when it is missing or stale.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := crm_contract crm_soap reference_adapter mock_serving mock_landbase mock_ivr crmkit

# The first Python that this project supports; say PYTHON=... to choose another.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
CHOSEN := $(shell for each in $(CANDIDATES); do "$$each" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$each"; break; }; done)
# A .venv whose interpreter is gone, or that was moved or copied here with its folder, is made anew: its scripts would
# run what lies at the old place.
USABLE := $(shell "$(BIN)/python" -c pass 2>/dev/null && [ "$$(cat $(STAMP) 2>/dev/null)" = "$$(pwd -P)" ] && echo yes)

.DEFAULT_GOAL := help
.PHONY: help verify test lint up soak bench docs clean stale

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt $(if $(USABLE),,stale)
	@test -n "$(CHOSEN)" || { echo "$(CANDIDATES): no Python 3.11 to 3.13 with venv; install one or say make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "installing into $(VENV) with $(CHOSEN)"
	@rm -rf $(VENV)
	@$(CHOSEN) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@pwd -P > $(STAMP)

verify: $(STAMP)  ## run the conformance suite against the reference adapter
	@$(BIN)/crmkit verify $(VERIFY)

test: $(STAMP)  ## run the tests (TESTS=... for some of them)
	@$(BIN)/pytest $(TESTS)

lint: $(STAMP)  ## ruff, mypy and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

up: $(STAMP)  ## start the adapter, its control API, the mock landbase and the mock IVR
	@$(BIN)/crmkit up $(UP)

soak: $(STAMP)  ## long counts: 20 kills of the adapter, 50 of a process in the story of an outage, 500 runs beside the model
	@CRMKIT_KILLS=20 CRMKIT_STORY_KILLS=50 $(BIN)/pytest -s tests/integration/test_durability.py tests/integration/test_story_kills.py
	@CRMKIT_MODEL_RUNS=500 CRMKIT_MODEL_SEED=random $(BIN)/pytest -s tests/property

bench: $(STAMP)  ## tickets per second, beside stock Spyne
	@$(BIN)/python benchmarks/created_trouble_tickets.py $(BENCH)

docs: $(STAMP)  ## write the generated pages of docs/
	@$(BIN)/crmkit docs

clean:  ## remove what make made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist *.egg-info
