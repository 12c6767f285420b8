from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from ...catalogue import scheme_files
from ...catalogue.models import CategoryScheme
from ...departments.models import Agency
from ..base import DisclosureCommand
from ..console import cannot_open


class Command(DisclosureCommand):
    help = (
        "Add and change the categories of a scheme from CSV or XLSX. What is not in the file stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("scheme", help="Code of the scheme.")
        parser.add_argument("file", help="CSV (UTF-8 or GBK) or XLSX.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change and change nothing."
        )
        parser.add_argument(
            "--create",
            choices=CategoryScheme.Kind.values,
            metavar="KIND",
            help=f"Make the scheme if there is none: {', '.join(CategoryScheme.Kind.values)}.",
        )
        parser.add_argument("--name", help="Name of a scheme that is made.")
        parser.add_argument("--site", help="Host name of the agency's site, for a scheme of one agency.")

    @transaction.atomic
    def handle(self, *, scheme, file, dry_run, **options):
        found = self._scheme(scheme, options)
        try:
            with open(file, "rb") as handle:
                plan = scheme_files.read(found, handle, file)
        except OSError as error:
            raise cannot_open(file, error) from error
        if plan.notice:
            self.stderr.write(plan.notice)
        if plan.problems:
            for problem in plan.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("The file has problems; nothing was imported."))
        self._say(plan)
        if dry_run:
            transaction.set_rollback(True)
            return
        try:
            plan.apply()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _scheme(self, code, options):
        found = CategoryScheme.objects.filter(code=code).first()
        if found is not None:
            return found
        if not options["create"]:
            raise CommandError(scheme_files.no_such_scheme(code))
        agency = None
        if options["site"]:
            agency = Agency.objects.filter(site__hostname=options["site"]).first()
            if agency is None:
                raise CommandError(_("“%(site)s” is no site with an agency.") % {"site": options["site"]})
        made = CategoryScheme(code=code, kind=options["create"], name=options["name"] or code, agency=agency)
        try:
            made.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        made.save()
        return made

    def _say(self, plan):
        for change in plan.added:
            self.stdout.write(f"+ {change.code} {change.name}")
        for change in plan.changed:
            what = "; ".join(f"{label}: {before} → {after}" for label, before, after in change.differences)
            self.stdout.write(f"~ {change.code} {what}")
        self.stdout.write(
            _("%(added)d new, %(changed)d changed, %(unchanged)d as before, %(missing)d not in the file")
            % {
                "added": len(plan.added),
                "changed": len(plan.changed),
                "unchanged": plan.unchanged,
                "missing": len(plan.not_in_file),
            }
        )
