import json
from contextlib import nullcontext

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...compat import Page
from ...publishing.guard import is_guarded
from ...publishing.verification import runs
from ..base import DisclosureCommand

# Exit codes, for cron and monitoring.
DIFFERENCES, COULD_NOT_RUN = 1, 2


class Command(DisclosureCommand):
    help = (
        "Compare everything that is public, files included, with what was approved, and the ledger with itself; name "
        "each difference. Exit code 0: everything agrees; 1: differences; 2: it could not run."
    )

    def add_arguments(self, parser):
        parser.add_argument("--item", help="only this item: the key of a page, or app_label.Model:key")
        parser.add_argument("--fast", action="store_true", help="do not read the bytes of files")
        parser.add_argument("--anchor", help="an earlier export or receipt of the ledger to compare with")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line: each difference, then the run"
        )
        parser.add_argument(
            "--withhold",
            action="store_true",
            default=None,
            help="keep tampered items from visitors (always, with the setting VERIFY_WITHHOLDS)",
        )
        parser.add_argument("--progress", action="store_true", help="say on the error output how far it is")

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if error.returncode != DIFFERENCES or getattr(error, "found", False):
                raise
            raise CommandError(str(error), returncode=COULD_NOT_RUN) from error
        except Exception as error:
            # Whatever it is: 1 would say that there are differences.
            text = _("The verification could not be finished: %(error)s") % {"error": error}
            raise CommandError(text, returncode=COULD_NOT_RUN) from error

    def handle(self, *, item, fast, anchor, json, withhold, progress, **options):
        self.as_json = json
        with open(anchor, encoding="utf-8") if anchor else nullcontext() as handle:
            record = runs.run(
                read_files=not fast,
                item=_item(item) if item else None,
                anchor=handle,
                anchor_name=anchor or "",
                by="disclosure_verify",
                withhold=withhold,
                tell=self._tell,
                progress=self._progress if progress else None,
            )
        self._conclude(record)

    def _tell(self, finding):
        if not self.as_json:
            self.stdout.write(str(finding))
            return
        content_type, key = finding.item or (None, None)
        facts = {
            "code": finding.code,
            "text": finding.text,
            "title": finding.title,
            "content_type": content_type,
            "object_id": key,
            "params": finding.params,
        }
        self.stdout.write(json.dumps(facts, ensure_ascii=False, default=str))

    def _progress(self, items):
        self.stderr.write(ngettext("%(count)d item", "%(count)d items", items) % {"count": items})

    def _conclude(self, record):
        facts = {"items": record.items, "files": record.files, "entries": record.entries}
        if self.as_json:
            self.stdout.write(json.dumps({"run": record.pk, "differences": record.differences, **facts}))
        if record.differences:
            error = CommandError(
                ngettext("%(count)d difference.", "%(count)d differences.", record.differences)
                % {"count": record.differences},
                returncode=DIFFERENCES,
            )
            error.found = True
            raise error
        if not self.as_json:
            self.stdout.write(
                _(
                    "All %(items)d items, %(files)d files and %(entries)d ledger entries are as they were approved."
                )
                % facts
            )


def _item(text):
    """The item that ``text`` names. Raises ``CommandError``."""
    label, _separator, key = text.rpartition(":")
    try:
        model = apps.get_model(label) if label else Page
        row = model._base_manager.filter(pk=model._meta.pk.to_python(key)).first()
    except (LookupError, ValueError, TypeError, ValidationError):
        row = None
    row = getattr(row, "specific", row)
    if row is None or not is_guarded(type(row)):
        raise CommandError(
            _("“%(item)s” is no guarded item. Give the key of a page, or app_label.Model:key.")
            % {"item": text},
            returncode=COULD_NOT_RUN,
        )
    return row
