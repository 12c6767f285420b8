"""Forms of the admin of mailboxes: the mailbox with its rows, and canned answers."""

from functools import partial

from django import forms
from django.utils.text import capfirst
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from ..casework import policy
from ..departments.models import Agency
from ..departments.names import person_name
from . import vocabularies
from .models import CannedAnswer, Correspondent, Mailbox, MailboxLeader, MailboxType


def person_field_choices():
    return [
        (name, capfirst(Correspondent._meta.get_field(name).verbose_name))
        for name in vocabularies.PERSON_FIELDS
    ]


def type_field(**options):
    field = MailboxType._meta.get_field("type")
    return forms.ChoiceField(
        choices=partial(type_choices, **options), label=capfirst(field.verbose_name), **options
    )


def type_choices(required=True):
    return [*([] if required else [("", "---------")]), *vocabularies.type_choices()]


class MailboxForm(WagtailAdminModelForm):
    optional_fields = forms.MultipleChoiceField(
        choices=person_field_choices,
        label=capfirst(Mailbox._meta.get_field("optional_fields").verbose_name),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TypeForm(WagtailAdminModelForm):
    type = type_field()

    class Meta:
        model = MailboxType
        fields = ["type", "department", "limit", "unit"]


class PersonChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return person_name(obj)


class LeaderForm(WagtailAdminModelForm):
    class Meta:
        model = MailboxLeader
        fields = ["user"]
        field_classes = {"user": PersonChoiceField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        field.queryset = field.queryset.filter(is_active=True)


class RowsPanel(InlinePanel):
    """Rows of a mailbox, each by a form of its own."""

    forms = {"types": TypeForm, "leaders": LeaderForm}

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = self.forms[self.relation_name]
        return options


class CannedAnswerForm(WagtailAdminModelForm):
    letter_type = type_field(required=False)

    class Meta:
        model = CannedAnswer
        fields = ["title", "agency", "department", "letter_type", "body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        departments = policy.departments_to_register_for(self.for_user)
        self.fields["department"].queryset = departments
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=departments.order_by().values("agency"))
