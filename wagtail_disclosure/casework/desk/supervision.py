"""On the page of a case: who put it under supervision, why, until when an answer is expected; and its reminders."""

from ..models import CaseAlarm
from ..sections import Section, register
from ..standing import as_date

CONDITION = "supervision"


@register
class SupervisionSection(Section):
    template_name = "wagtail_disclosure/casework/supervision.html"
    order = 10

    def is_shown(self):
        self.event = self.standing.opened_by(CONDITION)
        return self.event is not None

    def get_context_data(self, parent_context):
        return {
            **super().get_context_data(parent_context),
            "event": self.event,
            "until": as_date(self.event.data.get("until")),
        }


@register
class RemindersSection(Section):
    template_name = "wagtail_disclosure/casework/reminders.html"
    order = 900

    def is_shown(self):
        key = {"case_model": self.case._meta.label_lower, "case_key": str(self.case.pk)}
        self.rows = list(CaseAlarm.objects.filter(**key, sent_at__isnull=False).select_related("user"))
        return bool(self.rows)

    def get_context_data(self, parent_context):
        return {**super().get_context_data(parent_context), "rows": self.rows}
