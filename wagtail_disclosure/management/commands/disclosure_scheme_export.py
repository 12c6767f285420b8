from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...catalogue import scheme_files, sheets
from ...catalogue.models import CategoryScheme
from ..base import DisclosureCommand
from ..console import cannot_open


class Command(DisclosureCommand):
    help = "Write a category scheme as CSV or XLSX."

    def add_arguments(self, parser):
        parser.add_argument("scheme", help="Code of the scheme.")
        parser.add_argument(
            "--output",
            help="File to write; its ending decides the format. Standard output, as CSV, without it.",
        )

    def handle(self, *, scheme, output, **options):
        found = CategoryScheme.objects.filter(code=scheme).first()
        if found is None:
            raise CommandError(scheme_files.no_such_scheme(scheme))
        rows = scheme_files.export_rows(found)
        if output is None:
            for chunk in sheets.rows_as_csv(rows):
                self.stdout.write(chunk.decode(), ending="")
            return
        try:
            with open(output, "wb") as handle:
                if output.lower().endswith(".xlsx"):
                    sheets.write_xlsx(rows, handle)
                else:
                    handle.writelines(sheets.rows_as_csv(rows))
        except OSError as error:
            raise cannot_open(output, error) from error
        self.stdout.write(
            _("%(count)d categories written to %(file)s")
            % {"count": found.categories.count(), "file": output}
        )
