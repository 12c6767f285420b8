"""Many comments at once: to an issue of the report, or out of it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks

from ..casework.errors import CaseRefused
from . import assigning, tallies
from .bulk import MOST, CommentBulkAction

ADD, TAKE_OUT = "add", "take_out"


class IssueForm(forms.Form):
    issue = forms.ChoiceField(label=pgettext_lazy("participation", "Issue of the report"))
    change = forms.ChoiceField(
        label=pgettext_lazy("participation", "What to do"),
        choices=[(ADD, _("They belong to it")), (TAKE_OUT, _("They do not belong to it"))],
        initial=ADD,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = [("", "---------"), *choices]


class AssignComments(CommentBulkAction):
    """The issues are those of the consultations of the chosen comments; a comment gets none of another consultation."""

    display_name = pgettext_lazy("participation", "Assign to an issue")
    aria_label = _("Assign the chosen comments to an issue of the report")
    action_type = "assign"
    action_priority = 30
    form_class = IssueForm

    def is_possible(self, comment):
        return bool(self._known(comment.key))

    def _known(self, key):
        found = self.__dict__.setdefault("known", {})
        if key not in found:
            found[key] = assigning.issues_for(key)
        return found[key]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "choices": self._choices()}

    def _choices(self):
        groups = []
        for key in sorted({each.key for each in self.comments[:MOST]}, key=str):
            issues = [
                (str(issue), f"{item.issue} · {item.adoption_label}")
                for issue, item in self._known(key).items()
            ]
            if issues:
                groups.append((str(tallies.draft_of(key)), issues))
        return groups[0][1] if len(groups) == 1 else groups

    def move_one(self, comment, form):
        known, wanted = self._known(comment.key), form.cleaned_data["issue"]
        issue = next((each for each in known if str(each) == wanted), None)
        if issue is None:
            raise CaseRefused(_("The issue belongs to the report of another consultation."))
        change = assigning.add if form.cleaned_data["change"] == ADD else assigning.take_out
        change(comment, issue, by=self.request.user, known=known)


hooks.register("register_bulk_action", AssignComments)
