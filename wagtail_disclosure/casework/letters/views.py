"""The draft of a reply as a page of its own: exactly the letter that would be issued now."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from .. import identity
from ..standing import Standing
from ..views import OfCase
from . import issue, panels, serving


class DraftView(OfCase, View):
    """It names the applicant in full: that is logged."""

    page_title = _("Draft of the letter")

    def get(self, request, *args, **kwargs):
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        case, standing = self.object, Standing(self.object)
        if not hasattr(case, "letters") or not panels.is_drafted(case, standing):
            raise Http404
        identity.note_reads(case, ["letter:draft"], request.user, reason="draft")
        made = issue.draft(standing, today=timezone.localdate(), masked=False)
        return serving.page(made.html, made.language, str(self.page_title))
