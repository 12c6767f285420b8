"""What the form of an action asks for: the table names the fields, here each gets its widget and its place in the event."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..departments.models import Department
from ..departments.names import person_name

LONGEST_TEXT = 5000
# Working days that another department has for its task, unless somebody says otherwise.
TASK_DAYS = 5
# Texts: encrypted, in ``details`` of the event under their name.
TEXTS = {
    "agency": _("authority that the request is passed to"),
    "answer": pgettext_lazy("disclosure", "answer"),
    "answered_by": _("answered by"),
    "comment": pgettext_lazy("disclosure", "comment"),
    "description": _("corrected description"),
    "items": pgettext_lazy("disclosure", "items"),
    "mailbox": _("channel it is moved to"),
    "opinion_reasons": _("reasons of the opinion"),
    "passed_on": _("reply that is passed on"),
    "question": _("what is asked"),
    "questions": _("questions"),
    "reason": pgettext_lazy("disclosure", "reason"),
    "reasons": _("reasons"),
}
# Where an action asks something else by the same field.
OTHERWISE = {("ask_follow_up", "description"): pgettext_lazy("mailbox", "further question")}
# Texts in one line.
LINES = {
    "review_body": _("reconsideration body or court"),
    "review_number": _("its number for the case"),
}
OPTIONAL = {"comment", "description", "mailbox", "opinion_reasons"}
NOTE_REQUIRED = {
    "return_decision",
    "note",
    "phone_note",
    "refuse_extension",
    "supervise",
    "end_supervision",
    "hold",
    "lift_hold",
}
# Lists of the profile to choose from: plain codes in ``data``.
LISTS = {
    "refusal": ("mail_refusals", _("why it is not accepted")),
    "identity_check": ("identity_checks", _("how identity was checked")),
    "review_kind": ("review_kinds", _("kind of review")),
    "review_result": ("review_results", _("result of the review")),
    "service_method": ("provision_routes", _("method of service")),
}
CONTACTS = ("phone", "email", "address")
# Fields of the case that follow from a field of the action.
CHANGES = {("assign", "assignee"): "officer", ("hand_over", "department"): "department"}
MARKS = {
    "hand_over": {"officer": None},
}


class PersonField(forms.ModelChoiceField):
    """People by their names: an account says nothing to colleagues."""

    def label_from_instance(self, obj):
        return person_name(obj)


# Fields that a kind of case asks by itself, by the name in the table; see ``FieldsOfKind``.
of_kinds = {}


class FieldsOfKind:
    """What the table of a kind calls by one name and the code of that kind asks and understands. Register an instance."""

    def fields(self, standing):
        """``{name: field}`` for the form of the action."""
        raise NotImplementedError

    def check(self, form, cleaned):
        """Add to ``form`` what is wrong with a valid choice."""

    def stated(self, cleaned):
        """``(data, details)`` of the event: plain values, and texts that are encrypted."""
        raise NotImplementedError

    def told(self, data):
        """Pairs of label and text of what an event with ``data`` says of it."""
        return []


def register_fields(name):
    """Class decorator: what ``FieldsOfKind`` asks where a table names ``name``."""

    def keep(fields):
        of_kinds[name] = fields()
        return fields

    return keep


def label_of_text(name, action=""):
    """What the text ``name`` is called where ``action`` asks for it."""
    return OTHERWISE.get((action, name)) or TEXTS[name]


def text_field(name, action="", required=True):
    return forms.CharField(
        label=label_of_text(name, action),
        max_length=LONGEST_TEXT,
        required=required and name not in OPTIONAL,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def line_field(name):
    return forms.CharField(label=LINES[name], max_length=200, required=name == "review_body")


def note_field(action):
    return forms.CharField(
        label=pgettext_lazy("disclosure", "note"),
        max_length=LONGEST_TEXT,
        required=action.code in NOTE_REQUIRED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def choice(vocabulary, label, *, many=False, required=True, codes=None):
    """A field for codes of a vocabulary of the profile."""
    pairs = [(each.code, each.label()) for each in vocabulary if codes is None or each.code in codes]
    if many:
        return forms.MultipleChoiceField(
            label=label, choices=pairs, required=required, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(label=label, choices=[("", "---------"), *pairs], required=required)


def fee_methods(profile, day):
    """Pairs of code and label: the ways to charge of the fees in force on ``day``."""
    schedule = profile.fee_schedule_on(day)
    return [(each.code, each.label()) for each in schedule.methods.values()] if schedule is not None else []


def people_of(case):
    """Whom a case may be assigned to: the officers of its department, or of its agency where it has none."""
    people = get_user_model().objects.filter(is_active=True, disclosure_roles__role="officer")
    if case.department is not None:
        return people.filter(disclosure_roles__department__in=case.department.in_charge()).distinct()
    return people.filter(disclosure_roles__department__agency=case.agency_id).distinct()


def departments_for(case):
    others = Department.objects.active().filter(agency=case.agency_id)
    return others.exclude(pk=case.department_id) if case.department_id else others


def documents_field(case):
    return forms.MultipleChoiceField(
        label=_("files that belong to it"),
        choices=[(str(each.key), each.name) for each in case.attachments.all()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def days_field(standing, most):
    """Days of an extension, of which ``most`` are left."""
    deadline = standing.deadline()
    every = deadline is not None and deadline.counts_every_day
    return forms.IntegerField(
        label=pgettext("disclosure", "days") if every else gettext("working days"),
        min_value=1,
        max_value=max(most, 1),
        help_text=(pgettext("rest days too", "%(most)s at most.") if every else gettext("%(most)s at most."))
        % {"most": most},
    )


def simple_field(name, standing):
    """The field for ``name`` where it needs nothing but a widget; None for all others."""
    today = timezone.localdate()
    made = {
        "date": lambda: forms.DateField(
            label=pgettext_lazy("request", "day"),
            initial=today,
            widget=AdminDateInput,
            help_text=_("The day on which it happened."),
        ),
        "until": lambda: forms.DateField(label=_("until"), widget=AdminDateInput),
        "task_days": lambda: forms.IntegerField(
            label=_("working days for the answer"), min_value=1, max_value=20, initial=TASK_DAYS
        ),
        "of": lambda: forms.CharField(
            label=_("number of the earlier case"),
            max_length=60,
            help_text=_("Of a case that you may see."),
        ),
        "units": lambda: forms.IntegerField(label=_("how many requests or pages"), min_value=1),
        "amount": lambda: forms.DecimalField(label=_("amount"), min_value=0, max_digits=12, decimal_places=2),
        "opinion": lambda: choice(standing.opinions, _("opinion")),
        "fee_method": lambda: forms.ChoiceField(
            label=_("how the fee is counted"),
            choices=[("", "---------"), *fee_methods(standing.profile, today)],
        ),
        "fee_before": lambda: forms.IntegerField(
            label=_("counted before"),
            min_value=0,
            max_value=100_000,
            required=False,
            help_text=_("Where requests count: how many the applicant made earlier in this calendar month."),
        ),
        "assignee": lambda: PersonField(
            label=pgettext_lazy("disclosure", "officer in charge"), queryset=people_of(standing.case)
        ),
        "department": lambda: forms.ModelChoiceField(
            label=_("department"), queryset=departments_for(standing.case)
        ),
        "triggers": lambda: choice(
            standing.profile.supplement_triggers, _("what is missing or unclear"), many=True
        ),
    }
    if name in LISTS:
        vocabulary, label = LISTS[name]
        codes = [
            each.code for each in getattr(standing.profile, vocabulary) if not each.fact("pending", False)
        ]
        return choice(getattr(standing.profile, vocabulary), label, codes=codes)
    return made[name]() if name in made else None
