# Needs make and Python 3.11 or later. Everything else is installed into .venv, at the versions and
# with the hashes of requirements/dev.txt, from the package index that pip or uv is set to here.
# The system's own Python comes first: distributions build theirs with profile-guided optimisation,
# version managers seldom do (decision 0016). To take another:  make clean setup PYTHON=python3.13
# ARGS goes to the command behind the target:  make demo ARGS="--summary out.json"

SHELL := /bin/sh
.DEFAULT_GOAL := help
ARGS ?=
TEST_PROCESSES ?= 2

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
COMPILED := $(VENV)/compiled
COMPILING := HATCH_BUILD_HOOKS_ENABLE=true
SOURCES := $(shell find ledger catalog exchange settlement api -type f ! -name '*.pyc')
LOCK := requirements/dev.txt
UV := sh requirements/uv.sh $(BIN)/uv
PIP := $(BIN)/python -m pip install --quiet --require-hashes

# The environment is ours alone: no other interpreter is fetched, and nothing is written to a home
# directory, which may not be there. Python keeps what it compiled: without that, every start of a
# test takes two seconds longer.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## this list
	@echo 'make <target> [ARGS="…"]'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/  \1|\2/p' $(MAKEFILE_LIST) \
		| while IFS='|' read -r name text; do printf '%-14s %s\n' "$$name" "$$text"; done

$(STAMP): pyproject.toml $(LOCK)
	@set -e; \
	for python in $(or $(PYTHON),/usr/bin/python3 python3 python3.14 python3.13 python3.12 \
		python3.11); do \
		if command -v $$python >/dev/null 2>&1 && $$python -c 'import sys, ensurepip; \
			sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'Comity needs Python 3.11 or later with its venv module, and finds none' \
			'$(if $(PYTHON),at $(PYTHON)).' >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		echo "Creating $(VENV) with $$($$found --version)"; \
		rm -rf $(VENV); \
		$$found -m venv $(VENV) || { \
			echo "$$found cannot create an environment; is its venv module installed?" >&2; \
			exit 1; }; \
	fi; \
	sed -n '/^uv==/,/[^\\]$$/p' $(LOCK) >$(VENV)/uv.txt; \
	uv=$$(sed -n 's/^uv==\([^ ]*\).*/uv \1/p' $(VENV)/uv.txt); \
	if ! $(BIN)/uv --version 2>/dev/null | grep -qF "$$uv"; then \
		echo "Installing $$uv"; \
		$(PIP) -r $(VENV)/uv.txt; \
	fi; \
	echo 'Installing what $(LOCK) names'; \
	export UV_CACHE_DIR="$${UV_CACHE_DIR:-$(CURDIR)/$(VENV)/.uv-cache}"; \
	$(UV) pip install --python $(BIN)/python --require-hashes -r $(LOCK) \
		|| { echo 'Once more, with pip'; $(PIP) -r $(LOCK); }; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation \
		--editable .; \
	touch $(STAMP)

.PHONY: setup
setup: $(STAMP) ## install everything into .venv

LOCKING := pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --annotation-style line --custom-compile-command 'make lock'
.PHONY: lock
lock: $(STAMP) ## lock what pyproject.toml asks for: make lock [ARGS="--upgrade"]
	@$(UV) $(LOCKING) --all-extras --group dev --group docs --output-file $(LOCK) $(ARGS) >/dev/null
	@$(UV) $(LOCKING) --constraint $(LOCK) --output-file requirements/run.txt >/dev/null

.PHONY: demo
demo: $(STAMP) ## replay a real year through the service, to a settled bill
	@$(BIN)/comity demo $(ARGS)

.PHONY: showcase
showcase: $(STAMP) ## build an invented exchange that ends today, and serve it to look around
	@exec $(BIN)/comity demo --showcase --keep --data-dir var/showcase $(ARGS)

.PHONY: console
console: showcase ## the same: it prints who signs in at the console, and how

.PHONY: serve
serve: $(STAMP) ## run the service, on servers of its own unless addresses are given
	@exec $(BIN)/comity serve $(ARGS)

.PHONY: test
test: $(STAMP) ## run the whole suite
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) $(ARGS)

.PHONY: t
t: $(STAMP) ## run one file or test at once, on a test server that is kept: make t T=tests/…
	@$(if $(T),,echo 'Which one? make t T=tests/exchange/coupons/test_codes.py' >&2; exit 2)
	@$(BIN)/python -m pytest -n 0 --keep-server $(T) $(ARGS)

.PHONY: t-stop
t-stop: ## stop the server that `make t` keeps, and remove its data
	@[ ! -d var/test-server ] || $(BIN)/python -m tests.kept_server

.PHONY: test-fast
test-fast: $(STAMP) ## run the tests that need no server
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) -m 'not campaign and not node and not server' $(ARGS)

.PHONY: test-compiled
test-compiled: $(COMPILED)/.installed ## run the ledger's tests on the compiled ledger
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) -o pythonpath="$(COMPILED) ." \
		tests/ledger tests/properties tests/races tests/exchange/redeem $(ARGS)

.PHONY: campaign
campaign: $(STAMP) ## see that the tests find defects planted into the packages (minutes)
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) -m campaign $(ARGS)

.PHONY: pictures
pictures: $(STAMP) ## take the pictures of the documentation anew (needs Chromium; minutes)
	@$(BIN)/python -m pytest -n 0 -q -m campaign tests/browser/test_pictures.py \
		--pictures docs/pictures $(ARGS)

.PHONY: fuzz
fuzz: $(STAMP) ## send many more requests that are drawn from the API's description (minutes)
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) -m campaign tests/http/test_fuzz.py $(ARGS)

.PHONY: document
document: $(STAMP) ## record the API's description: examples, what clients rely on, their types
	@$(BIN)/python -m pytest -n 0 -q tests/http/test_examples.py -k recorded --renew-examples
	@$(BIN)/python -m tests.http.compatibility
	@$(BIN)/python -m tests.clients.made.files
	@$(BIN)/python -m tests.docs.roles_page

.PHONY: client-typescript
client-typescript: $(STAMP) ## make a TypeScript client and call a service with it (needs Node)
	@$(BIN)/python -m pytest -n 0 -q -m node tests/clients/test_typescript.py $(ARGS)

.PHONY: shards
shards: $(STAMP) ## see that no statement touches two books, on partitioned tables (a minute)
	@$(BIN)/python -m pytest -n 0 tests/shards $(ARGS)

# Citus is AGPL-3.0. It is no dependency, and nothing here fetches it.
.PHONY: cluster
cluster: $(STAMP) ## run the demo on three servers with Citus: make cluster CITUS_SOURCE=DIR
	@$(if $(CITUS_SOURCE),$(BIN)/python -m loadtests.cluster $(CITUS_SOURCE) $(ARGS),echo \
		'Nothing was done. To try a cluster: make cluster CITUS_SOURCE=DIR, the sources of Citus.')

.PHONY: load
load: $(STAMP) ## send tills and apps at a service of its own, and verify its book afterwards
	@$(BIN)/python -m loadtests $(ARGS)

.PHONY: bench-ledger
bench-ledger: $(STAMP) ## measure the ledger beside COPY and an ORM (many minutes; 13 GiB)
	@$(MAKE) --no-print-directory $(COMPILED)/.installed \
		|| { rm -rf $(COMPILED); \
			echo 'The ledger could not be compiled; the figures are those of its sources.'; }
	@PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/$(COMPILED) $(BIN)/python -m loadtests.ledger $(ARGS)

# `BEFORE=DIR` measures another checkout in turns with this one.
.PHONY: bench-http
bench-http: $(STAMP) ## measure what requests over HTTP cost, by part (many minutes)
	@$(BIN)/python -m loadtests.http $(if $(BEFORE),--before $(BEFORE)) $(ARGS)

.PHONY: bench-catalog
bench-catalog: $(STAMP) ## measure a market of 100,000 offers: pages, searches, changed rules
	@$(BIN)/python -m loadtests.catalog $(ARGS)

.PHONY: bench-settlement
bench-settlement: $(STAMP) ## measure rating, closing, reconciling, liability (many minutes)
	@$(BIN)/python -m loadtests.settlement $(ARGS)

.PHONY: bench-exchange
bench-exchange: $(STAMP) ## measure redemptions, tills, and what others notice while suppliers hang
	@$(BIN)/python -m loadtests.exchange $(ARGS)

# Needs a C compiler and Python's headers. A wheel of sources alone, for any platform, is made by
#   .venv/bin/uv build --wheel
.PHONY: wheel
wheel: $(STAMP) ## build dist/comity-….whl for this platform, the ledger's hot path compiled
	@$(COMPILING) $(BIN)/uv build --wheel --quiet --no-cache --no-build-isolation \
		--python $(BIN)/python

$(COMPILED)/.installed: $(STAMP) hatch_build.py $(SOURCES)
	@echo 'Compiling the hot path of the ledger'
	@rm -rf $(COMPILED)
	@$(COMPILING) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --no-cache \
		--python $(BIN)/python --target $(COMPILED) .
	@touch $@

.PHONY: check
check: $(STAMP) ## format, lint, types, imports, spelling, migrations
	@echo 'format';     $(BIN)/ruff format --check --quiet . \
		|| { $(BIN)/ruff format --diff --quiet .; exit 1; }
	@echo 'lint';       $(BIN)/ruff check --quiet .
	@echo 'types';      $(BIN)/python -m mypy --no-error-summary
	@echo 'imports';    $(BIN)/lint-imports --no-cache >$(VENV)/imports.txt \
		|| { cat $(VENV)/imports.txt; exit 1; }
	@echo 'spelling';   $(BIN)/codespell
	@echo 'migrations'; $(BIN)/comity migrate --sql >$(VENV)/migrations.sql
	@$(BIN)/squawk --config .squawk.toml $(VENV)/migrations.sql >$(VENV)/squawk.txt 2>&1 \
		|| { cat $(VENV)/squawk.txt; exit 1; }
	@$(BIN)/python -m pytest -n 0 -q --no-header tests/architecture/test_schema.py
	@echo 'all checks passed'

.PHONY: fix
fix: $(STAMP) ## repair what can be repaired: format, and lint where the remedy is known
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

.PHONY: docs
docs: $(STAMP) ## build the documentation as a site in var/docs; a broken link fails
	@$(BIN)/python -m docs.website

.PHONY: clean
clean: ## remove what was installed and built; data directories stay
	@$(MAKE) --no-print-directory t-stop || true
	@rm -rf $(VENV) dist var/docs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis
