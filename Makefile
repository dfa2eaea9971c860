# The two commands that are always true: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO := examples/quickstart.yaml
CLUSTER := PYTHONPATH=tests $(BIN)/python -m cluster

.DEFAULT_GOAL := help
.PHONY: help setup demo test check unit conformance integration browser e2e cluster-up cluster-down images kubeconfig gallery recordings clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: .venv/.ready ## make .venv with the crosstrial command and everything that tests need

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "crosstrial needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: setup ## compare 5 kinds of models on real data sets, on this machine
	$(BIN)/crosstrial run $(DEMO)

test: check ## every tier: check, unit, conformance, integration, browser, e2e; a red one does not hide the next
	@status=0; \
	$(BIN)/pytest tests/unit tests/conformance tests/integration tests/browser || status=$$?; \
	$(MAKE) --no-print-directory e2e || status=$$?; \
	exit $$status

check: setup ## lint, format, types, layers, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet

unit: setup ## pure code, no process, no network
	$(BIN)/pytest tests/unit

conformance: setup ## one suite a protocol, against every implementation
	$(BIN)/pytest tests/conformance

integration: setup ## real processes on this machine, faults included
	$(BIN)/pytest tests/integration

browser: setup ## the report as a headless Chromium shows it
	$(BIN)/pytest tests/browser

e2e: setup ## on a real Kubernetes, which is gone afterwards whatever happens
	@trap : INT; status=0; \
	$(BIN)/pytest tests/e2e || status=$$?; \
	$(BIN)/pytest tests/cluster_selftest || status=$$?; \
	$(CLUSTER) down || status=$$?; \
	exit $$status

cluster-up: setup ## have a Kubernetes: CROSSTRIAL_TEST_KUBECONFIG's, kind, minikube, or one built here (root)
	$(CLUSTER) up

images: cluster-up ## build the images and bring them to that cluster's nodes
	$(CLUSTER) images

kubeconfig: ## print the path of that cluster's kubeconfig
	@$(CLUSTER) kubeconfig

gallery: setup ## draw the documentation's gallery again, from its recorded runs
	PYTHONPATH=tests $(BIN)/python -m support.gallery

recordings: setup ## run the gallery's documents again (minutes), and draw what came of it
	PYTHONPATH=tests $(BIN)/python -m support.recordings docs/gallery/*.yaml
	$(MAKE) --no-print-directory gallery

cluster-down: setup ## have none, and nothing left of it
	$(CLUSTER) down

clean: ## remove what the commands above made
	rm -rf .venv .crosstrial build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
