"""What a model says of its rows for the database seal, in its attribute ``database_seal``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AppendOnly:
    """Rows are added, and neither changed nor deleted.

    A field in ``later`` may be set once, after it was empty; one in ``free`` may change. ``moves`` maps a field to
    the pairs of values that it may change from and to. A reference that is emptied when a person's account is
    deleted may be emptied.
    """

    later: tuple = ()
    free: tuple = ()
    moves: tuple = ()


@dataclass(frozen=True)
class OfPublicItem:
    """Rows that the gate writes together with the page whose key is in the field ``key``."""

    key: str


@dataclass(frozen=True)
class OnlyGrows:
    """Rows whose number in ``field`` never becomes less, and which are not deleted."""

    field: str
