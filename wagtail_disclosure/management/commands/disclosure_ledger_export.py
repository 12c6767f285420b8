import json
from contextlib import nullcontext

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...publishing.verification import anchors
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Write the ledger as JSON lines, or a receipt of its end (--head), to be kept outside. "
        "disclosure_verify --anchor compares the ledger with it later."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="where to write; the standard output without it")
        parser.add_argument("--since", type=int, default=0, help="only entries after this number")
        parser.add_argument("--head", action="store_true", help="only a receipt of the last entry")
        parser.add_argument(
            "--hashes",
            action="store_true",
            help="only numbers, hashes and marks of the entries: no names, no texts",
        )

    def handle(self, *, file, since, head, hashes, **options):
        if head:
            found = anchors.receipt()
            if found is None:
                raise CommandError(_("The ledger is empty."))
            lines = [json.dumps(found)]
        else:
            lines = anchors.lines(since, hashes_only=hashes)
        out = open(file, "w", encoding="utf-8") if file else nullcontext(self.stdout)
        with out as handle:
            for line in lines:
                handle.write(f"{line}\n")
