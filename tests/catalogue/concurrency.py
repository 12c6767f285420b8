"""Running things at the same time, where the database lets several work at once."""

import threading

from django.db import connection, connections


def together(work, count):
    """Run ``work(index)`` in ``count`` threads at once; one after the other where the database has one thread."""
    if connection.vendor == "sqlite":
        return [work(index) for index in range(count)]
    barrier, results = threading.Barrier(count), [None] * count

    def run(index):
        try:
            barrier.wait(10)
            results[index] = work(index)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
