"""What the commands of the package have in common."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class DisclosureCommand(BaseCommand):
    """A command that says in one sentence when the database has not been migrated yet."""

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            if not _is_behind():
                raise
            raise CommandError(
                _(
                    "The database is not up to date; nothing was written. Run “python manage.py migrate” first."
                )
            ) from error


def _is_behind():
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False
