"""The public forms of consultations: commenting, and asking what became of a comment."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..casework.public_forms import PublicForm, line, lines
from ..casework.receipts import codes
from ..casework.receipts.protection import ProtectedForm
from .models.comments import BODY_LENGTH


class TokenForm(ProtectedForm, PublicForm):
    """A form of one page: its token makes that what is sent twice is one thing, and is shown again with it."""

    token = forms.CharField(required=False, max_length=64, min_length=32, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = codes.new_token()

    def render_token(self):
        """The token of the form as it is shown now; a form that is shown again keeps it."""
        sent = self.data.get(self.add_prefix("token"), "") if self.is_bound else ""
        return sent if 32 <= len(sent) <= 64 else self.fields["token"].initial

    def visible(self):
        """The fields that people see, in order."""
        return [each for each in self.visible_fields() if each.name != "website"]


class CommentForm(TokenForm):
    paragraph = forms.ChoiceField(
        label=_("What is your comment about?"),
        required=False,
        error_messages={
            "invalid_choice": _("The draft has no such paragraph any more. Choose what the comment is about.")
        },
    )
    body = lines(pgettext_lazy("participation", "Your comment"), rows=8, length=BODY_LENGTH, required=True)
    name = line(
        pgettext_lazy("participation", "Your name or organisation"),
        length=100,
        autocomplete="name",
        help_text=_("Never published."),
    )
    phone = line(_("Telephone"), length=40, autocomplete="tel", widget=forms.TextInput)
    email = forms.EmailField(
        label=pgettext_lazy("disclosure", "Email"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("The text of my comment may be shown on this page, without my name and contact."),
        required=False,
        help_text=_("A permission, which you may take back. Whether it is shown is up to the department."),
    )

    def __init__(self, *args, page, **kwargs):
        self.page = page
        super().__init__(*args, **kwargs)

    @classmethod
    def unchecked(cls, data, *, page, token):
        """The form with what was filled in so far, without a word about what is missing: a file was added or removed."""
        names = [name for name in cls.base_fields if name not in ("token", "shown_at", "website")]
        form = cls(page=page, initial={name: data[name] for name in names if name in data})
        form.fields["token"].initial = token
        return form

    def prepare(self):
        paragraphs = self.page.paragraphs
        self.fields["paragraph"].choices = [
            ("", pgettext_lazy("participation", "The whole draft")),
            *((each.id, each.label) for each in paragraphs),
        ]
        if not paragraphs:
            del self.fields["paragraph"]


class StatusForm(PublicForm):
    number = line(_("Receipt number"), required=True, length=60)
    code = line(
        _("Secret code"),
        required=True,
        length=60,
        attrs={"spellcheck": "false", "autocapitalize": "characters"},
    )
