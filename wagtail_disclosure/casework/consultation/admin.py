"""The page on which an officer has a new link sent to a party that is consulted."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages

from .. import identity, moves
from ..standing import profile
from ..views import OfCase
from . import links
from .enquiry import Enquiry


def may_send(user, party):
    """Whether ``user`` may have a link sent to ``party``: whoever may ask such a party, while its answer is awaited.

    Or while it is to be told of a decision to disclose.
    """
    enquiry = Enquiry(party)
    ask = enquiry.action("ask")
    if ask is None or not enquiry.may_answer_itself or party.case.anonymised_at is not None:
        return False
    if not enquiry.awaits and enquiry.told is None:
        return False
    roles = moves.roles_of(user, party.case)
    return any(move.code == ask.code and move.roles & roles for move in enquiry.standing.table.moves)


class LinkForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("another email address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Leave it empty if the address is right."),
    )


class PartyLinkView(OfCase, FormView):
    """A new link for one party; the one before stops working."""

    template_name = "wagtail_disclosure/casework/consultation/link.html"
    form_class = LinkForm
    page_title = gettext_lazy("Send a new link")
    header_icon = "mail"

    @cached_property
    def party(self):
        found = next((each for each in self.object.consulted() if each.pk == self.kwargs["party"]), None)
        if found is None:
            raise Http404
        return found

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        if not may_send(request.user, self.party):
            messages.warning(request, _("No link can be sent to this party now."))
            return redirect(self.case_url)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        address = form.cleaned_data["email"]
        if not address and not self.party.email:
            form.add_error("email", _("Enter an email address."))
            return self.form_invalid(form)
        if address and address != identity.own_text(self.party.email):
            self.party.email = address
            self.party.save(update_fields=["email"])
        if links.send(self.party, self._notification(), by=self.request.user):
            messages.success(self.request, _("A new link was sent; the one before does not work any more."))
        else:
            messages.error(
                self.request, _("The mail could not be sent. No link works now: try again, or write by post.")
            )
        return redirect(self.case_url)

    def _notification(self):
        """What the party was told first: that it is asked, or that the decision is to disclose."""
        enquiry = Enquiry(self.party)
        action = enquiry.action("tell") if enquiry.told is not None else enquiry.action("ask")
        items = [profile().notifications.get(code) for code in action.notifications]
        return next(each for each in items if each.fact("recipient") == "third_party")

    def get_context_data(self, **kwargs):
        enquiry = Enquiry(self.party)
        return super().get_context_data(
            case=self.object,
            case_url=self.case_url,
            title=enquiry.title,
            masked_email=str(self.party.email),
            **kwargs,
        )
