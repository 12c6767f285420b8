from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...publishing.safety import scan, words
from ...publishing.safety.scanner import ScannerUnavailable
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Look into the files of everything public again and scan them with the virus signatures of today; ends with "
        "an error if a file is no longer accepted. With --all, every document and image of the site."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", dest="everything")

    def handle(self, *, everything, verbosity, **options):
        files = refused = 0
        try:
            for result in scan.scan(everything=everything):
                files += 1
                refused += self._tell(result, verbosity)
        except ScannerUnavailable as error:
            raise CommandError(
                _("The virus scanner does not answer: %(reason)s") % {"reason": error.reason}
            ) from error
        if refused:
            raise CommandError(
                _("%(refused)d of %(count)d files are not accepted any more.")
                % {"refused": refused, "count": files}
            )
        self.stdout.write(_("%(count)d files were looked into; all are accepted.") % {"count": files})

    def _tell(self, result, verbosity):
        """Write what was found in a file, and say whether it is refused."""
        refusals = result.of(words.REFUSE)
        shown = refusals + (result.of(words.BLOCK) if verbosity > 1 else [])
        title = result.examined.title
        if result.is_public and refusals:
            title += " " + _("(public)")
        for line in shown:
            self.stdout.write(f"{title}: {line}")
        return bool(refusals)
