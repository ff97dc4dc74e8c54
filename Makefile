# Two commands matter: make run, make test. Both install what they need, once, into ./.venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Tests and commands start many processes; each would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= python3
PYTEST_ARGS ?= -n 2 --dist loadgroup
NAMES_CLASSES := $(shell find src -name '*.py' -o -name '*.html' -o -name '*.js' | grep -v /vendor/)
CATALOGUES := $(shell find src -name '*.po' -not -path '*/node_modules/*')

.PHONY: help run test lint bench proof docs look lock messages bundle audit clean
help:
	@echo "make run        install and serve Bihuan with demonstration data"
	@echo "make test       install, check the code and run all tests"
	@echo "make bench      measure; prints a table, writes bench/results/"
	@echo "make proof      measure what is promised, at full size; writes docs/proof.md (hours; ONLY=\"kernel pages\" for a part)"
	@echo "make docs       build the documents as a site with search into build/site, with the walk's pictures (DOCS_ARGS=--no-pictures)"
	@echo "make look       take pictures of the pages into look/"
	@echo "make messages   collect words to be translated"
	@echo "make bundle     pack all an installation without any network needs into dist/"
	@echo "make audit      ask for known weaknesses of what is locked (needs the services that publish them)"
	@echo "make lock       renew requirements/*.txt and package-lock.json"

run: $(STAMPS)/run $(STAMPS)/vendor $(STAMPS)/catalogues
	@$(BIN)/bihuan up --demo

test: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues $(STAMPS)/browser lint
	@$(BIN)/pytest $(PYTEST_ARGS)

lint: $(STAMPS)/dev
	@$(BIN)/ruff format --check --quiet || { echo "ruff format: run $(BIN)/ruff format"; exit 1; }
	@$(BIN)/ruff check --quiet
	@$(BIN)/lint-imports --no-cache >$(STAMPS)/imports.log 2>&1 || { cat $(STAMPS)/imports.log; exit 1; }
	@$(BIN)/djlint --lint --quiet src
	@$(BIN)/mypy --no-error-summary
	@BIHUAN_TESTING=1 BIHUAN_SECRET_KEY=lint DJANGO_SETTINGS_MODULE=bihuan.site.settings \
		$(BIN)/python -W ignore -m django makemigrations --check --dry-run >$(STAMPS)/migrations.log 2>&1 \
		|| { cat $(STAMPS)/migrations.log; exit 1; }

bench: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues
	@$(BIN)/python -m bench

proof: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues
	@$(BIN)/python -m bench.proof $(ONLY)

docs: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues $(STAMPS)/browser
	@$(BIN)/python -m tools.docs $(DOCS_ARGS)

look: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues $(STAMPS)/browser
	@$(BIN)/python -m tools.look look

messages: $(STAMPS)/dev
	@$(BIN)/python -m tools.messages collect

bundle: $(STAMPS)/dev $(STAMPS)/vendor $(STAMPS)/catalogues
	@$(BIN)/python -m tools.bundle $(BUNDLE_ARGS)

# Strict: what could not be asked about is a failure, too.
audit: $(STAMPS)/dev
	@$(BIN)/uv tool run --quiet pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		--requirement requirements/run.txt
	@npm audit --omit=dev

# ── installing ──────────────────────────────────────────────────────────────

$(STAMPS)/venv:
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --seed --python '>=3.11' $(VENV)
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Bihuan needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
endif
	@mkdir -p $(STAMPS) && touch $@

ifdef UV
install = uv pip install --quiet --python $(BIN)/python
else
install = $(BIN)/python -m pip install -qq --disable-pip-version-check
endif
package = $(install) --no-deps --no-build-isolation --editable .

$(STAMPS)/run: requirements/run.txt pyproject.toml $(STAMPS)/venv
	@echo "Installing Bihuan into $(VENV) …"
	@$(install) --require-hashes -r requirements/run.txt
	@$(package)
	@touch $@

$(STAMPS)/dev: requirements/dev.txt pyproject.toml $(STAMPS)/venv
	@echo "Installing Bihuan and its test tools into $(VENV) …"
	@$(install) --require-hashes -r requirements/dev.txt
	@$(package)
	@touch $@ $(STAMPS)/run

# The system's Node if it is 20 or newer, else one from a wheel.
$(STAMPS)/node: package-lock.json package.json | $(STAMPS)/venv
	@if [ "$$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 20 ] && command -v npm >/dev/null; then \
		npm ci --no-progress --loglevel=error >/dev/null; \
	else \
		$(install) --require-hashes -r requirements/node.txt; \
		$(BIN)/python -m tools.vendor npm ci --no-progress --loglevel=error >/dev/null; \
	fi
	@touch $@

# Of a style sheet only what the source can use, so it is made anew when the source changes.
$(STAMPS)/vendor: $(STAMPS)/node tools/vendor.py tools/shrink.py $(NAMES_CLASSES)
	@$(BIN)/python -m tools.vendor copy
	@touch $@

# tools.messages needs polib, which both requirement files bring.
$(STAMPS)/catalogues: $(CATALOGUES) tools/messages.py | $(STAMPS)/venv
	@test -e $(STAMPS)/run || $(MAKE) $(STAMPS)/run
	@$(BIN)/python -m tools.messages compile
	@touch $@

# Tests of pages need a browser and a Chinese font.
$(STAMPS)/browser: tools/browser.sh | $(STAMPS)/venv
	@bash tools/browser.sh
	@touch $@

# ── renewing ────────────────────────────────────────────────────────────────

compile = UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate

lock: $(STAMPS)/dev
	@$(compile) pyproject.toml requirements/build.in --extra solve -o requirements/run.txt
	@$(compile) pyproject.toml requirements/build.in --extra solve --group dev -c requirements/run.txt -o requirements/dev.txt
	@$(compile) requirements/node.in -o requirements/node.txt
	@npm install --package-lock-only --no-progress --loglevel=error

clean:
	@rm -rf $(VENV) node_modules build dist look src/bihuan/ui/static/vendor
