"""Reading the project's own source: files, modules and what they import."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "wagtail_disclosure"
FOLDERS = [PACKAGE, "example_site", "tests", "benchmarks", ".ci"]


def python_files(*folders):
    """Every Python file of the project, written by hand: migrations are left out."""
    return sorted(
        path
        for folder in folders or FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.relative_to(ROOT).parts
    )


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _absolute(node, path):
    """The module that a ``from … import`` names, relative ones resolved."""
    if not node.level:
        return node.module
    parts = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


def _targets(node, path):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = _absolute(node, path)
    # ``from a import b`` may name the module a.b or something inside a: the longer name serves both.
    return [f"{base}.{alias.name}" for alias in node.names]


def imports(path, *, top_level_only=False):
    """Yield ``(line, dotted name)`` of all that the file imports, inside functions too unless told not to."""
    module = tree(path)
    inside = set()
    if top_level_only:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        inside = {
            id(child) for node in ast.walk(module) if isinstance(node, functions) for child in ast.walk(node)
        }
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in inside:
            for name in _targets(node, path):
                yield node.lineno, name
