"""Several comments at once: shown as masking suggests, or kept back with one reason."""

from django import forms
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction

from ..casework.errors import CaseRefused
from . import moderation, vocabularies
from .comment_admin import CommentFilterSet
from .models import Comment

# So many at once; a person has to look at each.
MOST = 200


class ShowForm(forms.Form):
    pass


class HideForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why they are not shown"), choices=vocabularies.hiding_choices)


class CommentBulkAction(BulkAction):
    """A concrete one names the ``move``; each comment is moved for itself, or not at all."""

    models = [Comment]
    template_name = "wagtail_disclosure/participation/admin/bulk.html"
    move = ""

    @cached_property
    def comments(self):
        visible, chosen = Comment.objects.visible_to(self.request.user), self.request.GET.getlist("id")
        if "all" in chosen:
            filters = CommentFilterSet(self.request.GET, queryset=visible, request=self.request)
            found = filters.qs if filters.is_valid() else visible.none()
        else:
            keys = [int(each) for each in chosen if each.isascii() and each.isdigit() and len(each) < 19]
            found = visible.filter(pk__in=keys)
        rows = list(found.order_by("pk")[: MOST + 1])
        if not rows:
            raise Http404
        return rows

    def get_actionable_objects(self):
        possible = [each for each in self.comments[:MOST] if self.is_possible(each)]
        keys = {each.pk for each in possible}
        others = [each for each in self.comments[:MOST] if each.pk not in keys]
        return possible, {"items_with_no_access": others}

    def is_possible(self, comment):
        return (comment.state, self.move) in moderation.MOVES

    def get_context_data(self, **kwargs):
        found = super().get_context_data(
            label=self.display_name, is_cut=len(self.comments) > MOST, most=MOST, **kwargs
        )
        for each in found.get("items", ()):
            each["text"] = moderation.suggested(str(each["item"].body))
        return found

    def form_valid(self, form):
        done, refused = [], []
        for comment in self.get_actionable_objects()[0]:
            try:
                self.move_one(comment, form)
            except CaseRefused as error:
                refused.append((comment.number, str(error)))
            else:
                done.append(comment.number)
        context = {"label": self.display_name, "done": done, "refused": refused, "next": self.next_url}
        return TemplateResponse(self.request, "wagtail_disclosure/casework/bulk_done.html", context)

    def move_one(self, comment, form):
        """Take the action on one comment. Raises :class:`CaseRefused` where that is not possible."""
        moderation.act(
            comment,
            self.move,
            by=self.request.user,
            text=comment.public_text or moderation.suggested(str(comment.body)),
            reason=form.cleaned_data.get("reason", ""),
        )


class ShowComments(CommentBulkAction):
    display_name = pgettext_lazy("participation", "Show")
    aria_label = _("Show the chosen comments to the public")
    action_type = "show"
    action_priority = 10
    form_class = ShowForm
    move = moderation.SHOW

    def is_possible(self, comment):
        return super().is_possible(comment) and comment.may_be_shown and comment.anonymised_at is None


class HideComments(CommentBulkAction):
    display_name = pgettext_lazy("participation", "Do not show")
    aria_label = _("Keep the chosen comments from the public")
    action_type = "hide"
    action_priority = 20
    form_class = HideForm
    move = moderation.HIDE


hooks.register("register_bulk_action", ShowComments)
hooks.register("register_bulk_action", HideComments)
