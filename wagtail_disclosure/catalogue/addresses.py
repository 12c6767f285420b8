"""The addresses below a catalogue page."""

import re
from urllib.parse import urlencode

# What Wagtail routes; a code or number with other characters goes into the query string.
ROUTABLE = re.compile(r"^[\w-]+(/[\w-]+)*$")


def search(scope, /, **params):
    """The search with these parameters; those that are empty are left out."""
    given = {name: value for name, value in params.items() if value not in (None, "")}
    return f"{scope.directory.base_path}search/{'?' + urlencode(given) if given else ''}"


def category_code(scope, category):
    """How a category is named in an address: its code, after the scheme's unless it is the agency's own."""
    own = scope.directory.own_scheme
    return (
        category.code if own and category.scheme_id == own.pk else f"{category.scheme.code}:{category.code}"
    )


def category(scope, node):
    code = category_code(scope, node).replace(":", "/", 1)
    if ROUTABLE.match(code) and "/" not in node.code:
        return f"{scope.directory.base_path}category/{code}/"
    return search(scope, category=category_code(scope, node))


def department(scope, found):
    if ROUTABLE.match(found.code) and "/" not in found.code:
        return f"{scope.directory.base_path}department/{found.code}/"
    return search(scope, department=found.code)


def year(scope, number, month=None):
    return f"{scope.directory.base_path}year/{number}/{f'{month:02d}/' if month else ''}"


def number(scope, index_number):
    """The address under which an index number resolves for ever."""
    if ROUTABLE.match(index_number):
        return f"{number_form(scope)}{index_number}/"
    return f"{number_form(scope)}?{urlencode({'n': index_number})}"


def number_form(scope):
    """Where numbers are looked up, as ``?n=``."""
    return f"{scope.directory.base_path}number/"


def on_request(scope):
    return f"{scope.directory.base_path}on-request/"


def not_in_force(scope):
    """The list of documents that are no longer in force (失效废止文件目录)."""
    return f"{scope.directory.base_path}not-in-force/"


def review_record(scope, page_id):
    return f"{scope.directory.base_path}record/{page_id}/"


def file_check(scope):
    """Where a file is compared with those that were approved."""
    return f"{scope.directory.base_path}check-file/"


def feeds(address):
    """The feeds of a list: its address, with the query string kept behind."""
    path, mark, query = address.partition("?")
    return {name: f"{path}feed/{name}/{mark}{query}" for name in ("atom", "rss")}
