"""Whether anything was written at all: where nothing was, a visitor is served what was served before."""

import re
from pathlib import Path

from django.conf import settings
from django.db import connection

READING = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|EXPLAIN|PRAGMA|SHOW|SET CONSTRAINTS)\b", re.I
)
# Being logged in and asking by a token.
OF_THE_PERSON = re.compile(r'"(django_session|wagtailcore_apitoken|auth_user)"')


class Writes:
    """Context manager: true afterwards when a row or a file was written meanwhile."""

    def __init__(self):
        self.rows, self.files = 0, {}

    def __bool__(self):
        return self.rows > 0 or self.files != files()

    def __enter__(self):
        self.files = files()
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *raised):
        self._wrapper.__exit__(*raised)

    def _count(self, execute, sql, params, many, context):
        if not READING.match(sql) and not OF_THE_PERSON.search(sql):
            self.rows += 1
        return execute(sql, params, many, context)


def files():
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in Path(settings.MEDIA_ROOT).rglob("*")
        if path.is_file()
    }
