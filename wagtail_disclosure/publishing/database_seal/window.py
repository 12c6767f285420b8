"""What the gate tells the database about the item that it is writing.

PostgreSQL is told in a setting that ends with the transaction; SQLite asks a function that only connections of this
site have, so that whatever else opens the file cannot write at all. Both name the item, so that a judgement about
one item lets nobody write to another.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.db import connection
from django.db.backends.signals import connection_created

from ... import conf
from ..models.items import base_model

SETTING = "wagtail_disclosure.gate"
FUNCTION = "disclosure_gate"
# Stands for the key of a row that has none yet, and for all rows of the register.
NEW, ALL = "new", "all"
REGISTER = "register"

# The items that may be written now; None where nothing is being judged.
_open = ContextVar("disclosure_database_seal", default=None)
# A fixture writes its rows without any method of the model, so nothing can hold a window for the one row.
_row = ContextVar("disclosure_database_seal_row", default=frozenset())


def install():
    connection_created.connect(_add_function, dispatch_uid="wagtail_disclosure.database_seal")


def wrap_save(model):
    """Give ``save`` of a base model a window: a guarded row that is written through it is judged inside."""
    save = model.save
    if getattr(save, "disclosure_window", False):
        return

    @wraps(save)
    def save_in_window(self, *args, **kwargs):
        with window():
            return save(self, *args, **kwargs)

    save_in_window.alters_data = save_in_window.disclosure_window = True
    model.save = save_in_window


@contextmanager
def window():
    """What is opened inside is closed at the end. After an error the database forgets it with the transaction."""
    before = _open.get()
    # One that failed to be written leaves nothing open.
    _row.set(frozenset())
    token = _open.set(before or frozenset())
    try:
        yield
        changed = _open.get() != (before or frozenset())
    finally:
        _open.reset(token)
    if changed:
        _tell(before or frozenset())


def open_item(item):
    """Let the item be written until the window closes; without a window nothing is opened."""
    key = NEW if item.pk is None else item.pk
    _open_key(name_of(base_model(item)), key)


def open_row(item):
    """Let one row of the item be written, until :func:`close_row`."""
    keys = frozenset({(name_of(base_model(item)), _plain(item.pk))})
    _row.set(keys)
    _tell((_open.get() or frozenset()) | keys)


def close_row():
    if _row.get():
        _row.set(frozenset())
        _tell(_open.get() or frozenset())


@contextmanager
def register_open():
    """A window in which the whole register may be written: it is made anew from what is public."""
    with window():
        _open_key(REGISTER, ALL)
        yield


def name_of(model):
    return model._meta.label_lower


def _open_key(name, key):
    opened = _open.get()
    if opened is None:
        return
    opened |= {(name, _plain(key))}
    _open.set(opened)
    _tell(opened)


def _plain(key):
    """A key as both databases write it: SQLite keeps UUIDs without their dashes."""
    return str(key).replace("-", "")


def _tell(opened):
    if connection.vendor != "postgresql" or not conf.get("DATABASE_SEAL"):
        return
    # Outside of a transaction the setting would end at once, and in a broken one nothing can be said.
    if connection.in_atomic_block and not connection.needs_rollback:
        value = "".join(f"{name}/{key}," for name, key in sorted(opened))
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, f",{value}" if value else ""])


def _add_function(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 2, _is_open)


def _is_open(name, key):
    wanted = (name, _plain(key))
    is_open = wanted in _row.get() or wanted in (_open.get() or ())
    return int(is_open and conf.get("DATABASE_SEAL"))
