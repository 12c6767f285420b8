from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...interchange.models.upward import UpwardPlatform, UpwardSubmission
from ...interchange.upward.fetching import finding_text
from ...interchange.upward.planning import plan
from ...interchange.upward.push import Busy, run, what_came
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Send what was published, changed or withdrawn to the upper platforms. Run it often; what was missed is caught "
        "up, and nothing is sent twice. For platforms that fetch, it only writes down what they are to get."
    )

    def add_arguments(self, parser):
        parser.add_argument("--platform", help="code of the only platform to serve")
        parser.add_argument("--limit", type=int, help="most items to send to each platform")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")

    def handle(self, *args, platform=None, limit=None, dry_run=False, **options):
        if limit is not None and limit < 1:
            raise CommandError(_("--limit must be at least 1."))
        busy = [each.code for each in self._platforms(platform) if not self._serve(each, limit, dry_run)]
        if busy:
            raise CommandError(
                _("Another run sends to these platforms at the moment: %(codes)s.")
                % {"codes": ", ".join(busy)}
            )

    def _platforms(self, code):
        active = UpwardPlatform.objects.filter(active=True).select_related("agency__site").order_by("pk")
        if code is None:
            return list(active)
        found = list(active.filter(code=code))
        if not found:
            known = ", ".join(active.values_list("code", flat=True)) or "—"
            raise CommandError(
                _("No platform in use has the code “%(code)s”. There are: %(known)s.")
                % {"code": code, "known": known}
            )
        return found

    def _serve(self, platform, limit, dry_run):
        """Returns False where another run is at it."""
        if dry_run:
            waiting = UpwardSubmission.objects.filter(platform=platform, state=UpwardSubmission.State.WAITING)
            self._say(
                platform,
                _("%(waiting)d wait, %(planned)d more are to be planned")
                % {"waiting": waiting.count(), "planned": plan(platform, only_count=True)},
            )
            return True
        if not platform.pushes or not platform.endpoint:
            self._say(platform, _("%(count)d planned") % {"count": plan(platform)})
            return True
        try:
            found = run(platform, limit=limit)
        except Busy:
            return False
        self._say(platform, what_came(found))
        for each in found.findings:
            self.stderr.write(f"{platform.code}: {finding_text(each)}")
        return True

    def _say(self, platform, text):
        self.stdout.write(f"{platform.code}: {text}")
