from django.apps import apps
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...casework import retention
from ...casework.models import Case
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Take personal data out of closed cases whose term (CASE_RETENTION_YEARS) has ended; cases under legal hold "
        "are left. Run it every day; what was missed is caught up."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only say how many cases are due.")

    def handle(self, *args, dry_run, **options):
        left_out = []
        for model in apps.get_models():
            if not issubclass(model, Case):
                continue
            due, held = retention.due_cases(model), retention.held_cases(model).count()
            name = model._meta.verbose_name_plural
            if held:
                self.stdout.write(
                    _("%(cases)s kept because of a legal hold: %(count)d") % {"cases": name, "count": held}
                )
            if dry_run:
                self.stdout.write(
                    _("%(cases)s that are due: %(count)d") % {"cases": name, "count": due.count()}
                )
                continue
            number, failed = retention.anonymise_due(model)
            self.stdout.write(_("%(cases)s anonymised: %(count)d") % {"cases": name, "count": number})
            left_out += failed
        if left_out:
            text = ngettext(
                "%(count)d case was left out, the log says why: %(numbers)s.",
                "%(count)d cases were left out, the log says why: %(numbers)s.",
                len(left_out),
            )
            raise CommandError(text % {"count": len(left_out), "numbers": ", ".join(left_out)})
