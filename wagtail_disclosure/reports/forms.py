"""Forms of annual reports in the admin."""

import math

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from ..casework.public_forms import check_text
from ..catalogue.models import Category
from ..rules.annual_report.identities import number
from ..rules.annual_report.versions import deadlines, form_for
from ..rules.errors import RuleError
from .deadlines import current_year
from .models import AnnualReport, ReportFiling, SubordinateBody
from .profile import jurisdiction


def kind_choices():
    return [(each.code, each.label()) for each in deadlines(jurisdiction())]


class ReportForm(forms.ModelForm):
    """A report is begun: whose, and of which year."""

    body_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of body"),
        choices=kind_choices,
        help_text=gettext_lazy("It decides until when the report is to be published (Art. 49)."),
    )

    class Meta:
        model = AnnualReport
        fields = ["agency", "year", "body_kind", "by_hand"]

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        if len(agencies) == 1:
            self.initial.setdefault("agency", agencies[0].pk)
        self.initial.setdefault("year", self._next_year(agencies))

    @staticmethod
    def _next_year(agencies):
        """The year whose report is due, or the present one where that was begun everywhere."""
        due = current_year()
        begun = AnnualReport.objects.filter(agency__in=agencies, year=due).count()
        return timezone.localdate().year if begun >= len(agencies) else due

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise ValidationError(_("This year has not begun."))
        try:
            form_for(jurisdiction(), year)
        except RuleError:
            raise ValidationError(_("There is no form of the annual report for this year.")) from None
        return year


class NumbersForm(forms.Form):
    """All cells that people enter, with one source. An empty field has no number; nothing at all is 0.

    What somebody else entered since the form was opened stays, unless it is replaced knowingly.
    """

    # The newest number that the person saw.
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(
        label=gettext_lazy("Source of the numbers"),
        max_length=255,
        validators=[check_text],
        help_text=gettext_lazy(
            "The register, the department or the letter they come from. Kept with every new number."
        ),
    )

    def __init__(self, *args, report, cells, figures, **kwargs):
        super().__init__(*args, **kwargs)
        self.report, self.cells = report, cells
        self.initial["opened"] = report.cells.aggregate(last=Max("pk"))["last"] or 0
        for place, cell in enumerate(cells):
            figure = figures.by_code[cell.code]
            self.fields[f"cell{place}"] = forms.DecimalField(
                label=f"{cell.table.label()} · {cell.label()}",
                required=False,
                min_value=None if cell.column.code == "change" else 0,
                max_digits=20,
                decimal_places=cell.decimals,
                initial=figure.text if figure.given is not None else None,
            )

    def clean(self):
        given, opened = super().clean(), self.cleaned_data.get("opened")
        if opened is None:
            return given
        rows = list(self.report.cells.order_by("pk"))
        seen, now = ({row.code: row.value for row in rows if row.pk <= most} for most in (opened, math.inf))
        later = {row.code for row in rows if row.pk > opened}
        self.data = self.data.copy()
        self.data["opened"] = max((row.pk for row in rows), default=0)
        for place, cell in enumerate(self.cells):
            name, there = f"cell{place}", now.get(cell.code)
            if cell.code not in later or name not in given or given[name] == there:
                continue
            shown = "" if there is None else number(there)
            if given[name] == seen.get(cell.code):
                given[name], self.data[name] = there, shown
            else:
                message = _("Somebody else entered this meanwhile: %(value)s. Save again to replace it.")
                self.add_error(name, message % {"value": shown or "—"})
        return given

    def values(self):
        return {cell.code: self.cleaned_data[f"cell{place}"] for place, cell in enumerate(self.cells)}


class CorrectionForm(forms.Form):
    """Another number in place of the computed one, with the reason."""

    value = forms.DecimalField(
        label=pgettext_lazy("annual report", "Number"), max_digits=20, decimal_places=6
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays visible beside the number, with your name."),
    )


class TextForm(forms.Form):
    """The words of a section. Who opened it before somebody else wrote it is told, and replaces that knowingly."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("annual report", "Text"),
        required=False,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "One paragraph a line. Leave it empty to have it drafted anew with the figures."
        ),
    )

    def __init__(self, *args, written, **kwargs):
        super().__init__(*args, **kwargs)
        # When it was written last; it is opened as it is then.
        self.now = written.at.isoformat() if written else "-"
        self.initial["opened"] = self.now

    def clean(self):
        given = super().clean()
        if given.get("opened") and given["opened"] != self.now:
            self.data = self.data.copy()
            self.data["opened"] = self.now
            raise ValidationError(
                _(
                    "Somebody else changed this record after you opened it. Compare in a second window, then save "
                    "again to replace it with what you see here."
                )
            )
        return given


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Workbook (XLSX)"),
        help_text=gettext_lazy(
            "In the official layout, such as the export makes. Only numbers that people enter are taken."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source of the numbers"), max_length=255, validators=[check_text]
    )


class FreezeForm(forms.Form):
    despite = forms.BooleanField(
        label=gettext_lazy("Freeze although identities do not hold. I have seen what is wrong."),
        required=False,
    )


class DraftForm(forms.Form):
    """Where the page of the report stands in the catalogue."""

    folder = forms.ChoiceField(label=gettext_lazy("Place in the catalogue"))
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.none(), required=False
    )

    def __init__(self, *args, report, folders, **kwargs):
        super().__init__(*args, **kwargs)
        self.folders = {str(each.pk): each for each in folders}
        self.fields["folder"].choices = [(key, each.title) for key, each in self.folders.items()]
        self.fields["category"].queryset = Category.objects.filter(
            scheme__kind="agency", scheme__agency=report.agency, active=True
        )

    def clean_folder(self):
        return self.folders[self.cleaned_data["folder"]]


class EditionForm(forms.Form):
    """Another edition of a page that was public: why it is changed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        max_length=500,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands on the public page, beside what was changed."),
    )


class BodyForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of body"), choices=kind_choices)

    class Meta:
        model = SubordinateBody
        fields = ["agency", "name", "kind", "contact", "since", "until", "sort_order"]

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        if len(agencies) == 1:
            self.initial.setdefault("agency", agencies[0].pk)

    def clean_name(self):
        check_text(self.cleaned_data["name"])
        return self.cleaned_data["name"]

    def clean(self):
        given = super().clean()
        if given.get("until") and given.get("since") and given["until"] < given["since"]:
            self.add_error("until", _("This lies before the first year."))
        return given


class FilingForm(forms.ModelForm):
    url = forms.URLField(label=gettext_lazy("Address"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = ReportFiling
        fields = ["published_on", "url"]
        widgets = {"published_on": AdminDateInput}

    def clean_published_on(self):
        day = self.cleaned_data["published_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day lies ahead."))
        if day.year <= self.instance.year:
            raise ValidationError(_("The report of a year is published after it has ended."))
        return day
