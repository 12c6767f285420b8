from django.utils.translation import gettext as _

from ...mailboxes.selected import consent
from ...publishing.takedowns import escalate_takedowns
from ...publishing.validity import bring_up_to_date
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Tell those who may decide of takedowns that nobody ratified in time, let the search know of changes of "
        "validity whose day has come, and take off selected letters whose consent was withdrawn. Run it every hour; "
        "what was missed is caught up."
    )

    def handle(self, *args, **options):
        late = escalate_takedowns()
        self.stdout.write(_("Takedowns that are overdue and were told of: %(count)d") % {"count": len(late)})
        written = bring_up_to_date()
        self.stdout.write(_("Changes of validity whose day has come: %(count)d") % {"count": written})
        left = consent.leave_all()
        self.stdout.write(
            _("Selected letters without consent that were taken off: %(count)d") % {"count": left}
        )
