"""The index of hooks: pulls in each domain's hooks."""

from .departments import hooks as departments_hooks  # noqa: F401
from .portal import display as display_hooks  # noqa: F401
