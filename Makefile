# make run    set up, index the sample documents, ask a first question, serve the web app at
#             http://localhost:8501 (PORT= changes its port)
# make test   set up, run the tests
# make setup  the virtual environment and the default models, nothing else

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run setup anew test lint lock clean

run: setup
	$(BIN)/footnote ingest sync samples/documents --collection samples
	$(BIN)/footnote ask "$$($(BIN)/python samples/first_question.py)" --collection samples
	$(BIN)/footnote app --port $(PORT) --headless

setup: .venv/.ready

# Is .venv whole, of a Python that is there and recent enough, and made here? Its scripts name its
# place: in a folder that was moved or copied they lead nowhere, or run the code of the other one.
FITS := $(shell $(BIN)/python -I -c 'import os, re, sys; \
	place = re.search(r"(/.*)/python", open("$(BIN)/pip", errors="surrogateescape").read())[1]; \
	sys.exit(sys.version_info < (3, 11) or not os.path.samefile(place, "$(BIN)"))' 2>/dev/null \
	&& echo yes)

# Packages found there would be taken for installed, and be missed another day; or be put elsewhere.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER

# torch goes first and alone: whatever else is installed then finds it, and no other build comes.
.venv/.ready: pyproject.toml constraints.txt $(if $(FITS),,anew)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or later")'
	@echo "Setting up .venv: gigabytes of packages, so it takes minutes, but only the first time."
	$(if $(FITS),,rm -rf .venv && $(PYTHON) -m venv .venv)
	$(BIN)/python -m pip install --constraint constraints.txt torch
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev,gguf,ocr]'
	$(BIN)/footnote models fetch
	touch $@

anew:

test: setup lint
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv build *.egg-info

# Writes the versions installed now, after trying newer ones by hand.
lock:
	(echo "# Every version that Footnote is tested with; written by: make lock"; \
	 $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//') > constraints.txt
