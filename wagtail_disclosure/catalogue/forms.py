"""Forms of the catalogue's admin: the editor of items, determination, numbers, schemes."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.widgets import AdminDateInput

from .. import conf
from ..departments.models import Department
from ..rules.errors import RuleError
from ..rules.index_numbers import get_preset, preset_codes
from ..rules.labels import article_label
from ..rules.profiles import get_profile
from . import attribute as attributes
from . import numbers
from .choosers import choosable_items
from .header_checks import AXES
from .models import Category, CategoryScheme
from .models.attribute import LONGEST_NOTE
from .patterns import COUNTED_BY, from_segments, scheme_of

OFFICE = "wagtail_disclosure.add_attributedetermination"


def departments_for(user, folder_department, current=None):
    """The departments an item may be given by ``user``: the officer's own, or all of the agency for the office."""
    departments = Department.objects.active()
    if folder_department is not None:
        departments = departments.filter(agency=folder_department.agency_id)
    kept = [each.pk for each in (folder_department, current) if each is not None]
    if user is None or user.has_perm(OFFICE):
        return departments | Department.objects.filter(pk__in=kept)
    mine = departments.filter(pk__in=Department.objects.drafted_by(user).values("pk"))
    return mine | Department.objects.filter(pk__in=kept)


class DisclosurePageForm(WagtailAdminPageForm):
    """The editor of a disclosed item: departments and categories that the person may choose."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "department" in self.fields:
            folder = getattr(getattr(self.parent_page, "specific", None), "department", None)
            current = self.instance.department if self.instance.department_id else None
            field = self.fields["department"]
            field.queryset = departments_for(self.for_user, folder, current)
            if current is None and folder is not None:
                field.initial = self.initial["department"] = folder.pk

        if "date_generated" in self.fields:
            self.fields["date_generated"].required = False

    def clean_date_generated(self):
        # Emptied, it stays what it was.
        return self.cleaned_data["date_generated"] or self.instance.date_generated

    def clean(self):
        cleaned = super().clean()
        for name in AXES:
            node = cleaned.get(name)
            if node is not None and not node.active and name in self.changed_data:
                self.add_error(name, _("“%(category)s” is no longer in use.") % {"category": node})
        self._check_related()
        self._check_replaced_by(cleaned)
        return cleaned

    def _check_replaced_by(self, cleaned):
        other = cleaned.get("replaced_by")
        if other is not None and "replaced_by" in self.changed_data and not self._may_name(other):
            self.add_error("replaced_by", _("This item is not open to you."))

    def _may_name(self, item):
        # A chooser offers less than a request may ask for.
        return self.for_user is None or choosable_items(self.for_user).filter(pk=item.pk).exists()

    def _check_related(self):
        formset = self.formsets.get("related_items")
        if formset is None or not formset.is_bound:
            return
        formset.is_valid()
        seen = set()
        for form in formset.forms:
            data = getattr(form, "cleaned_data", {})
            related = data.get("related")
            if related is None or data.get("DELETE"):
                continue
            if related.pk == self.instance.pk:
                form.add_error("related", _("An item is not related to itself."))
            elif related.pk in seen:
                form.add_error("related", _("The item stands here already."))
            elif "related" in form.changed_data and not self._may_name(related):
                form.add_error("related", _("This item is not open to you."))
            seen.add(related.pk)


class DeterminationForm(forms.Form):
    """Attribute and ground in one choice, so that the two always fit."""

    choice = forms.ChoiceField(label=gettext_lazy("Attribute and ground"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    review_by = forms.DateField(
        label=gettext_lazy("Re-assess by"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("For withheld documents: they are re-assessed periodically (Art. 18)."),
    )

    def __init__(self, *args, page, user, **kwargs):
        self.page, self.user = page, user
        current = page.determination
        initial = {"review_by": attributes.default_review_by()}
        if current is not None:
            initial["choice"] = f"{current.attribute}:{current.ground}"
            if current.review_by and current.review_by > timezone.localdate():
                initial["review_by"] = current.review_by
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = list(_ground_choices())

    def clean(self):
        cleaned = super().clean()
        if "choice" in cleaned:
            cleaned["attribute"], cleaned["ground"] = cleaned["choice"].split(":", 1)
        return cleaned

    def save(self):
        """Record the determination; what it raises is put where the person can see it."""
        data = self.cleaned_data
        try:
            return attributes.determine(
                self.page,
                self.user,
                attribute=data["attribute"],
                ground=data["ground"],
                note=data["note"],
                review_by=data["review_by"],
            )
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                for field, errors in error.error_dict.items():
                    self.add_error("choice" if field == "ground" else field, errors)
            else:
                self.add_error(None, error)
            return None


def _ground_choices():
    for attribute in get_profile(conf.get("JURISDICTION")).attributes:
        grounds = []
        for ground in attribute.children:
            article = article_label(ground.article)
            text = " · ".join(part for part in (ground.label(), article, ground.note()) if part)
            grounds.append((f"{attribute.code}:{ground.code}", text))
        if grounds:
            yield attribute.label(), grounds


class ReasonForm(forms.Form):
    """The reason for something that cannot be undone."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=255, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReserveBlankForm(forms.Form):
    """A number for a document that is not in the system yet."""

    department = forms.ModelChoiceField(Department.objects.active(), label=gettext_lazy("Department"))
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category"),
        required=False,
        help_text=gettext_lazy("Where the pattern of the numbers has the category in it."),
    )
    note = forms.CharField(label=gettext_lazy("What for"), max_length=255)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nodes = Category.objects.filter(scheme__kind=CategoryScheme.Kind.AGENCY, active=True)
        self.fields["category"].queryset = nodes.in_tree_order()

    def save(self):
        data = self.cleaned_data
        try:
            return numbers.reserve_blank(
                data["department"].agency,
                note=data["note"],
                department=data["department"],
                category=data["category"],
            )
        except ValidationError as error:
            self.add_error(None, error)
            return None


class UploadForm(forms.Form):
    """A file with the categories of a scheme."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8 or GBK, or XLSX. Categories are told apart by code."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    MAX_BYTES = 2 * 1024 * 1024

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.MAX_BYTES:
            raise ValidationError(_("The file is larger than 2 MB."))
        return file


class CategoryForm(WagtailAdminModelForm):
    """The parent is one of the first level; for a stored category, of its own scheme."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parent = self.fields.get("parent")
        if parent is None:
            return
        first_level = Category.objects.filter(parent=None).select_related("scheme")
        if self.instance.pk:
            first_level = first_level.filter(scheme=self.instance.scheme_id).exclude(pk=self.instance.pk)
            self.fields["scheme"].disabled = True
        parent.queryset = first_level.order_by("scheme__code", "sort_order", "code")
        parent.label_from_instance = lambda node: f"{node.scheme} › {node.code} {node}"


class NumberSchemeForm(WagtailAdminModelForm):
    """A pattern that comes with the package, or one's own; with an example of the next number."""

    preset = forms.ChoiceField(label=gettext_lazy("Pattern"))
    pattern = forms.CharField(
        label=gettext_lazy("Pattern of your own"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Takes the place of the one above. For example {region_code:6}-{department_code}-{year}-{serial:5}. "
            "Parts: organisation_code, region_code, area_code, department_code, category_code, group_code, year, "
            "date, and serial once."
        ),
    )
    per = forms.MultipleChoiceField(
        label=gettext_lazy("Serials of your own pattern start again with each"),
        choices=list(COUNTED_BY.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The number has to show what its serial is counted by."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = [
            (code, f"{get_preset(code).label()} — {get_preset(code).outline()}") for code in preset_codes()
        ]
        self.initial["pattern"] = from_segments(self.instance.segments)
        self.initial["per"] = [each for each in self.instance.per if each in COUNTED_BY] or ["year"]

    def clean_per(self):
        return ["agency", *self.cleaned_data["per"]]

    def clean(self):
        cleaned = super().clean()
        self.instance.segments = []
        if cleaned.get("pattern"):
            try:
                self.instance.segments = [
                    each.to_data() for each in scheme_of(cleaned["pattern"], cleaned["per"]).segments
                ]
            except RuleError as error:
                self.add_error("pattern", str(error))
        return cleaned


def example_of(scheme):
    """The next number of ``scheme`` for a typical item of today, as ``(number, problem)``; one of them is empty."""
    if scheme.agency_id is None:
        return "", _("Choose the agency first.")
    department = Department.objects.active().filter(agency=scheme.agency_id).first()
    category = Category.objects.filter(scheme__agency=scheme.agency_id, active=True).first()
    try:
        number = numbers.next_number(scheme, timezone.localdate(), department=department, category=category)
    except RuleError as error:
        return "", str(error)
    except KeyError:
        return "", _("There is no such pattern.")
    return number, ""


def number_scheme_form():
    """The form class of a number scheme, as its screen uses it."""
    from .models import NumberScheme

    return modelform_factory(
        NumberScheme,
        form=NumberSchemeForm,
        fields=["agency", "preset", "pattern", "per", "area_code", "group_code"],
    )
