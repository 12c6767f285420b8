"""Forms of places, delivery notes and receipts."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from ...casework.public_forms import check_text
from ...catalogue.models import Category, CategoryScheme
from ...departments.forms import NoticesOthers
from ...departments.models import Agency, Department
from ..forms import OfOneAgency
from ..models import DeliveryBatch, IntakePoint, ReadingPoint
from . import policy, vocabularies

RETURNED = "returned-"
LONGEST = 500


class PlaceForm(NoticesOthers, WagtailAdminModelForm):
    """Fields that places share. The agency is one of those whose places the person keeps."""

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        agency = self.fields["agency"]
        agency.queryset = Agency.objects.filter(policy.agencies_for(self.for_user, type(self.instance)))
        agency.initial = agency.queryset.first()
        agency.empty_label = None

    def clean(self):
        cleaned = super().clean()
        self.notice_others()
        return cleaned


class ReadingPointForm(OfOneAgency, PlaceForm):
    kind = forms.ChoiceField(
        choices=vocabularies.kind_choices, label=capfirst(ReadingPoint._meta.get_field("kind").verbose_name)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        departments = Department.objects.active().filter(agency__in=self.fields["agency"].queryset)
        if self.instance.pk:
            # One that was merged since stays chosen: without any, the point would take those of all.
            departments |= Department.objects.filter(pk__in=self.instance.departments.values("pk"))
        self.fields["departments"].queryset = departments.distinct().select_related("agency")
        chosen = self.instance.categories.values("pk") if self.instance.pk else []
        top = Category.objects.filter(
            parent=None,
            scheme__kind=CategoryScheme.Kind.AGENCY,
            scheme__agency__in=self.fields["agency"].queryset,
        )
        self.fields["categories"].queryset = (top | Category.objects.filter(pk__in=chosen)).distinct()


class IntakePointForm(PlaceForm):
    accepts = forms.MultipleChoiceField(
        choices=vocabularies.ways_of_asking,
        label=capfirst(IntakePoint._meta.get_field("accepts").verbose_name),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _day(label, **options):
    return forms.DateField(
        label=capfirst(label), widget=AdminDateInput, initial=timezone.localdate, **options
    )


def _line(label, *, length=100, **options):
    return forms.CharField(label=capfirst(label), max_length=length, validators=[check_text], **options)


def _text(label, **options):
    return _line(label, length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **options)


class KeysField(forms.MultipleChoiceField):
    """Keys of rows that were on the page. Whether they still may be chosen says the action, in a sentence."""

    def __init__(self, **options):
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)

    def valid_value(self, value):
        return value.isascii() and value.isdigit() and len(value) < 19

    def clean(self, value):
        return [int(each) for each in super().clean(value)]


class MakeBatchForm(forms.Form):
    deliveries = KeysField()


class ReasonForm(forms.Form):
    reason = _text(pgettext_lazy("delivery", "reason"))


class DeliveredForm(forms.Form):
    """When and by whom a note was delivered. ``left``: lines that left the public pages since it was printed."""

    delivered_on = _day(_("delivered on"))
    delivered_by = _line(_("delivered by"))
    taken_out = KeysField(label=_("Taken out before the delivery"))

    def __init__(self, *args, left=(), **kwargs):
        super().__init__(*args, **kwargs)
        if not left:
            del self.fields["taken_out"]
            return
        self.fields["taken_out"].choices = [(str(each.pk), each.title) for each in left]
        self.fields["taken_out"].initial = [str(each.pk) for each in left]
        self.fields["taken_out"].help_text = _(
            "They were withdrawn after the note was printed. What was handed over all the same is recalled."
        )


class ReceiptForm(forms.Form):
    """Who received a note. ``lines`` have a field each for why one came back."""

    received_on = _day(_("received on"))
    received_by = _line(_("received by"), help_text=_("Whoever signed at the reading point."))
    note = _line(_("note of the receipt"), length=LONGEST, required=False)
    receipt = forms.FileField(
        label=capfirst(_("signed receipt")), required=False, help_text=_("A scan or a photograph.")
    )

    def __init__(self, *args, lines=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for each in self.lines:
            field = forms.CharField(
                label=each.title, required=False, max_length=LONGEST, validators=[check_text]
            )
            field.widget.attrs["aria-label"] = _("Why it was returned: %(title)s") % {"title": each.title}
            self.fields[f"{RETURNED}{each.pk}"] = field

    def visible_fields(self):
        """The fields above the table of lines."""
        return [each for each in super().visible_fields() if not each.name.startswith(RETURNED)]

    @property
    def rows(self):
        return [(each, self[f"{RETURNED}{each.pk}"]) for each in self.lines]

    @property
    def returned(self):
        given = {each.pk: self.cleaned_data.get(f"{RETURNED}{each.pk}", "") for each in self.lines}
        return {key: text for key, text in given.items() if text}


class CorrectForm(forms.Form):
    """What was entered of a note, to be corrected with a reason."""

    delivered_on = _day(_("delivered on"))
    delivered_by = _line(_("delivered by"))
    received_on = _day(_("received on"))
    received_by = _line(_("received by"))
    receipt_note = _line(_("note of the receipt"), length=LONGEST, required=False)
    receipt = forms.FileField(
        label=capfirst(_("signed receipt")),
        required=False,
        help_text=_("Empty: the file that is there stays. Another one takes its place."),
    )
    reason = _text(_("why it is corrected"))

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        if batch.state != DeliveryBatch.State.RECEIVED:
            for name in ("received_on", "received_by", "receipt_note", "receipt"):
                del self.fields[name]

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in DeliveryBatch.LATER if name in self.fields}
