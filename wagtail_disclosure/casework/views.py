"""The page of a case in the admin, the page of one action, and the reading of personal data."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ..departments.names import person_name
from ..rules.errors import RuleError
from ..rules.labels import joined
from . import charges, decisions, identity, moves, scope, sections, tasks, timeline
from .consultation.enquiry import Enquiry
from .encryption import PersonalField
from .forms import ActionForm
from .listing import due_of, state_of
from .policy import CaseScope
from .public_forms import check_text
from .standing import DECISION, Standing


class CaseView(CaseScope, generic.InspectView):
    """Where a case stands, why it is due when, what happened, whose it is, and what may be done now.

    People of another department that takes part see what is asked for, the clock, and their own task with its files.
    """

    any_permission_required = ["view"]
    opens_to_involved = True
    template_name = "wagtail_disclosure/casework/case.html"
    page_title = pgettext_lazy("disclosure", "Case")
    people_url_name = None

    def get_fields_context(self):
        return []

    def get_context_data(self, **kwargs):
        case, today = self.object, timezone.localdate()
        standing = Standing(case)
        deadline = standing.deadline()
        page = sections.CasePage(case, self.request, standing)
        sees_all = page.sees_all
        return super().get_context_data(
            case=case,
            sees_all=sees_all,
            officer=person_name(case.officer) if case.officer is not None else "",
            state=state_of(case),
            due=due_of(case),
            channel=standing.channels.get(case.channel).label(),
            facts=self.get_facts(case) if sees_all else self.get_facts_of_task(case),
            deadline=deadline,
            explanations=deadline.explain("officer") if deadline else [],
            days_left=deadline.days_left(today) if deadline and not case.is_closed else None,
            ledger=timeline.ledger(deadline),
            irregularities=[str(each) for each in deadline.irregularities] if deadline else [],
            timeline=timeline.rows(standing, written=sees_all),
            files=self._files(case, sees_all),
            people=[timeline.masked(person) for person in [case.applicant_person] if person is not None],
            people_url=reverse(self.people_url_name, args=[case.pk]) if sees_all else "",
            sections=sections.sections_of(page),
            **_actions(page),
            **kwargs,
        )

    def get_facts(self, case):
        """Pairs of label and text about this kind of case."""
        return []

    def get_facts_of_task(self, case):
        """The same for people who take part in the case for another department: what is asked for, nothing of whom."""
        return []

    def _files(self, case, sees_all):
        if sees_all:
            return case.attachments.all()
        return case.attachments.filter(key__in=tasks.files_of(self.request.user, case))


def _actions(page):
    """What may be done now: the next sensible steps, and all else in the groups of the table."""
    groups = page.standing.table.groups
    first, rest = [], {code: [] for code in [*groups, ""]}
    for move, key in page.offers:
        where = first if move.comes_first else rest[move.action.group]
        where.append(_button(page, move, key))
    more = [
        {"label": groups[code].label() if code else "", "actions": found}
        for code, found in rest.items()
        if found
    ]
    return {"first": first, "more": more, "more_count": sum(len(each["actions"]) for each in more)}


def _button(page, move, key):
    label = f"{move.label()} ({key})" if key else move.label()
    return {
        "id": f"{move.code}-{key}",
        "label": label,
        "note": move.action.note(),
        "url": page.address(move.code, key),
    }


class BesideList(CaseScope, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page about cases that the user may see, reached from their list."""

    model = None
    any_permission_required = ["view"]
    index_url_name = inspect_url_name = None

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": capfirst(self.model._meta.verbose_name_plural)}
        return [
            *self.breadcrumbs_items,
            index,
            *self.crumbs_between(),
            {"url": "", "label": self.get_page_title()},
        ]

    def crumbs_between(self):
        return []


class OfCase(BesideList):
    """A page about one case that the user may see."""

    @cached_property
    def object(self):
        return self.get_object()

    @cached_property
    def case_url(self):
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def get_page_subtitle(self):
        return self.object.number

    def crumbs_between(self):
        return [{"url": self.case_url, "label": self.object.number}]


class ActionView(OfCase, FormView):
    """One action on one case: its form, and taking it. What was entered is kept when it is refused."""

    template_name = "wagtail_disclosure/casework/action.html"
    form_class = ActionForm
    header_icon = "clipboard-list"
    opens_to_involved = True

    @cached_property
    def standing(self):
        return Standing(self.object)

    @cached_property
    def action(self):
        found = self.standing.table.actions.get(self.kwargs["action"])
        if found is None:
            raise Http404
        return found

    @property
    def key(self):
        return (self.request.POST.get("key") or self.request.GET.get("key") or "")[:20]

    def get_page_title(self):
        return self.action.label()

    @cached_property
    def move(self):
        """The move as it is open to the user now, or None."""
        for move, key in moves.offers(self.object, self.request.user, today=timezone.localdate()):
            if move.code == self.action.code and key in (self.key, ""):
                return move
        return None

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        if self.move is None and request.method != "POST":
            return self._leads_back()
        return super().dispatch(request, *args, **kwargs)

    def _leads_back(self):
        """To the case, with a word why: the form of an action that is not open would be a dead end."""
        messages.warning(self.request, self._why_not())
        return redirect(self.case_url)

    def _why_not(self):
        last = self.standing.events[-1] if self.standing.events else None
        text = _("“%(action)s” is not open to you now. The case is “%(state)s”.") % {
            "action": self.action.label(),
            "state": state_of(self.object),
        }
        return f"{text} {moves.happened(last, self.standing.table)}" if last is not None else text

    @cached_property
    def is_choosing(self):
        """Whether the fields of another reply are asked for, and nothing is to be stored yet."""
        return self.move is not None and decisions.CHOOSE in self.request.POST

    def get_initial(self):
        if self.is_choosing:
            return decisions.kept(self.request.POST)
        found = {"seen": self.standing.last_key, "key": self.key, "of": self.request.GET.get("of", "")[:60]}
        if reply := self.request.GET.get(decisions.REPLY):
            found[decisions.REPLY] = reply
        return found

    def get_form_kwargs(self):
        # A form that was sent is read even where the move is gone, so that its answers can be shown again.
        move = self.move or next(each for each in self.standing.table.moves if each.code == self.action.code)
        found = super().get_form_kwargs()
        if self.is_choosing:
            found = {name: each for name, each in found.items() if name not in ("data", "files")}
        return {
            **found,
            "move": move,
            "standing": self.standing,
            "user": self.request.user,
        }

    def post(self, request, *args, **kwargs):
        if self.is_choosing:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        """Files are not sent back to the browser, which does not choose them again by itself."""
        if self.move is None:
            return self._leads_back()
        names = [each.name for each in self.request.FILES.getlist(decisions.UPLOAD)]
        if names and decisions.UPLOAD in form.fields:
            form.add_error(decisions.UPLOAD, f"{_('Choose these files again:')} {joined(names)}")
        return super().form_invalid(form)

    def form_valid(self, form):
        if form.unread_charge() is not None:
            form.data = form.data.copy()
            form.data[charges.SEEN] = form.charge.key
            return self.render_to_response(self.get_context_data(form=form, charge=form.charge))
        try:
            with transaction.atomic():
                arguments = form.arguments()
                arguments["documents"] += form.store_upload()
                moves.act(self.object, self.action.code, by=self.request.user, **arguments)
        except (RuleError, ValidationError) as error:
            if self._was_sent_twice(error):
                messages.info(self.request, _("Sent twice, done once: %(action)s.") % self._named())
                return redirect(self.case_url)
            if not self._is_open_still():
                return self._leads_back()
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
            # Having read what happened meanwhile, the user may decide again.
            form.read_again(Standing(self.get_object()))
            return self.form_invalid(form)
        self.follow_up(form)
        return self._leads_on()

    def follow_up(self, form):
        """What a kind of case does after its action was taken and stored."""

    def _named(self):
        return {"action": self.action.label()}

    def _was_sent_twice(self, error):
        """A second click: the same person has taken the action meanwhile, and it is open no more."""
        mine = [(each.type, each.actor_id) for each in getattr(error, "since", ())]
        if (self.action.code, self.request.user.pk) not in mine:
            return False
        return not self._is_open_still()

    def _is_open_still(self):
        open_now = moves.allowed(self.get_object(), self.request.user, today=timezone.localdate())
        return self.action.code in {each.code for each in open_now}

    def _leads_on(self):
        """Back to the case; to the list where it has just left those that the user may see."""
        done = _("Done: %(action)s.") % self._named()
        case = type(self.object).objects.get(pk=self.object.pk)
        if scope.may_see(self.request.user, case, involved=True):
            messages.success(self.request, done)
            return redirect(self.case_url)
        left = _("%(number)s is with “%(department)s” now, and no longer in your list.") % {
            "number": case.number,
            "department": case.department,
        }
        messages.success(self.request, f"{done} {left}")
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            case=self.object,
            action=self.action,
            case_url=self.case_url,
            note=self.action.note(),
            warnings=self._warnings(),
            decision=kwargs["form"].decision,
            choose=decisions.CHOOSE,
            panels=sections.panels_of(self.object, self.request, self.standing, self.action),
            **kwargs,
        )

    def _warnings(self):
        """What does not stop the action and should be known: a decision while other departments have not answered."""
        if DECISION not in self.action.fields or not hasattr(self.object, "tasks"):
            return []
        waiting = self.object.tasks.open().select_related("department")
        return [
            _("“%(department)s” has not answered its task yet (%(key)s).")
            % {"department": each.department, "key": each.key}
            for each in waiting
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("disclosure", "reason"),
        max_length=255,
        validators=[check_text],
        help_text=gettext_lazy("Who read what and why is logged."),
    )


class PeopleView(OfCase, FormView):
    """Personal data in full, once, to whoever says why; the reading is logged before it is shown."""

    template_name = "wagtail_disclosure/casework/people.html"
    form_class = ReasonForm
    page_title = gettext_lazy("Show personal data")
    header_icon = "view"

    def get_context_data(self, **kwargs):
        return super().get_context_data(case=self.object, case_url=self.case_url, **kwargs)

    def form_valid(self, form):
        shown = [self._read(person, form.cleaned_data["reason"]) for person in self.object.people()]
        response = TemplateResponse(
            self.request, self.template_name, self.get_context_data(form=form, people=shown)
        )
        add_never_cache_headers(response)
        return response

    def _read(self, person, reason):
        fields = {
            field.name: field.verbose_name
            for field in person._meta.concrete_fields
            if isinstance(field, PersonalField) and getattr(person, field.name)
        }
        values = identity.read(self.object, list(fields), self.request.user, reason=reason, row=person)
        found = [(capfirst(fields[name]), value) for name, value in values.items()]
        return [(_("Consulted"), str(Enquiry(person).title)), *found] if hasattr(person, "read_as") else found
