"""The pages of reviewers: review and history."""

import re

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import TaskState

from .. import actions, ledger
from ..errors import GateRefused, StaleReview
from ..guard import is_guarded
from ..models import LedgerEntry
from ..models.items import base_content_type
from .access import may_see
from .acknowledging import reasons_in
from .candidate import Candidate, draft_of, item_of
from .history import history_of

ACTIONS = ("approve", "reject")
ACKNOWLEDGE = "acknowledge"
WITHDRAW = "wagtail_disclosure.add_withdrawal"
READ_LEDGER = "wagtail_disclosure.view_ledgerentry"
# The beginning of a script, and what makes it data instead: the first attribute of a name is the one that counts.
SCRIPT = re.compile(rb"<script(?=[\s/>])", re.IGNORECASE)
NO_SCRIPT = rb"\g<0> type=text/plain"


def review_url(state):
    return reverse("wagtail_disclosure_review:review", args=[state.pk])


def item_url(name, item):
    """The address of the view ``name`` (``history`` or ``withdraw``) for ``item``."""
    return reverse(f"wagtail_disclosure_review:{name}", args=[base_content_type(item).pk, item.pk])


class CandidateMixin:
    """Finds the step of review and refuses whoever may not see the item, without saying that it exists."""

    def setup(self, request, *args, task_state_id, **kwargs):
        super().setup(request, *args, **kwargs)
        states = TaskState.objects.select_related("task", "workflow_state", "revision")
        self.state = get_object_or_404(states, pk=task_state_id)
        self.candidate = Candidate(self.state, request.user, request)
        if not self.candidate.is_review or not may_see(
            request.user, self.candidate.item, self.candidate.draft
        ):
            raise Http404


@method_decorator(never_cache, name="dispatch")
class ReviewView(CandidateMixin, WagtailAdminTemplateMixin, TemplateView):
    """One step of review: the candidate exactly as a visitor would see it, and the decision about it."""

    template_name = "wagtail_disclosure/publishing/review.html"
    page_title = gettext_lazy("Review")
    header_icon = "clipboard-list"

    def get_page_subtitle(self):
        return str(self.candidate.draft)

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, here]

    @cached_property
    def header_more_buttons(self):
        # Behind the dots: the heading needs the room, above all on a telephone.
        buttons = [
            Button(_("Full history"), url=item_url("history", self.candidate.item), icon_name="history")
        ]
        edit_url = AdminURLFinder(self.request.user).get_edit_url(self.candidate.item)
        if edit_url:
            buttons.append(Button(_("Editor"), url=edit_url, icon_name="edit"))
        return buttons

    def forms(self, data=None, action=None, digest=None):
        """Both forms; the one of ``action`` is filled with ``data``."""
        made = {}
        for name in ACTIONS:
            form_class = self.candidate.task.get_form_for_action(name)
            initial = {"digest": digest or self.candidate.digest.value}
            made[name] = form_class(data if name == action else None, prefix=name, initial=initial)
        return made

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        candidate = self.candidate
        context.setdefault("stale", False)
        context.update(candidate=candidate, may_decide=candidate.is_open and not candidate.why_not)
        if context["may_decide"]:
            context.setdefault("forms", self.forms())
        else:
            # Without a form the comment that was typed would be lost.
            context["kept"] = self.request.POST.get(f"{self.request.POST.get('action')}-comment", "")
            if candidate.open_state is not None and not candidate.is_open:
                context["open_url"] = review_url(candidate.open_state)
        query = urlencode({"digest": candidate.digest.value})
        address = reverse("wagtail_disclosure_review:candidate", args=[self.state.pk])
        context["candidate_url"] = f"{address}?{query}"
        return context

    def post(self, request, *args, **kwargs):
        action = request.POST.get("action")
        if action == ACKNOWLEDGE:
            return self._acknowledge_only()
        if action not in ACTIONS:
            return self.render_to_response(self.get_context_data())
        forms = self.forms(request.POST, action)
        form = forms[action]
        self.candidate.reasons = reasons_in(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was decided yet. See below what is missing."))
            return self.render_to_response(self.get_context_data(forms=forms))
        try:
            if action == "approve":
                self._acknowledge(form.cleaned_data["digest"])
            self.candidate.task.on_action(self.state, request.user, action, **form.cleaned_data)
        except StaleReview as error:
            return self._stale(action, str(error))
        except GateRefused as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            return self._decided(action)
        return self.render_to_response(self.get_context_data(forms=forms))

    def _acknowledge(self, digest):
        reasons = self.candidate.reasons
        if reasons:
            actions.acknowledge(self.state, self.request.user, digest=digest, reasons=reasons)
            self.candidate.reasons = {}

    def _acknowledge_only(self):
        """Keep the reasons beside the findings; what was typed into the decision stays there."""
        data = self.request.POST
        self.candidate.reasons = reasons_in(data)
        if not self.candidate.reasons:
            messages.error(self.request, _("Write a reason beside each finding that may pass."))
        else:
            try:
                self._acknowledge(data.get("approve-digest", ""))
            except StaleReview as error:
                return self._stale("approve", str(error))
            except GateRefused as error:
                messages.error(self.request, str(error))
            except ValidationError as error:
                messages.error(self.request, " ".join(error.messages))
            else:
                messages.success(
                    self.request, _("The acknowledgement was recorded. Nothing was decided yet.")
                )
        forms = self.forms()
        forms["approve"].initial["comment"] = data.get("approve-comment", "")
        forms["approve"].initial["checklist"] = data.getlist("approve-checklist")
        return self.render_to_response(self.get_context_data(forms=forms))

    def _stale(self, action, reason):
        """Show the page as it is now, with the comment that was typed and none of the ticks."""
        comment = self.request.POST.get(f"{action}-comment", "")
        messages.error(self.request, reason)
        self.state = TaskState.objects.select_related("task", "workflow_state").get(pk=self.state.pk)
        self.candidate = Candidate(self.state, self.request.user, self.request)
        self.candidate.reasons = reasons_in(self.request.POST)
        if not self.candidate.is_open and not comment.strip():
            return redirect(review_url(self.candidate.open_state or self.state))
        if not self.candidate.is_open:
            return self.render_to_response(self.get_context_data(), status=409)
        forms = self.forms()
        forms[action].initial["comment"] = comment
        return self.render_to_response(self.get_context_data(forms=forms, stale=True), status=409)

    def _decided(self, action):
        names = {"title": str(self.candidate.draft), "step": self.candidate.task.name}
        self.state.workflow_state.refresh_from_db()
        if action == "reject":
            messages.success(self.request, _("“%(title)s” was returned to its drafters.") % names)
        elif self.state.workflow_state.status == self.state.workflow_state.STATUS_APPROVED:
            self._say_what_became_of_it(names)
        else:
            messages.success(self.request, _("“%(title)s” has passed the step “%(step)s”.") % names)
        return redirect(get_valid_next_url_from_request(self.request) or "wagtailadmin_home")

    def _say_what_became_of_it(self, names):
        """After the last step: whether it is public now, and where, or when it will be."""
        item = item_of(self.state.workflow_state)
        when, buttons = item.go_live_at, []
        if when is not None and when > timezone.now():
            names["time"] = date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT")
            text = _("“%(title)s” has passed every step of its review and becomes public at %(time)s.")
        elif item.live:
            text = _("“%(title)s” has passed every step of its review and is public now.")
            address = getattr(item, "full_url", None)
            buttons = [messages.button(address, _("Open the public page"))] if address else []
        else:
            text = _("“%(title)s” has passed every step of its review.")
        messages.success(self.request, text % names, buttons=buttons)


class CandidateView(CandidateMixin, View):
    """The page that would become public, for the frame on the review page. Scripts never run in it."""

    def get(self, request, *args, **kwargs):
        candidate = self.candidate
        if request.GET.get("digest") not in (None, candidate.digest.value):
            text = _("The draft changed after you opened the review page. Load the review page again.")
            return framed(HttpResponse(text, status=409, content_type="text/plain; charset=utf-8"))
        draft = candidate.draft
        if not getattr(draft, "preview_modes", None):
            raise Http404
        return framed(
            draft.make_preview_request(request, draft.default_preview_mode, {"in_preview_panel": True})
        )


def framed(response):
    """``response`` of a page that nobody approved, for a frame of the admin or a tab of its own.

    The sandbox is what keeps scripts and forms from running: a draft may carry anything. Scripts are marked as data
    besides, so that the browser does not report each of them as an error. Nothing is taken out: what stands in the text
    or in an attribute and only looks like a script stays as visible as it was.
    """
    if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
        response.content = SCRIPT.sub(NO_SCRIPT, response.content)
        if "Content-Length" in response:
            response["Content-Length"] = len(response.content)
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = "sandbox allow-same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


class ItemMixin:
    """Finds a guarded item by its base content type and key."""

    def setup(self, request, *args, content_type_id, object_id, **kwargs):
        super().setup(request, *args, **kwargs)
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        try:
            found = model._default_manager.filter(pk=object_id).first() if model else None
        except (ValueError, ValidationError):
            found = None
        self.item = getattr(found, "specific", found)
        if (
            self.item is None
            or not is_guarded(type(self.item))
            or base_content_type(self.item).pk != int(content_type_id)
        ):
            raise Http404

    def get_page_subtitle(self):
        return str(draft_of(self.item))

    def get_breadcrumbs_items(self):
        items = [*self.breadcrumbs_items]
        edit_url = AdminURLFinder(self.request.user).get_edit_url(self.item)
        if edit_url:
            items.append({"url": edit_url, "label": self.get_page_subtitle()})
        return [*items, {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]


class HistoryView(ItemMixin, WagtailAdminTemplateMixin, TemplateView):
    """Everything that was decided about an item, void approvals included, with the ledger behind it."""

    template_name = "wagtail_disclosure/publishing/history.html"
    page_title = gettext_lazy("Review history")
    header_icon = "history"

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.has_perm(READ_LEDGER) or may_see(request.user, self.item)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        entries = LedgerEntry.objects.about(self.item).select_related("content_type")
        broken = [entry.sequence for entry in entries if not ledger.is_authentic(entry)]
        return super().get_context_data(
            events=history_of(self.item), broken=broken, item=self.item, open_state=self.open_state, **kwargs
        )

    @property
    def open_state(self):
        return getattr(self.item, "current_workflow_task_state", None)
