from django.core.management.base import CommandError
from django.db import connections, router
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import conf
from ...publishing.database_seal import triggers
from ...publishing.models import Seal
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Seal the database: triggers refuse every write to what is public that does not come from the gate, raw SQL "
        "included. install can be repeated, remove takes all of them out, status ends with an error if they and the "
        "setting DATABASE_SEAL disagree."
    )
    # A seal that does not fit the settings is what the checks complain about.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["install", "remove", "status"])

    def handle(self, *, action, **options):
        connection = connections[router.db_for_write(Seal)]
        if connection.vendor not in triggers.VENDORS:
            raise CommandError(
                _("The seal works on PostgreSQL and SQLite; this database is %(name)s.")
                % {"name": connection.display_name}
            )
        if Seal._meta.db_table not in triggers.tables_of(connection):
            raise CommandError(
                _(
                    "The database is not up to date; nothing was written. Run “python manage.py migrate” first."
                )
            )
        getattr(self, f"_{action}")(connection)

    def _install(self, connection):
        if not conf.get("DATABASE_SEAL"):
            raise CommandError(
                _(
                    "The setting DATABASE_SEAL is off: the gate would shut itself out, and nothing could be published. "
                    "Set it for every process of the site first, then restart them."
                )
            )
        before = triggers.install(connection)
        if before.is_current:
            self.stdout.write(_("Nothing had to be done."))
        for table in before.missing:
            self.stdout.write(_("%(table)s: sealed.") % {"table": table})
        for table in before.outdated:
            self.stdout.write(_("%(table)s: brought up to date.") % {"table": table})
        count = len(triggers.state(connection).sealed)
        self.stdout.write(
            ngettext("%(count)d table is sealed.", "%(count)d tables are sealed.", count) % {"count": count}
        )

    def _remove(self, connection):
        removed = triggers.remove(connection)
        for table in removed:
            self.stdout.write(_("%(table)s: no longer sealed.") % {"table": table})
        if not removed:
            self.stdout.write(_("The database was not sealed."))
        elif conf.get("DATABASE_SEAL"):
            self.stdout.write(_("The setting DATABASE_SEAL is still on; switch it off as well."))

    def _status(self, connection):
        found = triggers.state(connection)
        for table in found.sealed:
            self.stdout.write(_("%(table)s: sealed.") % {"table": table})
        for table in found.outdated:
            self.stdout.write(_("%(table)s: the seal is out of date.") % {"table": table})
        if found.is_installed:
            for table in found.missing:
                self.stdout.write(_("%(table)s: not sealed.") % {"table": table})
        self._judge(found)

    def _judge(self, found):
        wanted = conf.get("DATABASE_SEAL")
        if found.is_installed and not wanted:
            raise CommandError(
                _(
                    "The database is sealed, but the setting DATABASE_SEAL is off: nothing can be published, changed or "
                    "withdrawn. Switch it on, or run “disclosure_seal remove”."
                )
            )
        if found.is_installed and not found.is_current:
            raise CommandError(_("Run “disclosure_seal install” to bring the seal up to date."))
        if not found.is_installed and wanted:
            raise CommandError(
                _("DATABASE_SEAL is on, but the database is not sealed. Run “disclosure_seal install”.")
            )
        self.stdout.write(
            _("The database is sealed, and the setting agrees.")
            if found.is_installed
            else _("The database is not sealed, and the setting agrees.")
        )
