"""The process dies at a write to the database: at the first, at the second, and so on, until all are done."""

from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE")


class Killed(BaseException):
    """Nothing catches it, as nothing catches a signal that ends the process."""


class _Killer:
    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if sql.split(None, 1)[0].upper() in WRITES:
            self.left -= 1
            if not self.left:
                raise Killed(sql)
        return execute(sql, params, many, context)


def at_each_write(work, after, most=60):
    """Run ``work`` again and again; it dies at its first write, then at its second …, and each time ``after`` looks.

    Returns what ``work`` returns once it lives to its end, and the number of writes.
    """
    for number in range(1, most):
        try:
            with connection.execute_wrapper(_Killer(number)):
                return work(), number - 1
        except Killed:
            after()
    raise AssertionError(f"more than {most} writes")
