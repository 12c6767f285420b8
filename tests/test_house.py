"""House rules of the source: sizes, nothing unfinished, no path of anybody's machine, documented targets."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT, python_files, tree

LONGEST_FILE = 600
LONGEST_FUNCTION = 60
# The brackets keep this file from finding itself.
UNFINISHED = re.compile(r"TOD[O]|FIXM[E]|XX[X]|mark\.(ski[p]|xfai[l])")
HOME = re.compile(r"(?<![\w.])/(home|Users|root)/\w+")


def project_files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def texts():
    for path in project_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def matches(pattern, suffixes):
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path, text in texts()
        if path.suffix in suffixes
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_longer_than_its_limit():
    sizes = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_longer_than_its_limit():
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, functions) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_is_left_unfinished_or_skipped():
    assert matches(UNFINISHED, {".py", ".html", ".css", ".js", ".txt", ".cfg", ".toml"}) == []


def test_no_file_names_a_folder_of_one_machine():
    here = re.compile(re.escape(str(ROOT)))
    suffixes = {".py", ".html", ".md", ".cfg", ".toml", ".json", ".csv", ".sh", ".po", ""}
    assert matches(HOME, suffixes) == []
    assert matches(here, suffixes) == []


def test_no_inline_script_or_style_in_public_templates():
    """A site's content security policy may forbid both."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")|\son\w+=\"|\sstyle=\""
    )
    found = [line for line in matches(inline, {".html"}) if line.startswith("wagtail_disclosure/")]
    assert found == []


@pytest.mark.parametrize("target", ["demo", "test", "browser", "lint", "translations", "migrations"])
def test_each_make_target_is_in_the_readme(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert f"make {target}" in (ROOT / "README.md").read_text("utf-8")


def test_every_document_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    pages = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")]
    assert [page for page in pages if f"({page})" not in readme] == []


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in link and not (page.parent / Path(link)).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert broken == []
