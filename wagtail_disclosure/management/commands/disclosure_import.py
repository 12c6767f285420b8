from contextlib import nullcontext

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...interchange.importing import report
from ...interchange.importing.files import FileRefused, Folder
from ...interchange.importing.plan import BAD, make_plan
from ...interchange.importing.target import Target, TargetError, find_agency
from ...interchange.importing.writer import BATCH, ImportStopped, Writer, new_batch
from ..base import DisclosureCommand
from ..console import Progress, cannot_open


class Command(DisclosureCommand):
    help = (
        "Import documents as drafts that enter review. Every row of the manifest is checked before anything is "
        "written; with an error in any row nothing is imported. Importing a file again changes only what has changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("manifest", help="CSV (UTF-8, UTF-16 or GBK) or XLSX with one document a row.")
        parser.add_argument(
            "--bodies", help="Folder of the text files and attachments; that of the manifest by default."
        )
        parser.add_argument(
            "--user", help="User name of whoever imports: the author of the drafts, who cannot review them."
        )
        parser.add_argument("--site", default="", help="Host name of the agency's site.")
        parser.add_argument(
            "--department", default="", help="Code of the department for rows whose department is not known."
        )
        parser.add_argument("--dry-run", action="store_true", help="Check and report; write nothing.")
        parser.add_argument("--draft-only", action="store_true", help="Leave the drafts out of review.")
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="Import the rows without errors and list the others."
        )
        parser.add_argument(
            "--batch", type=int, default=BATCH, help="Rows written in one transaction (default: %(default)s)."
        )
        parser.add_argument(
            "--report", help="Write the report to this file, as CSV or, if its name ends so, .json."
        )

    def handle(self, *, manifest, bodies, dry_run, skip_bad_rows, **options):
        if options["batch"] < 1:
            raise CommandError(_("A batch has one row at least."))
        user = self._user(options["user"], required=not dry_run)
        try:
            # Opened first: an import is not to end with a report that nobody can write.
            output = open(options["report"], "wb") if options["report"] else nullcontext()
        except OSError as error:
            raise cannot_open(options["report"], error) from error
        with output as options["output"]:
            self._plan(manifest, bodies, user, dry_run, skip_bad_rows, options)

    def _plan(self, manifest, bodies, user, dry_run, skip_bad_rows, options):
        try:
            target = Target(find_agency(options["site"]), department=options["department"], user=user)
            files = Folder(bodies or manifest.rpartition("/")[0] or ".")
            handle = open(manifest, "rb")
        except (TargetError, FileRefused) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise cannot_open(manifest, error) from error
        with handle:
            plan = make_plan(
                target,
                handle,
                manifest,
                files,
                draft_only=options["draft_only"],
                progress=Progress(self.stderr, _("checked")),
            )
        try:
            self._run(plan, manifest, user, dry_run, skip_bad_rows, options)
        finally:
            plan.close()

    def _run(self, plan, manifest, user, dry_run, skip_bad_rows, options):
        for line in report.as_text(plan):
            self.stderr.write(line)
        may_proceed = plan.may_proceed(skip_bad_rows) and (plan.to_write or not plan.problem_count)
        if dry_run or not may_proceed:
            self._report(plan, options["output"])
        if not may_proceed:
            raise CommandError(_("The file has errors; nothing was imported."))
        if dry_run:
            self.stdout.write(_("Nothing was written: this was a dry run."))
            self._fail_for_refused(plan.counts)
            return
        batch = new_batch(plan, user, manifest, skip_bad_rows=skip_bad_rows)
        writer = Writer(
            plan.target,
            plan.spool,
            batch,
            size=options["batch"],
            progress=Progress(self.stderr, _("written")),
        )
        try:
            writer.run()
        except ImportStopped as error:
            raise CommandError(
                _("%(error)s %(count)d rows were written; start the import again to go on.")
                % {"error": error, "count": batch.done}
            ) from error
        plan.counts = writer.counts
        self._report(plan, options["output"])
        self.stdout.write(report.summary(writer.counts))
        self._fail_for_refused(writer.counts)

    def _fail_for_refused(self, counts):
        """End with status 1, so that a script learns that rows are missing."""
        refused = counts[BAD]
        if refused:
            raise CommandError(
                ngettext("%(count)d row was refused.", "%(count)d rows were refused.", refused)
                % {"count": refused}
            )

    def _user(self, name, required):
        if not name:
            if required:
                raise CommandError(_("Say with --user who imports: the author of the drafts."))
            return None
        model = get_user_model()
        found = model.objects.filter(**{model.USERNAME_FIELD: name}, is_active=True).first()
        if found is None:
            raise CommandError(_("There is no active user “%(name)s”.") % {"name": name})
        return found

    def _report(self, plan, output):
        if output is None:
            return
        try:
            report.write(plan, output)
        except OSError as error:
            # What was imported stays imported.
            self.stderr.write(report.summary(plan.counts))
            raise CommandError(
                _("The report could not be written to the end: %(error)s") % {"error": error.strerror}
            ) from error
