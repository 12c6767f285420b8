"""“Publish this” (Art. 44): of what a request was granted, a draft of the catalogue that goes its ordinary way.

The case remembers the draft; the draft knows nothing of the case, and nothing in it comes from the applicant.
"""

import hashlib
import os

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.documents import get_document_model

from ..casework import moves, suspicions
from ..casework.models import CaseAttachment
from ..casework.sections import Section, register
from ..casework.standing import Standing
from ..casework.views import OfCase
from ..catalogue.models import Attachment, DepartmentFolderPage, EntryPage
from ..compat import Page
from ..departments.roles import collection_of
from ..publishing import ledger
from ..rules.errors import RuleError
from ..rules.replies import replies_to

ACTION = "propose_publication"
ENTRY = "entry"


def released(case):
    """The files that went out with the reply; never what the applicant sent."""
    files = case.attachments.filter(released_at__isnull=False)
    return files.exclude(origin=CaseAttachment.Origin.APPLICANT)


def is_granted(standing):
    """Whether the reply that went out provides information."""
    reply = standing.decision[0]
    item = replies_to(standing.profile, standing.kind).find(reply)
    return item is not None and "files" in item.fact("requires", ())


def may_propose(standing, user):
    """Whether ``user`` may make a draft of what this case was granted."""
    if not is_granted(standing):
        return False
    offered = moves.allowed(standing.case, user, today=timezone.localdate())
    return ACTION in {each.code for each in offered}


def folder_of(case):
    """The place of the responsible department in the catalogue, or None."""
    folders = DepartmentFolderPage.objects.filter(department=case.department)
    own = folders.filter(locale__language_code=case.language).first() if case.language else None
    return own or folders.order_by("path").first()


class PublicationForm(forms.Form):
    """What the draft says: written by the officer, looked through for personal data."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Title of the entry"), max_length=255)
    summary = forms.CharField(
        label=gettext_lazy("Summary of the entry"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What the information is about. Nothing of the applicant, nothing in their words."
        ),
    )
    files = forms.MultipleChoiceField(
        label=gettext_lazy("Files of the reply that are copied"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Copy none that carries a name, a mark of the applicant, or a third party's data."
        ),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have checked what is pointed out; it identifies nobody."),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["files"].choices = [(str(each.key), each.name) for each in released(case)]
        self.suspected = []

    def clean(self):
        given = super().clean()
        chosen = set(given.get("files", ()))
        names = [each.name for each in released(self.case) if str(each.key) in chosen]
        text = "\n".join([given.get("title", ""), given.get("summary", ""), *names])
        self.suspected = suspicions.suspected(text, self.case)
        if self.suspected:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            if not given.get("confirmed"):
                self.add_error(
                    None,
                    _("This may identify people. Change it, or confirm below that it does not: %(found)s")
                    % {"found": "; ".join(self.suspected)},
                )
        return given


class PublicationView(OfCase, FormView):
    """The form, and the draft made of it."""

    template_name = "wagtail_disclosure/casework/action.html"
    form_class = PublicationForm
    page_title = gettext_lazy("Publish this")
    header_icon = "doc-full-inverse"

    @cached_property
    def standing(self):
        return Standing(self.object)

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        if not is_granted(self.standing):
            raise Http404
        if not may_propose(self.standing, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "case": self.object}

    def get_initial(self):
        # From what was handed out, not from what the applicant wrote.
        files = list(released(self.object))
        title = os.path.splitext(files[0].name)[0] if files else self.object.document_number
        return {
            "seen": self.standing.last_key,
            "title": title[:255],
            "files": [str(each.key) for each in files],
        }

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            page = propose(
                self.object,
                self.request.user,
                title=given["title"],
                summary=given["summary"],
                files=given["files"],
                seen=given["seen"],
            )
        except RuleError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("The draft is made. It becomes public when its review is complete."))
        return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            case=self.object,
            action={"label": _("Make the draft")},
            case_url=self.case_url,
            note=_(
                "A draft in the folder of the department. Nobody learns from it that somebody requested it."
            ),
            **kwargs,
        )


@transaction.atomic
def propose(case, user, *, title, summary="", files=(), seen=None):
    """Make a draft entry of what ``case`` was granted, and record that. Returns the page.

    Raises ``RuleError`` where the department has no folder in the catalogue or the move is refused, and
    ``PermissionDenied`` for whoever may not add to that folder.
    """
    # The order of locks is that of every other decision: the ledger, then pages.
    ledger.hold()
    folder = folder_of(case)
    if folder is None:
        raise RuleError(
            gettext_lazy("The responsible department has no folder in the catalogue yet."), "no_folder"
        )
    if not folder.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied
    page = EntryPage(
        title=title,
        summary=summary,
        department=case.department,
        locale=folder.locale,
        owner=user,
        live=False,
    )
    page.full_clean(exclude=["path", "depth", "slug", "url_path"])
    folder.add_child(instance=page)
    keys = set(files)
    page.attachments.set(
        [
            Attachment(
                document=_copied(each, case, user), title=os.path.splitext(each.name)[0], sort_order=order
            )
            for order, each in enumerate(each for each in released(case) if str(each.key) in keys)
        ]
    )
    page.save_revision(user=user, log_action=True)
    moves.act(case, ACTION, by=user, data={ENTRY: page.pk}, seen=seen)
    return page


def _copied(attachment, case, user):
    """The file as a document of the department, under a name that says nothing of the case."""
    with attachment.file.open("rb") as source:
        data = source.read()
    document = get_document_model()(
        title=os.path.splitext(attachment.name)[0][:255],
        collection=collection_of(case.department),
        uploaded_by_user=user,
        file_size=len(data),
    )
    document.file_hash = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    document.file.save(attachment.name, ContentFile(data), save=False)
    document.save()
    return document


@register
class PublicationSection(Section):
    """The way to a draft of what was granted, and the drafts that were made."""

    order = 80
    template_name = "wagtail_disclosure/casework/sections/publication.html"

    def is_shown(self):
        self.keys = [each.data[ENTRY] for each in self.standing.steps if each.data.get(ENTRY)]
        self.may = hasattr(self.case, "filed_item") and may_propose(self.standing, self.request.user)
        return self.may or bool(self.keys)

    def get_context_data(self, parent_context):
        pages = Page.objects.filter(pk__in=self.keys)
        drafts = [
            {
                "title": page.get_admin_display_title(),
                "live": page.live,
                "url": reverse("wagtailadmin_pages:edit", args=[page.pk])
                if page.permissions_for_user(self.request.user).can_edit()
                else "",
            }
            for page in pages
        ]
        url = reverse(f"{self.case.admin_name}:publish", args=[self.case.pk]) if self.may else ""
        return {**super().get_context_data(parent_context), "drafts": drafts, "publish_url": url}
