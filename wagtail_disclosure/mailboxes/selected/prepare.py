"""The screen on which an officer prepares a letter for publication: the original beside what is to be public."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import FormView

from ...casework.sections import Section, register
from ...casework.standing import Standing
from ...casework.views import OfCase
from ...publishing import actions
from ...publishing.errors import GateRefused
from ...publishing.review.access import may_edit
from ...rules.errors import RuleError
from ..models import CitizenLetter
from . import consent, making
from .forms import PARTS, TAKE, Suggestions, TextForm

STAGE, CHOOSE, WRITE = "stage", "choose", "write"
URL_NAME = "select"


class SelectView(OfCase, FormView):
    """First the suggestions, each to be taken or left; then the text, to be edited freely, and stored as a draft.

    What is made is a draft like any other: it becomes public when its review is complete.
    """

    template_name = "wagtail_disclosure/mailboxes/selected/prepare.html"
    form_class = TextForm
    page_title = gettext_lazy("Prepare for publication")
    header_icon = "edit"

    @cached_property
    def standing(self):
        return Standing(self.object)

    @cached_property
    def draft(self):
        page = consent.page_of(self.object)
        return page.get_latest_revision_as_object() if page is not None else None

    @cached_property
    def original(self):
        return making.original_of(self.object, self.standing)

    @cached_property
    def suggestions(self):
        return Suggestions(self.original, self.object)

    @property
    def stage(self):
        """What is done now: ``choose``, or ``write`` where there is a draft or the suggestions were sent."""
        if self.request.method == "POST":
            return self.request.POST.get(STAGE, WRITE)
        return CHOOSE if self.draft is None or "again" in self.request.GET else WRITE

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        if not isinstance(self.object, CitizenLetter) or not any(
            each.type == making.ISSUE for each in self.standing.steps
        ):
            raise Http404
        if not making.may_prepare(self.standing, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        found = super().get_form_kwargs()
        if self.stage == CHOOSE:
            # The suggestions were sent, not the text.
            found = {name: each for name, each in found.items() if name not in ("data", "files")}
        return {**found, "case": self.object}

    def get_initial(self):
        draft = self.draft
        found = {"seen": self.standing.last_key}
        if draft is not None:
            found |= {name: getattr(draft, name) for name in TextForm.PUBLISHED}
        elif self.object.department is not None:
            found["department_name"] = self.object.department.name
        if self.request.method == "POST" and self.stage == CHOOSE:
            taken = set(self.request.POST.getlist(TAKE)) & self.suggestions.names()
            found |= self.suggestions.masked(taken, self.object.language)
        return found

    def post(self, request, *args, **kwargs):
        if self.stage == CHOOSE:
            return self.render_to_response(self.get_context_data(stage=WRITE))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            page = making.store(self.object, self.request.user, form.texts, seen=form.cleaned_data["seen"])
        except (RuleError, ValidationError) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
            return self.form_invalid(form)
        messages.success(
            self.request, _("The draft is stored. It becomes public when its review is complete.")
        )
        if form.cleaned_data["submit"] and not page.workflow_in_progress:
            self._submit(page)
        return redirect(self.case_url)

    def _submit(self, page):
        try:
            actions.submit(page, self.request.user)
        except (GateRefused, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            messages.warning(self.request, text)
        else:
            messages.success(self.request, _("It is on its way through the review."))

    def get_context_data(self, **kwargs):
        stage = kwargs.pop("stage", self.stage)
        names = {
            "title": pgettext("mailbox", "Title"),
            "letter": pgettext("mailbox", "Letter"),
            "reply": pgettext("mailbox", "Reply"),
        }
        return super().get_context_data(
            case=self.object,
            case_url=self.case_url,
            stage=stage,
            is_choosing=stage == CHOOSE,
            parts=[
                {"name": part, "label": names[part], "pieces": self.suggestions.pieces(part)}
                for part in PARTS
            ],
            has_suggestions=bool(self.suggestions),
            draft=self.draft,
            **kwargs,
        )


@register
class SelectedSection(Section):
    """The way to the screen, and what became of the draft."""

    order = 82
    template_name = "wagtail_disclosure/mailboxes/selected/section.html"

    def is_shown(self):
        if not isinstance(self.case, CitizenLetter):
            return False
        self.page_made = consent.page_of(self.case)
        self.may = making.may_prepare(self.standing, self.request.user)
        return self.may or self.page_made is not None

    def get_context_data(self, parent_context):
        page, user = self.page_made, self.request.user
        return {
            **super().get_context_data(parent_context),
            "made": page,
            "state": page.status_string if page is not None else "",
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk])
            if page is not None and may_edit(user, page)
            else "",
            "public_url": page.get_url(self.request) if page is not None and page.live else "",
            "select_url": reverse(f"{self.case.admin_name}:{URL_NAME}", args=[self.case.pk])
            if self.may
            else "",
        }
