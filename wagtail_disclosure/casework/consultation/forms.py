"""What a party that is consulted is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from ..action_fields import LONGEST_TEXT
from ..public_forms import PublicForm, line, lines


def needs_reasons(opinions, code):
    found = opinions.find(code)
    return found is not None and bool(found.fact("reasons"))


class OpinionForm(PublicForm):
    """The opinion, its reasons where the law or the sense of it wants them, and who gives it."""

    opinion = forms.ChoiceField(label=_("Your opinion"), widget=forms.RadioSelect)
    opinion_reasons = lines(
        _("Reasons"),
        rows=6,
        length=LONGEST_TEXT,
        help_text=_("Needed unless you agree: a refusal without good reason cannot be followed."),
    )
    answered_by = line(
        _("Name of the person who answers"),
        required=True,
        help_text=pgettext_lazy("disclosure", "For an organisation: name and position."),
        autocomplete="name",
    )

    def __init__(self, *args, opinions, **kwargs):
        self.opinions = opinions
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["opinion"].choices = [(each.code, each.text("own")) for each in self.opinions]
        if not any(each.fact("refuses") for each in self.opinions):
            wanted = [each.label() for each in self.opinions if each.fact("reasons")]
            self.fields["opinion_reasons"].help_text = _("Needed for: %(opinions)s.") % {
                "opinions": pgettext("between keywords", "; ").join(wanted)
            }

    def clean(self):
        given = super().clean()
        chosen, reasons = given.get("opinion"), given.get("opinion_reasons")
        if needs_reasons(self.opinions, chosen) and not reasons and "opinion_reasons" not in self.errors:
            self.add_error("opinion_reasons", _("Give your reasons."))
        return given
