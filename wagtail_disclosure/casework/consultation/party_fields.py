"""What the forms of officers ask about a party that is consulted, and where it is stored."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import identity
from ..action_fields import CONTACTS
from ..standing import Standing
from . import links
from .enquiry import Enquiry, kind_asked_by, kind_told_by
from .forms import needs_reasons

NAMES = ("name", "contact_person", *CONTACTS)
PREFIX = "party_"
# What the party reads of the form.
READ_BY_PARTY = ("items", "questions")
HELP = gettext_lazy("The party reads this: say which information it is, and nothing about the applicant.")


def asking(case):
    """The fields of a party that is asked."""
    model = type(case)._meta.get_field("parties").related_model
    labels = {name: model._meta.get_field(name).verbose_name for name in NAMES}
    found = {
        f"{PREFIX}{name}": forms.CharField(label=labels[name], required=name == "name", max_length=255)
        for name in NAMES
    }
    found[f"{PREFIX}name"].help_text = gettext_lazy("Who is asked: a person, an organisation or an agency.")
    found[f"{PREFIX}email"] = forms.EmailField(
        label=labels["email"],
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "With an email address it gets a link by which it reads the letter and answers. Without one, send the letter by post."
        ),
    )
    if len(settings.LANGUAGES) > 1:
        default = links.language_of(model())
        found[f"{PREFIX}language"] = forms.ChoiceField(
            label=model._meta.get_field("language").verbose_name, choices=settings.LANGUAGES, initial=default
        )
    return found


def to_be_told(standing, action):
    """A choice among the parties that ``action`` may tell of a decision: those whose opinion came, refusals first."""
    kind = kind_told_by(standing, action.code)
    refusing = standing.refusing()
    parties = [each for each in standing.case.consulted() if kind is not None and each.kind == kind.code]
    choices = [(each.key, f"{Enquiry(each, standing).title} {each.name}") for each in parties]
    known = {key for key, _label in choices}
    choices += [(key, key) for key in refusing if key not in known]
    choices.sort(key=lambda pair: pair[0] not in refusing)
    return forms.ChoiceField(
        label=kind.label() if kind is not None else action.label(),
        choices=choices,
        initial=next(iter(refusing), None),
    )


def check(form):
    """Refuse a question that gives the applicant away, and a refusal without reasons. Adds the errors to ``form``."""
    given = form.cleaned_data
    if "party" in form.move.action.fields:
        person = form.case.applicant_person
        for name in READ_BY_PARTY:
            if person is not None and identity.is_named_in(person, given.get(name)):
                form.add_error(
                    name,
                    ValidationError(
                        _(
                            "The party reads this text, and must not learn who the applicant is: leave name and contact out."
                        )
                    ),
                )
    if "opinion_reasons" in form.fields and needs_reasons(form.standing.opinions, given.get("opinion")):
        if not given.get("opinion_reasons") and "opinion_reasons" not in form.errors:
            form.add_error("opinion_reasons", _("Say which reasons were given."))


def store(case, action, given):
    """Keep the party that ``action`` asks, under the key that its event has. Called within the transaction of the event."""
    standing = Standing(case)
    kind = kind_asked_by(standing, action.code)
    if kind is None:
        return None
    values = {name: given.get(f"{PREFIX}{name}", "") for name in (*NAMES, "language")}
    return case.parties.create(kind=kind.code, key=standing.new_key(action), **values)
