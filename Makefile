# Two commands matter: `make run` and `make test`. Both set up all they need from Python 3.11-3.13, make and git.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SODA_CORE_TELEMETRY_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := 1
export SEND_ANONYMOUS_USAGE_STATS := no
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 22

setup:
	@$(PYTHON) orchestration/bootstrap.py $(VENV) requirements.lock

run: setup  ## set up, write the demonstration where nothing is there, run the whole path, publish, build the dashboard
	@safeguarding sample --if-empty --meeting
	@safeguarding run

test: setup  ## set up and run every test
	@$(MAKE) --no-print-directory lint
	@pytest -n 2

lint: setup  ## ruff, mypy, sqlfluff, and our own rules
	@ruff check .
	@ruff format --check .
	@mypy
	@sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	@python -m orchestration.ingest.generate --check

serve: setup  ## the dashboard on this machine only
	@safeguarding serve

dev: setup  ## Dagster's own pages: the graph, runs, checks
	@DAGSTER_HOME="$$(python -m orchestration.run)" && export DAGSTER_HOME && exec dagster dev -w workspace.yaml --host 127.0.0.1

spark-smoke: setup  ## staging, what reads raw without it and two subjects on Apache Spark equal DuckDB
	@$(PYTHON) orchestration/bootstrap.py .venv-spark requirements-spark.lock
	@.venv-spark/bin/python tests/spark/smoke.py

bench: setup  ## time, memory and growth beside the limit and the sector's tools, into docs/benchmarks.md (FULL=1 JOBS=3)
	@python -m tests.bench $(if $(FULL),--full) $(if $(JOBS),--jobs $(JOBS))

lock: setup  ## resolve pyproject.toml anew into the lock files
	@pip install --quiet uv==0.13.9
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --no-header --no-annotate pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra spark --no-header --no-annotate pyproject.toml -o requirements-spark.lock
	@for tool in 903 cin liia; do uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate tests/bench/requirements-$$tool.in -o requirements-bench-$$tool.lock || exit 1; done

clean:  ## remove what make made (not data/)
	rm -rf $(VENV) .venv-spark .venv-bench-* evidence/node_modules .mypy_cache .ruff_cache .pytest_cache

.PHONY: help setup run test lint serve dev spark-smoke bench lock clean
