"""The named placeholders of texts: what each stands for, and what is wrong with a text that uses them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...rules.labels import joined
from . import texts

PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
LONGEST = 20_000
# Stand for lists or tables where they are a paragraph of their own.
KNOWN = {
    "agency": gettext_lazy("the name of the agency"),
    "amount": gettext_lazy("the amount that is charged"),
    "applicant": gettext_lazy("the name of the applicant"),
    "article": gettext_lazy("the provision that the letter, or the reply, rests on"),
    "channel": gettext_lazy("the channel through which the request came"),
    "contact": gettext_lazy("address, telephone and email of the office"),
    "cost_estimate": gettext_lazy("the estimate of cost"),
    "days": gettext_lazy("the working days of an extension"),
    "delivery_forms": gettext_lazy("the form of the information that the applicant wants"),
    "delivery_routes": gettext_lazy("the route of delivery that the applicant wants"),
    "department": gettext_lazy("the department that handles the request"),
    "description": gettext_lazy("the description of the information that is requested"),
    "document_number": gettext_lazy("the document number that the applicant named"),
    "due": gettext_lazy("the day until which the reply is due"),
    "earlier_request": gettext_lazy("the earlier request and its reply"),
    "fee": gettext_lazy("the fee with the lines it is made of"),
    "files": gettext_lazy("the files that the reply provides"),
    "ground": gettext_lazy("the ground for withholding"),
    "ground_article": gettext_lazy("the provision that the ground rests on"),
    "grounds": gettext_lazy("the ground for each part that is withheld, with its provision"),
    "issued_on": gettext_lazy("the day of the letter"),
    "items": gettext_lazy("the items that were entered with the action"),
    "law": gettext_lazy("the name of the law"),
    "letter_number": gettext_lazy("the number of the letter"),
    "number": gettext_lazy("the receipt number of the request"),
    "other_agency": gettext_lazy("the other agency that is asked"),
    "public_interest": gettext_lazy("the balance of the public interest"),
    "questions": gettext_lazy("the questions to another agency"),
    "reason": gettext_lazy("the reason that was entered with the action"),
    "reasons": gettext_lazy("the reasons of the reply"),
    "received_on": gettext_lazy("the day on which the request was received"),
    "recipient": gettext_lazy("the name of whoever the letter is for"),
    "remedies": gettext_lazy("what can be done against the letter, where and until when, as the law says it"),
    "reply_text": gettext_lazy("what the reply to a letter says"),
    "reply": pgettext_lazy("disclosure", "the reply, in a few words"),
    "request": gettext_lazy("what was asked for: information, or the correction of a record"),
    "result": gettext_lazy("the result of a review"),
    "right_agency": gettext_lazy("the agency responsible, with its contact details"),
    "right_channel": gettext_lazy("the channel to use instead"),
    "search_record": gettext_lazy("the record of the search"),
    "special_procedure": gettext_lazy("the special provisions that apply"),
    "subject": gettext_lazy("the title of the information that is requested"),
    "submitted_on": gettext_lazy("the day on which the request was submitted"),
    "third_party": gettext_lazy("the third party and its opinion"),
    "triggers": gettext_lazy("what is missing or unclear, with what to do"),
    "until": gettext_lazy("the day that was set"),
    "where_published": gettext_lazy("where the information is published"),
    "you": gettext_lazy("how the reader is addressed: a person, or an organisation"),
}


def used(text):
    return set(PLACEHOLDER.findall(text))


def check_names(text):
    """Raise ``ValidationError`` for placeholders that there are not, and for a text that is too long."""
    if len(text) > LONGEST:
        raise ValidationError(
            _("The text has %(length)d characters; %(most)d is the most.")
            % {"length": len(text), "most": LONGEST}
        )
    unknown = sorted(used(text) - set(KNOWN))
    if unknown:
        raise ValidationError(
            _("There is no placeholder %(names)s. Take one of the list.")
            % {"names": joined(f"{{{each}}}" for each in unknown)},
            code="unknown_placeholder",
        )


def check(kind, text):
    """The same, and for what a text of this kind of letter must have."""
    check_names(text)
    missing = [each for each in texts.compulsory(kind) if each not in used(text)]
    if missing:
        raise ValidationError(
            [
                ValidationError(
                    _("This letter must have {%(name)s}: %(what)s."),
                    code="missing_placeholder",
                    params={"name": each, "what": KNOWN[each]},
                )
                for each in missing
            ]
        )
