"""Make the PDF of every letter that has none yet."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from ...casework.letters import pdf


class Command(BaseCommand):
    help = "Make the PDF of every letter of a case that has none yet. It may be broken off and run again."

    def handle(self, **options):
        if not pdf.is_available():
            raise CommandError(pdf.why_not())
        number, failed = pdf.make_missing()
        text = ngettext("%(count)d PDF made.", "%(count)d PDFs made.", number)
        self.stdout.write(text % {"count": number})
        if failed:
            text = ngettext(
                "%(count)d PDF could not be made, the log says why.",
                "%(count)d PDFs could not be made, the log says why.",
                failed,
            )
            raise CommandError(text % {"count": failed})
