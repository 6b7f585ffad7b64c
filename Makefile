# The commands of this repository. `make up` needs Python 3.11 or newer and nothing else.
# Knobs: PYTHON, CASEFY_PORT, CASEFY_HOME, CASEFY_TEST_HOME, TESTS (what to test), JOBS (test processes), SEED (their order).

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
JOBS ?= 2
TESTS ?=
SEED ?=
PREPARE = $(if $(PYTHON),$(PYTHON),$(error CaseFy needs Python 3.11 or newer: none was found on the PATH)) tools/prepare.py
VENV_PYTHON = .venv/bin/python

.DEFAULT_GOAL := up
.PHONY: up test lint shots bench docs lock format clean

up: ## everything on this machine, with a demo
	@$(PREPARE) runtime assets
	@$(VENV_PYTHON) -m casefy up

test: ## all tests, on real services, in parallel
	@$(PREPARE) dev assets
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) -m pytest -n $(JOBS) $(if $(SEED),--randomly-seed=$(SEED)) $(TESTS)

lint: ## style, types, imports, migrations, dependencies
	@$(PREPARE) dev assets
	@$(VENV_PYTHON) tools/lint.py

shots: ## the main screens as PNG: light, dark, phone
	@$(PREPARE) dev assets
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) -m tests.shots

bench: ## what each operation costs, beside a yardstick
	@$(PREPARE) dev assets
	@$(VENV_PYTHON) -m bench

docs: ## write the pages of docs/ that the code knows best
	@$(PREPARE) dev
	@$(VENV_PYTHON) manage.py write_docs && $(VENV_PYTHON) manage.py write_api_docs

format: ## put code into shape
	@$(PREPARE) dev
	@$(VENV_PYTHON) -m ruff check --fix-only -q . && $(VENV_PYTHON) -m ruff format -q .

lock: ## write requirements/*.txt anew from pyproject.toml
	@sh requirements/lock.sh

clean: ## forget environment, assets and local data
	rm -rf .venv .casefy node_modules static/build
