from django.utils.translation import gettext as _

from ...casework import reprojection
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Compute the dates of open cases anew after the working-day calendar changed. Shows which cases move; with "
        "--apply stores the new dates, with an event on each case. Safe to repeat."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="Store the new dates.")

    def handle(self, *args, apply, **options):
        found = list(reprojection.preview())
        for each in found:
            mark = _(" (provisional)") if each.provisional else ""
            self.stdout.write(f"{each.case.number}: {each.before or '–'} → {each.after or '–'}{mark}")
            if each.answer_before != each.answer_after:
                days = {"before": each.answer_before or "–", "after": each.answer_after or "–"}
                self.stdout.write("  " + _("answer awaited by: %(before)s → %(after)s") % days)
        number = reprojection.apply() if apply else len(found)
        text = _("Cases moved: %(count)d") if apply else _("Cases that would move: %(count)d")
        self.stdout.write(text % {"count": number})
