"""The pages on which items leave or are marked, and those on which a second person decides."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .. import actions, departures, takedowns, validity
from ..errors import GateRefused
from ..evidence import last_public_at
from ..exports import shown_time
from ..models import Takedown, ValidityChange, Withdrawal
from ..models.items import base_content_type
from ..review.access import may_see
from ..review.views import READ_LEDGER, WITHDRAW, ItemMixin, framed, item_url
from .forms import (
    ConfirmForm,
    DeclineForm,
    RatifyForm,
    RefuseForm,
    TakedownForm,
    ValidityForm,
    WithdrawForm,
)

NAMESPACE = "wagtail_disclosure_leaving"


def leaving_url(name, item):
    """The address of the view ``name`` (``take_down`` or ``validity``) for ``item``."""
    return reverse(f"{NAMESPACE}:{name}", args=[base_content_type(item).pk, item.pk])


def decision_url(decision):
    """Where a second person decides about a takedown or a change of validity."""
    name = "takedown" if isinstance(decision, Takedown) else "validity_change"
    return reverse(f"{NAMESPACE}:{name}", args=[decision.pk])


class LeavingView(ItemMixin, WagtailAdminTemplateMixin, FormView):
    """A form about a public item that one person with ``permission`` decides on."""

    template_name = "wagtail_disclosure/publishing/leave.html"
    permission = ""
    model = None
    intro = ""
    submit_label = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        if not self.item.live:
            if last_public_at(self.item) is None and not may_see(request.user, self.item):
                raise Http404
            return self.not_public()
        return super().dispatch(request, *args, **kwargs)

    def not_public(self):
        """The item has left meanwhile: say so, and lead to what is to be decided about it, if anything is."""
        pending = departures.pending_takedown(self.item)
        if pending is not None and takedowns.may_read(self.request.user):
            messages.warning(self.request, _("“%(title)s” was taken down already.") % {"title": self.item})
            return redirect(decision_url(pending))
        messages.error(self.request, _("“%(title)s” is not public.") % {"title": self.item})
        return redirect(self.get_success_url())

    def get_page_subtitle(self):
        # Whoever decides need not be one of those who may read the next edition.
        return str(self.item)

    def get_form_kwargs(self):
        decision = self.model(
            title=str(self.item)[:255],
            decided_at=timezone.now(),
            decided_by=self.request.user,
            decided_by_name=str(self.request.user)[:255],
        )
        decision.set_item(self.item)
        return {**super().get_form_kwargs(), "instance": decision}

    def get_context_data(self, **kwargs):
        return super().get_context_data(intro=self.intro, submit_label=self.submit_label, **kwargs)

    def get_success_url(self):
        own = AdminURLFinder(self.request.user).get_edit_url(self.item)
        return own or reverse("wagtailadmin_home")

    def decide(self, **decided):
        """Carry out what the form says and return the decision."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            with transaction.atomic():
                decision = self.decide(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except GateRefused as error:
            messages.error(self.request, str(error))
            return redirect(self.get_success_url())
        return self.decided(decision)

    def decided(self, decision):
        messages.success(self.request, self.done % {"title": self.item})
        return redirect(self.get_success_url())


class WithdrawView(LeavingView):
    """A public item leaves the site by a decision that says why, and where to look instead."""

    form_class = WithdrawForm
    model = Withdrawal
    permission = WITHDRAW
    page_title = gettext_lazy("Withdraw")
    header_icon = "no-view"
    intro = gettext_lazy(
        "“%(title)s” leaves every public page at once. Its address and its index number stay and show your "
        "explanation. To publish it again it has to pass the whole review."
    )
    submit_label = gettext_lazy("Withdraw from the public")
    done = gettext_lazy("“%(title)s” was withdrawn.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "translations": departures.public_translations(self.item)}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["intro"] = self.intro % {"title": self.item}
        return context

    def decide(self, **decided):
        return actions.withdraw(self.item, self.request.user, **decided)


class TakeDownView(WithdrawView):
    """One person takes a public item off the site at once; another one has to ratify it."""

    form_class = TakedownForm
    model = Takedown
    permission = takedowns.TAKE_DOWN
    page_title = gettext_lazy("Take down at once")
    header_icon = "warning"
    intro = gettext_lazy(
        "For emergencies. “%(title)s” and its files leave every public page at once. Its address says only that it "
        "is suspended. A second person has to ratify or refuse this in time; it never comes back by itself."
    )
    submit_label = gettext_lazy("Take it down now")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs["instance"].due_at = timezone.now()
        return kwargs

    def decide(self, **decided):
        return takedowns.take_down(self.item, self.request.user, **decided)

    def decided(self, decision):
        text = _("“%(title)s” was taken down. A second person has to ratify it by %(time)s.")
        when = shown_time(decision.due_at)
        messages.success(self.request, text % {"title": decision.title, "time": when})
        return redirect(decision_url(decision))


class ValidityView(LeavingView):
    """One person proposes to mark a public document as repealed, replaced, expired or amended."""

    form_class = ValidityForm
    model = ValidityChange
    permission = validity.PROPOSE
    page_title = gettext_lazy("Mark the validity")
    header_icon = "calendar-alt"
    intro = gettext_lazy(
        "The document stays public, and what was approved stays as it is. Once a second person has confirmed it, its "
        "page, the lists and the search show the change. A wrong mark is undone by a further change."
    )
    submit_label = gettext_lazy("Propose the change")

    def dispatch(self, request, *args, **kwargs):
        if not hasattr(self.item, "validity"):
            # A page of the site that is no document.
            raise Http404
        waiting = validity.proposed_for(self.item) if request.user.has_perm(self.permission) else None
        if waiting is not None:
            messages.warning(request, _("A change of validity waits for confirmation already."))
            return redirect(decision_url(waiting))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        earlier = ValidityChange.objects.about_document(self.item).order_by("-decided_at", "-pk")
        return super().get_context_data(earlier=earlier, **kwargs)

    def decide(self, **decided):
        return validity.propose(self.item, self.request.user, **decided)

    def decided(self, decision):
        messages.success(self.request, _("Proposed. A second person has to confirm it."))
        return redirect(decision_url(decision))


# The second person


@method_decorator(never_cache, name="dispatch")
class SecondPersonView(WagtailAdminTemplateMixin, TemplateView):
    """What one person decided, and two forms for the second: to agree, or not."""

    model = None
    answers = {}

    def dispatch(self, request, *args, pk, **kwargs):
        self.decision = get_object_or_404(self.model, pk=pk)
        if not self.may_read(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return self.decision.title

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": self.index_label}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, index, here]

    @cached_property
    def item(self):
        return self.decision.item

    def forms(self, action=None):
        made = {}
        for name in self.answers:
            data = self.request.POST if name == action else None
            made[name] = self.make_form(name, data)
        return made

    def make_form(self, name, data):
        return self.answers[name](data, prefix=name)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(decision=self.decision, **kwargs)
        context["why_not"] = self.why_not(self.request.user)
        item = self.item
        user = self.request.user
        reads_history = item is not None and (user.has_perm(READ_LEDGER) or may_see(user, item))
        context["history_url"] = item_url("history", item) if reads_history else ""
        context["edit_url"] = AdminURLFinder(self.request.user).get_edit_url(item) if item else ""
        if not context["why_not"]:
            context.setdefault("forms", self.forms())
        return context

    def post(self, request, *args, **kwargs):
        action = request.POST.get("action")
        forms = self.forms(action)
        form = forms.get(action)
        if form is None or not form.is_valid():
            messages.error(request, _("Nothing was decided yet. See below what is missing."))
            return self.render_to_response(self.get_context_data(forms=forms))
        try:
            with transaction.atomic():
                self.answer(action, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            messages.error(request, _("Nothing was decided yet. See below what is missing."))
            return self.render_to_response(self.get_context_data(forms=forms))
        except GateRefused as error:
            messages.error(request, str(error))
        return redirect(decision_url(self.decision))


class TakedownView(SecondPersonView):
    """Ratify or refuse a takedown; afterwards, what became of it."""

    template_name = "wagtail_disclosure/publishing/takedown.html"
    model = Takedown
    answers = {"ratify": RatifyForm, "refuse": RefuseForm}
    page_title = gettext_lazy("Takedown")
    header_icon = "warning"
    index_url_name = f"{NAMESPACE}:takedowns"
    index_label = gettext_lazy("Takedowns")

    def dispatch(self, request, *args, pk, **kwargs):
        lead = Takedown.objects.filter(pk=pk).values_list("together_with", flat=True).first()
        return super().dispatch(request, *args, pk=lead or pk, **kwargs)

    def may_read(self, user):
        return takedowns.may_read(user)

    def why_not(self, user):
        return takedowns.why_not_settle(self.decision, user)

    def make_form(self, name, data):
        if name == "refuse":
            return RefuseForm(data, prefix=name)
        draft = Withdrawal(
            content_type=self.decision.content_type,
            object_id=self.decision.object_id,
            title=self.decision.title,
            decided_at=timezone.now(),
            decided_by=self.request.user,
            decided_by_name=str(self.request.user)[:255],
        )
        return RatifyForm(data, prefix=name, instance=draft, initial={"reason": self.decision.reason})

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["companions"] = list(self.decision.companions.all())
        context["may_look"] = may_look(self.request.user, self.decision)
        refuse = context.get("forms", {}).get("refuse")
        context["as_it_was"] = bool(self.item) and takedowns.draft_is_what_was_public(self.item)
        if refuse is not None and not context["as_it_was"]:
            del refuse.fields["submit"]
        return context

    def answer(self, action, data):
        names = {"title": self.decision.title}
        if action == "ratify":
            takedowns.ratify(self.decision, self.request.user, **data)
            messages.success(self.request, _("Ratified: “%(title)s” is withdrawn.") % names)
            return
        begun = takedowns.refuse(
            self.decision, self.request.user, comment=data["comment"], submit=data.get("submit", False)
        )
        if begun:
            text = _("Refused. “%(title)s” is under review and public again after its last step.")
        else:
            text = _("Refused. “%(title)s” is a draft now: it comes back when it was submitted and reviewed.")
        messages.success(self.request, text % names)


def may_look(user, decision):
    """Whether ``user`` may read what ``decision`` took down: who has to decide about it, and who may see its draft."""
    item = decision.item
    if item is None or not decision.is_pending or not takedowns.may_read(user):
        return False
    return not takedowns.why_not_settle(decision, user) or may_see(user, item)


class TakenDownContentView(View):
    """What was taken down, as visitors saw it, for whoever has to decide about it. Scripts never run in it."""

    def get(self, request, pk):
        decision = get_object_or_404(Takedown, pk=pk)
        if not may_look(request.user, decision):
            raise Http404
        # The row is what was public: drafts are kept in revisions.
        item = decision.item
        if not getattr(item, "preview_modes", None):
            raise Http404
        return framed(
            item.make_preview_request(request, item.default_preview_mode, {"in_preview_panel": True})
        )


class ValidityChangeView(SecondPersonView):
    """Confirm or decline a change of validity; afterwards, what became of it."""

    template_name = "wagtail_disclosure/publishing/validity_change.html"
    model = ValidityChange
    answers = {"confirm": ConfirmForm, "decline": DeclineForm}
    page_title = pgettext_lazy("disclosure", "Change of validity")
    header_icon = "calendar-alt"
    index_url_name = f"{NAMESPACE}:validity_changes"
    index_label = gettext_lazy("Changes of validity")

    def may_read(self, user):
        return validity.may_read(user)

    def why_not(self, user):
        return validity.why_not_confirm(self.decision, user)

    @property
    def is_own(self):
        return self.decision.decided_by_id == self.request.user.pk

    def make_form(self, name, data):
        form = super().make_form(name, data)
        if name == "decline" and self.is_own:
            form.fields["comment"].label = _("Why it is taken back")
            form.fields["comment"].error_messages["required"] = _("Say why it is taken back.")
        return form

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        change = self.decision
        context["basis"] = validity.page_link(change.basis_page, change.basis_url)
        context["successor"] = validity.page_link(change.successor, change.successor_url)
        context["public_url"] = self.item.full_url if self.item is not None and self.item.live else ""
        if change.is_proposed and self.is_own:
            # Whoever proposed it may take it back.
            context.setdefault("forms", self.forms())
            context["forms"] = {"decline": context["forms"]["decline"]}
        return context

    def answer(self, action, data):
        if action == "confirm":
            validity.confirm(self.decision, self.request.user, comment=data["comment"])
            messages.success(self.request, _("Confirmed. The page of the document shows the change."))
        else:
            validity.decline(self.decision, self.request.user, comment=data["comment"])
            said = _("The proposal was taken back.") if self.is_own else _("The proposal was declined.")
            messages.success(self.request, said)
