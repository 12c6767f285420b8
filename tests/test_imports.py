"""The domains stand on each other in one direction, and models know nothing of what shows them."""

from tests.source import PACKAGE, ROOT, imports, python_files

# Each domain may import those before it.
ORDER = [
    "rules",
    "departments",
    "publishing",
    "catalogue",
    "casework",
    "requests",
    "mailboxes",
    "participation",
    "portal",
    "reports",
    "installation",
    "interchange",
]
# Modules that any domain may import, and that import none.
COMMON = {"conf", "compat", "wagtail_words"}
# The indexes of the package, and what Django finds by folder: they may import all; no domain imports them.
INDEXES = {"__init__", "apps", "checks", "models", "required_apps", "site_checks", "urls", "wagtail_hooks"}
FOUND_BY_DJANGO = {"management", "templatetags", "migrations"}
NOT_FOR_MODELS = {"forms", "views", "viewsets", "hooks", "wagtail_hooks", "urls"}


def place(path):
    """The first name below the package: a domain, a common module or an index."""
    return path.relative_to(ROOT / PACKAGE).with_suffix("").parts[0]


def own_imports(path, **options):
    """Yield ``(line, names below the package)``; importing the package itself gives no names."""
    for line, name in imports(path, **options):
        parts = name.split(".")
        if parts[0] == PACKAGE:
            yield line, parts[1:]


def where(path, line, parts):
    return f"{path.relative_to(ROOT)}:{line} imports {'.'.join([PACKAGE, *parts])}"


def domain_files():
    return [path for path in python_files(PACKAGE) if place(path) in ORDER]


def test_every_folder_has_its_place():
    known = {*ORDER, *COMMON, *INDEXES, *FOUND_BY_DJANGO}
    assert {place(path) for path in python_files(PACKAGE)} - known == set()


def test_domains_import_only_the_domains_before_them():
    wrong = []
    for path in domain_files():
        allowed = {*ORDER[: ORDER.index(place(path)) + 1], *COMMON}
        wrong += [where(path, line, p) for line, p in own_imports(path) if p and p[0] not in allowed]
    assert wrong == []


def test_common_modules_import_no_domain():
    wrong = [
        where(path, line, parts)
        for path in python_files(PACKAGE)
        if place(path) in COMMON
        for line, parts in own_imports(path)
        if parts and parts[0] not in COMMON
    ]
    assert wrong == []


def test_rules_are_pure_python():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files(f"{PACKAGE}/rules")
        for line, name in imports(path)
        if name.split(".")[0] in {"django", "wagtail", "modelcluster", "taggit"}
        # Names of rules are shown to people: translation is the one thing taken from Django.
        and not name.startswith("django.utils.translation.")
    ]
    assert wrong == []


def is_models(path):
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    return len(parts) > 1 and "models" in parts


def test_models_import_neither_forms_nor_views():
    wrong = [
        where(path, line, parts)
        for path in domain_files()
        if is_models(path)
        for line, parts in own_imports(path, top_level_only=True)
        if NOT_FOR_MODELS & set(parts[1:])
    ]
    assert wrong == []


def test_the_package_does_not_know_its_tests_or_the_example():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files(PACKAGE)
        for line, name in imports(path)
        if name.split(".")[0] in {"tests", "example_site", "benchmarks"}
    ]
    assert wrong == []


def test_a_wrong_import_is_seen(tmp_path, monkeypatch):
    """The reader itself: relative, absolute and function-level imports are all found."""
    folder = tmp_path / PACKAGE / "rules"
    folder.mkdir(parents=True)
    module = folder / "clock.py"
    module.write_text(
        "from ..catalogue import numbers\n"
        "import wagtail_disclosure.portal.views\n"
        "def late():\n    from ..publishing.models import Seal\n"
    )
    monkeypatch.setattr("tests.source.ROOT", tmp_path)
    assert [name for _line, name in imports(module)] == [
        "wagtail_disclosure.catalogue.numbers",
        "wagtail_disclosure.portal.views",
        "wagtail_disclosure.publishing.models.Seal",
    ]
    assert len(list(imports(module, top_level_only=True))) == 2
