"""What setup.cfg declares is what lies in the tree: packages, data files, version, licence, lower bounds."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "wagtail_disclosure"


@pytest.fixture(scope="module")
def setup_cfg():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def lines(value):
    return [line.strip() for line in value.splitlines() if line.strip()]


def data_files():
    return [
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "__pycache__" not in path.parts
    ]


def test_every_package_is_listed_and_nothing_else(setup_cfg):
    found = find_packages(str(ROOT), include=["wagtail_disclosure", "wagtail_disclosure.*"])
    assert lines(setup_cfg["options"]["packages"]) == sorted([*found, "wagtail_disclosure.locale"])


def test_every_python_file_lies_in_a_package():
    stray = [path for path in PACKAGE.rglob("*.py") if not (path.parent / "__init__.py").exists()]
    assert stray == []


def test_every_data_file_matches_a_pattern(setup_cfg):
    patterns = lines(setup_cfg["options.package_data"]["wagtail_disclosure"])
    matched = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    assert [path for path in data_files() if path not in matched] == []


def test_compiled_translations_match_the_pattern_of_the_locale_package(setup_cfg):
    pattern = lines(setup_cfg["options.package_data"]["wagtail_disclosure.locale"])
    assert pattern == ["*/LC_MESSAGES/*.mo"]
    languages = {path.parts[-3] for path in (ROOT / "locale").glob(pattern[0])}
    assert languages == {"en", "zh_Hans"}


def test_requirements_have_lower_bounds_only(setup_cfg):
    extras = setup_cfg["options.extras_require"]
    requirements = lines(setup_cfg["options"]["install_requires"])
    requirements += [line for extra in extras.values() for line in lines(extra)]
    assert [line for line in requirements if ">=" not in line or "<" in line or "==" in line] == []


def test_optional_features_are_extras(setup_cfg):
    assert {"pdf", "redis", "postgres", "s3"} <= set(setup_cfg["options.extras_require"])


def test_the_version_is_read_without_django():
    code = "import sys, wagtail_disclosure as w; print(w.__version__, 'django' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    version, django_loaded = ran.stdout.split()
    assert django_loaded == "False"
    assert version in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_file_is_the_one_declared(setup_cfg):
    assert setup_cfg["metadata"]["license"] == "BSD-3-Clause"
    declared = ROOT / setup_cfg["metadata"]["license_files"]
    assert declared.read_text(encoding="utf-8").startswith("BSD 3-Clause License")
