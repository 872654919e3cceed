# The two commands of the README are `make demo` and `make test`; each does all its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench generate mutants clean tools

$(VENV)/demo.stamp: requirements/demo.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ishigaki.pth"
	printf '#!%s\nfrom ishigaki.cli.main import run\n\nrun()\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/ishigaki
	chmod +x $(BIN)/ishigaki
	touch $@

$(VENV)/dev.stamp: $(VENV)/demo.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

# What the tests need beside Python: Chromium and a Japanese font for the report, PostgreSQL for the store.
tools:
	bash tools/system_packages.sh

demo: $(VENV)/demo.stamp
	$(BIN)/ishigaki demo

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/laws

test: $(VENV)/dev.stamp tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

generate: $(VENV)/dev.stamp
	$(BIN)/python -m tools.generate

# Which small changes of the controls no example notices: to be read by a person.
mutants: $(VENV)/dev.stamp
	$(BIN)/python -m tools.mutate $(ROOMS)

clean:
	rm -rf $(VENV) build
