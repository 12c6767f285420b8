"""The commands and snippets of README and docs do what they say. `.ci/new_project` applies the diffs."""

import ast
import re
import shlex

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.template import Template

from tests import factories
from tests.source import ROOT
from wagtail_disclosure.catalogue.models import CategoryScheme, EntryPage
from wagtail_disclosure.departments.codes import warnings_about
from wagtail_disclosure.departments.models import Agency

PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
# Of Wagtail and Django; they need a terminal, a server or another machine. The seal wants a setting first, and
# has tests of its own.
NOT_RUN = {"createsuperuser", "runserver", "migrate", "disclosure_seal"}
MANIFEST = "title,body_file,category,disclosure_attribute,responsible_department\n关于价格公示的通知,a.txt,0101,主动公开,01\n"


def blocks(*languages):
    for page in PAGES:
        for language, text in BLOCK.findall(page.read_text("utf-8")):
            if language in languages:
                yield page.name, text


def commands():
    """Every command line for manage.py in the documents, once."""
    lines = [line for _page, text in blocks("", "sh") for line in text.splitlines()]
    lines += [
        line for page in PAGES for line in re.findall(r"`(python manage\.py [^`…]+)`", page.read_text())
    ]
    return sorted({line.removeprefix("python manage.py ") for line in lines if "manage.py" in line})


def test_the_documents_name_commands_and_options_that_exist():
    known = get_commands()
    for line in commands():
        name, *arguments = shlex.split(line)
        assert name in known, line
        command = load_command_class(known[name], name) if isinstance(known[name], str) else known[name]
        command.create_parser("manage.py", name).parse_args(arguments)


@pytest.mark.django_db
def test_the_commands_of_the_documents_run_one_after_the_other(tmp_path, monkeypatch, settings):
    monkeypatch.chdir(tmp_path)
    settings.ROOT_URLCONF = "tests.urls_with_languages"
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("现将有关事项通知如下。")
    (tmp_path / "manifest.csv").write_text(MANIFEST)
    (tmp_path / "topics.csv").write_text("code,name\n01,价格\n")
    factories.user("officer")
    lines = [line for line in commands() if shlex.split(line)[0] not in NOT_RUN]
    # Setup with its options first; everything else stands on it.
    lines.sort(key=lambda line: (not line.startswith("disclosure_setup"), "--name" not in line, line))
    for line in lines:
        call_command(*shlex.split(line), verbosity=0)
    assert Agency.objects.get().name == "临江市发展和改革委员会"
    assert warnings_about(Agency.objects.get()) == []
    assert EntryPage.objects.get().title == "关于价格公示的通知"
    assert CategoryScheme.objects.filter(code="topics").exists()


def test_the_snippets_can_be_read():
    for page, text in blocks("python"):
        try:
            ast.parse(text)
        except SyntaxError as error:
            raise AssertionError(f"{page}: {error}\n{text}") from error
    for _page, text in blocks("django"):
        Template(text)


def test_the_diffs_are_those_of_one_and_of_two_languages():
    one, two = [text for _page, text in blocks("diff")]
    assert '+    "wagtail_disclosure",' in one and "i18n_patterns" not in one
    assert "prefix_default_language=False" in two and "LocaleMiddleware" in two


def test_every_extra_is_in_the_readme_and_every_one_is_used():
    from configparser import ConfigParser

    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = set(config["options.extras_require"]) - {"test", "lint"}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"`wagtail-disclosure\[(\w+)\]`", readme)) == extras
