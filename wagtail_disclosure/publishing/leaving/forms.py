"""What is filled in when items leave or are marked. The forms only collect: the actions check everything again."""

import re
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput, AdminPageChooser

from ...compat import Page
from ..models import Takedown, ValidityChange, Withdrawal
from ..models.decisions import takedown_reasons, withdrawal_reasons
from ..models.validity import validity_kinds
from ..review.findings import personal_data

TEXT_LENGTH = 5000
# An address on this site, or a web address elsewhere; "//host" would be an address elsewhere in disguise.
SITE_PATH = re.compile(r"/(?!/)[^\s\\]*")
PUBLIC_TEXT_REQUIRED = _("Say why in words that the public may read.")


def web_address(address):
    """``address`` without spaces around it. Raises ``ValidationError`` for what is none."""
    address = address.strip()
    parts = urlsplit(address)
    elsewhere = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\\]", address)
    if address and not elsewhere and not SITE_PATH.fullmatch(address):
        raise ValidationError(_("Enter an address that begins with https:// or with a slash."))
    return address


class PublicPageChooser(AdminPageChooser):
    """Chooses a page, and says of one that was chosen no more than the public knows."""

    def get_instance(self, value):
        try:
            found = super().get_instance(value)
        except ValueError:
            return None
        return found if found is not None and found.live else None

    def get_display_title(self, instance):
        return instance.title


class DecisionForm(forms.ModelForm):
    """One message a field: what the form found is not said again by the decision."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = Page.objects.filter(live=True)
                field.error_messages["invalid_choice"] = _("Choose a page that the public can read.")
                field.widget = PublicPageChooser()

    def add_error(self, field, error):
        if field is None and hasattr(error, "error_dict"):
            left = {name: each for name, each in error.error_dict.items() if name not in self.errors}
            if not left:
                return
            error = ValidationError(left)
        super().add_error(field, error)


class PublicTextMixin:
    """A text that the public reads: numbers of identity cards and telephones in it have to be looked at twice."""

    public_text = "explanation"

    def _add_confirmation(self):
        self.fields["personal_checked"] = forms.BooleanField(
            label=_("I have checked that the public may read these numbers."),
            required=False,
            widget=forms.HiddenInput,
        )

    def clean(self):
        cleaned = super().clean()
        checked = cleaned.pop("personal_checked", False)
        # A row that holds nothing but the text, so that the checks of the review look at it.
        found = list(personal_data(Withdrawal(explanation=cleaned.get(self.public_text) or ""), None))
        if found:
            self.fields["personal_checked"].widget = forms.CheckboxInput()
            if not checked:
                passages = " ".join(f"{each.message} {each.passage}" for each in found)
                self.add_error(
                    self.public_text,
                    gettext("The public would read this: %(passages)s Take it out, or confirm it below.")
                    % {"passages": passages},
                )
        return cleaned


class TranslationsMixin:
    """The other languages in which an item is public: whether they leave with it."""

    def _add_translations(self, translations):
        self.translations = {str(each.pk): each for each in translations}
        if not self.translations:
            return
        self.fields["also"] = forms.MultipleChoiceField(
            label=_("Other languages that leave with it"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, f"{each.locale}: {each}") for key, each in self.translations.items()],
            initial=list(self.translations),
        )

    def clean_also(self):
        return [self.translations[key] for key in self.cleaned_data["also"]]


class WithdrawForm(TranslationsMixin, PublicTextMixin, DecisionForm):
    """The decision to take a public item off the site."""

    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose the reason.")})

    class Meta:
        model = Withdrawal
        fields = ["reason", "explanation", "successor", "successor_url", "redirects"]
        widgets = {"explanation": AdminAutoHeightTextInput}
        labels = {
            "successor": _("See instead: a page of this site"),
            "successor_url": _("See instead: an address elsewhere"),
            "redirects": _("Lead the old address there"),
        }
        help_texts = {
            "explanation": _("Shown to the public at the item's address in place of the content."),
            "successor": _("What replaces it, as far as it is public."),
            "successor_url": _("If it is not on this site."),
            "redirects": _(
                "Whoever opens the old address is sent there. The index number shows the notice all the same."
            ),
        }

    def __init__(self, *args, translations=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "—"), *withdrawal_reasons().choices()]
        self.fields["explanation"].error_messages["required"] = PUBLIC_TEXT_REQUIRED
        self.fields["explanation"].validators.append(MaxLengthValidator(TEXT_LENGTH))
        self._add_confirmation()
        self._add_translations(translations)

    def clean_successor_url(self):
        return web_address(self.cleaned_data["successor_url"])


class RatifyForm(WithdrawForm):
    """The second person confirms a takedown: from then on the public is told why."""

    comment = forms.CharField(
        label=_("Internal note"), required=False, max_length=TEXT_LENGTH, widget=AdminAutoHeightTextInput
    )


class RefuseForm(forms.Form):
    """The second person refuses a takedown: the item may come back, by review."""

    comment = forms.CharField(
        label=_("Why it may be public"),
        max_length=TEXT_LENGTH,
        widget=AdminAutoHeightTextInput,
        error_messages={"required": _("Say why the item may be public.")},
    )
    submit = forms.BooleanField(
        label=_("Submit it for review at once"),
        required=False,
        initial=True,
        help_text=_("What was public is submitted as it was. It is public again after its last step."),
    )


class TakedownForm(TranslationsMixin, DecisionForm):
    """What one person states to take an item off the site at once."""

    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose the reason.")})

    class Meta:
        model = Takedown
        fields = ["reason", "explanation"]
        widgets = {"explanation": AdminAutoHeightTextInput}
        help_texts = {
            "explanation": _(
                "For colleagues who have to decide about it. The public reads neither this nor the reason. Do not "
                "repeat the secret or the personal data."
            )
        }

    def __init__(self, *args, translations=(), **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(each.code, each.label()) for each in takedown_reasons()]
        self.fields["reason"].choices = [("", "—"), *choices]
        self.fields["explanation"].error_messages["required"] = _(
            "Say for your colleagues what has happened."
        )
        self.fields["explanation"].validators.append(MaxLengthValidator(TEXT_LENGTH))
        self._add_translations(translations)


class ValidityForm(PublicTextMixin, DecisionForm):
    """A change of validity as one person proposes it."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("disclosure", "Change"), error_messages={"required": _("Choose the change.")}
    )

    class Meta:
        model = ValidityChange
        fields = [
            "kind",
            "effective_on",
            "basis_title",
            "basis_number",
            "basis_page",
            "basis_url",
            "successor",
            "successor_url",
            "explanation",
        ]
        widgets = {
            "effective_on": AdminDateInput,
            "explanation": AdminAutoHeightTextInput,
        }
        help_texts = {
            "effective_on": _("A day to come is shown as announced, and counts from that day on."),
            "basis_title": _("The document that repealed, replaced or amended this one, or decided so."),
            "basis_page": _("If the public can read it on this site."),
            "basis_url": _("If it is public elsewhere."),
            "successor": _("What holds instead, if it is public on this site."),
            "successor_url": _("If it is public elsewhere."),
            "explanation": _("Shown on the page of the document. Its approved content stays as it is."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [each for each in validity_kinds() if each.fact("decision", False)]
        self.fields["kind"].choices = [("", "—"), *((each.code, each.label()) for each in kinds)]
        notes = [
            gettext("%(name)s: %(note)s") % {"name": each.label(), "note": each.note()}
            for each in kinds
            if each.note()
        ]
        self.fields["kind"].help_text = " ".join(notes)
        self.fields["explanation"].validators.append(MaxLengthValidator(TEXT_LENGTH))
        self._add_confirmation()

    def clean_basis_url(self):
        return web_address(self.cleaned_data["basis_url"])

    def clean_successor_url(self):
        return web_address(self.cleaned_data["successor_url"])


class ConfirmForm(forms.Form):
    comment = forms.CharField(
        label=_("Internal note"), required=False, max_length=TEXT_LENGTH, widget=AdminAutoHeightTextInput
    )


class DeclineForm(forms.Form):
    comment = forms.CharField(
        label=_("Why it is declined"),
        max_length=TEXT_LENGTH,
        widget=AdminAutoHeightTextInput,
        error_messages={"required": _("Say why it is declined.")},
    )
