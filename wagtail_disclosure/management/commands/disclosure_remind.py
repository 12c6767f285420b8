from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...departments.names import person_name
from ...publishing.review import reminders
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = "Remind reviewers of steps that are due or overdue, and tell the office of old ones. Run it every morning."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Say who would be mailed, and send nothing."
        )

    def handle(self, *args, **options):
        if not reminders.is_working_day(timezone.localdate()):
            self.stdout.write(_("Today is no working day: nothing is sent."))
            return
        planned, sent = reminders.planned(), 0
        for kind, user, steps in planned:
            if options["dry_run"]:
                self._say(kind, user, steps)
            else:
                sent += reminders.send(kind, user, steps)
        if options["dry_run"]:
            sent = len(planned)
            text = ngettext("%(count)d mail would be sent.", "%(count)d mails would be sent.", sent)
        else:
            text = ngettext("%(count)d mail sent.", "%(count)d mails sent.", sent)
        self.stdout.write(text % {"count": sent})
        if not options["dry_run"] and sent < len(planned):
            self.stderr.write(_("Some mails were not sent; the log says why. The next run tries again."))

    def _say(self, kind, user, steps):
        self.stdout.write(f"{person_name(user)} <{user.email}> · {kind.label}")
        for step in steps:
            self.stdout.write(f"  {step.draft} · {step.state.task.name} · {step.due.sentence}")
