"""Several at once on a real database: PostgreSQL, or SQLite in a file as sites run it, copied from that of the tests."""

import sqlite3
import threading
from contextlib import contextmanager

from django.db import connection, connections

WAL = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


@contextmanager
def shared_database(folder):
    """Within, this thread and those of :func:`crowd` work on one database in which they can wait for each other."""
    if connection.vendor != "sqlite":
        yield
        return
    inside, settings = connections["default"], dict(connection.settings_dict)
    path = str(folder / "shared.sqlite3")
    with sqlite3.connect(path) as copy:
        inside.connection.backup(copy)
    copy.close()
    settings.update(NAME=path, OPTIONS={**settings["OPTIONS"], "init_command": WAL})
    _use(type(inside)(settings, "default"))
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = inside


def _use(wrapper):
    connections["default"] = wrapper


def crowd(work, count):
    """Run ``work(index)`` in ``count`` threads that begin together. Returns the results; raises what one raised."""
    here = connections["default"]
    barrier, results, errors = threading.Barrier(count), [None] * count, []

    def run(index):
        mine = here.copy()
        _use(mine)
        try:
            barrier.wait(30)
            results[index] = work(index)
        except BaseException as error:
            errors.append(error)
        finally:
            mine.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]
    return results
