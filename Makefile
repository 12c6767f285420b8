# Every target can be run on a fresh machine: the first one creates .venv and installs the package into it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: demo test browser lint format migrations translations clean help

help:
	@echo "make demo          run the example agency on http://$(HOST):$(PORT)/"
	@echo "make test          run the tests (DATABASE_URL=postgres://user@host/name for PostgreSQL)"
	@echo "make browser       run the journeys in Chromium"
	@echo "make lint          check style and format;  make format  repairs what can be repaired"
	@echo "make migrations    write missing migrations"
	@echo "make translations  collect the messages and compile them"

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade "pip>=24"
	PYTHONWARNINGS=ignore:Editable $(BIN)/pip install --quiet -e ".[test,lint]"
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python -m example_site --host $(HOST) --port $(PORT)

test: $(STAMP)
	$(BIN)/python -m pytest -n auto -q

browser: $(STAMP)
	$(BIN)/python -m pytest -m browser -n auto --dist loadfile -q

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrations: $(STAMP)
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations wagtail_disclosure

# The messages are written in English, so the English catalogue repeats them. The order is alphabetical and the
# date is left out: the files then change only when a message does.
LANGUAGES = en zh_Hans
PO = $(foreach language,$(LANGUAGES),locale/$(language)/LC_MESSAGES/django.po)

translations: $(STAMP)
	mkdir -p $(dir $(PO))
	$(BIN)/django-admin makemessages $(addprefix --locale ,$(LANGUAGES)) --no-location --no-obsolete \
		--ignore tests --ignore $(VENV) --ignore build
	msgattrib --clear-fuzzy --empty locale/en/LC_MESSAGES/django.po | msgen - --output-file locale/en/LC_MESSAGES/django.po
	for po in $(PO); do \
		msgattrib --no-obsolete --sort-output --output-file $$po $$po && sed -i '/^"POT-Creation-Date/d' $$po && \
		msgfmt --check --output-file $${po%.po}.mo $$po || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist *.egg-info
