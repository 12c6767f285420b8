"""What the review page shows: the candidate, what it is compared with, and what is known about it."""

from os.path import basename, splitext

from django.db import models
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, TaskState

from ... import conf
from ...rules.profiles import get_profile
from ..digest import VOLATILE, digest_of
from ..evidence import (
    current_approvals,
    is_translation,
    last_public_at,
    required_steps,
    right_to_decide,
    user_key,
    why_no_end,
)
from ..models import Contribution, ReviewTask, Seal
from .acknowledging import Findings
from .comparison import differences, file_changes, seen_before
from .deadline import due_of
from .history import history_of
from .importance import exempt_steps, importance_of
from .record import file_entry, stored_file
from .step_deadline import step_due
from .translation import side_by_side

MOST_FINDINGS = 100
# Fields that say nothing to a reviewer.
LEFT_OUT = frozenset({"search_description", "seo_title", "show_in_menus"})
# What a reader looks for first.
FIRST = ("title", "summary")
# Wagtail names this field in English whatever the language.
LABELS = {"locale": gettext_lazy("language")}


def draft_of(item):
    """The latest draft of ``item``: what an approval given now would be about."""
    revision = item.get_latest_revision()
    return revision.as_object() if revision is not None else item


def item_of(workflow_state):
    """The item under review in its specific class; None when it is gone."""
    found = workflow_state.content_object
    return getattr(found, "specific", found)


class Candidate:
    """An item at a step of review, as one reviewer sees it. Everything is read on first use."""

    def __init__(self, state, user, request):
        self.state, self.user, self.request = state, user, request
        # Reasons that were typed beside findings and are not kept yet.
        self.reasons = {}
        self.task = state.task.specific
        self.item = item_of(state.workflow_state)

    @cached_property
    def draft(self):
        return draft_of(self.item)

    @cached_property
    def digest(self):
        return digest_of(self.draft)

    @property
    def is_review(self):
        return isinstance(self.task, ReviewTask) and self.item is not None

    @property
    def is_open(self):
        """Whether the review stands at this very step."""
        review = self.state.workflow_state
        return (
            self.state.status == TaskState.STATUS_IN_PROGRESS
            and review.status == review.STATUS_IN_PROGRESS
            and review.current_task_state_id == self.state.pk
        )

    @cached_property
    def open_state(self):
        """The step at which the item's review stands now, if there is one."""
        return self.item.current_workflow_task_state

    @cached_property
    def right(self):
        """What this reader may do at the step now."""
        return right_to_decide(self.task, self.item, self.user, self.draft)

    @property
    def why_not(self):
        """Why this reader may not decide now; empty when they may."""
        return self.right.reason

    @cached_property
    def step_due(self):
        """By when the step is to be decided; None where it has no deadline, or is decided."""
        return step_due(self.state) if self.is_open else None

    @cached_property
    def no_end(self):
        """Why this review cannot come to its end; empty when it can."""
        if not self.is_open:
            return ""
        return why_no_end(self.state.workflow_state.workflow, self.draft, self.digest.value)

    @property
    def is_first_publication(self):
        return not self.item.live

    @cached_property
    def changes(self):
        """The difference to what is public now."""
        return [] if self.is_first_publication else differences(self.item, self.draft, self.request)

    @cached_property
    def file_changes(self):
        """The files that differ from those of what is public now."""
        seal = Seal.objects.about(self.item).in_force().first()
        return file_changes(seal.manifest, self.digest.files) if seal and self.item.live else []

    @cached_property
    def seen_before(self):
        """What this reader and the other steps last decided about, where the content is another now."""
        return [
            {
                "decisions": each.decisions,
                "mine": each.mine,
                "kept": each.before is not None,
                "changes": differences(each.before, self.draft, self.request) if each.before else [],
                "files": file_changes(each.files, self.digest.files) if each.files is not None else [],
            }
            for each in seen_before(self.item, self.digest.value, {user_key(self.user)})
        ]

    @cached_property
    def steps(self):
        """The steps this content has to pass, each with the approval it has."""
        approved = {each.task_id: each for each in current_approvals(self.item, self.digest.value)}
        return [
            {
                "name": task.name,
                "approval": approved.get(task.pk),
                "current": self.is_open and task.pk == self.task.pk,
            }
            for task in required_steps(self.draft)
        ]

    @cached_property
    def exempt(self):
        """Steps of the policies that this item need not pass, each with the items that it is kept for."""
        return exempt_steps(self.draft)

    @cached_property
    def importance(self):
        """Whether the item is important, who said so and when; None where its type does not tell important ones."""
        return importance_of(self.item, self.draft)

    @cached_property
    def drafters(self):
        """Who worked on the draft since the item was last public, the latest last."""
        rows = Contribution.objects.about(self.item)
        if (since := last_public_at(self.item)) is not None:
            rows = rows.filter(at__gt=since)
        latest = dict(rows.exclude(user=None).values_list("user").annotate(Max("at")))
        people = Contribution._meta.get_field("user").related_model.objects.in_bulk(latest)
        return [
            (people[key], at) for key, at in sorted(latest.items(), key=lambda each: each[1]) if key in people
        ]

    @cached_property
    def header(self):
        """Label and value of every field of the draft that is filled in and no running text."""
        fields = [field for field in self.draft._meta.concrete_fields if _is_fact(field)]
        fields.sort(key=lambda field: FIRST.index(field.name) if field.name in FIRST else len(FIRST))
        rows = [(LABELS.get(each.name, each.verbose_name), _shown(self.draft, each)) for each in fields]
        return [(capfirst(label), value) for label, value in rows if value not in (None, "")]

    @cached_property
    def original(self):
        """What the draft is a translation of, as the public reads it now; None where it is no translation."""
        if not is_translation(self.draft):
            return None
        found = (
            type(self.item)
            ._default_manager.filter(translation_key=self.item.translation_key, locale=Locale.get_default())
            .first()
        )
        return found and (found if found.live else draft_of(found))

    @cached_property
    def beside_original(self):
        return side_by_side(self.original, self.draft) if self.original else []

    @cached_property
    def determination(self):
        """The disclosure attribute with its ground in words, or None."""
        found = getattr(self.draft, "determination", None)
        if found is None:
            return None
        profile = get_profile(conf.get("JURISDICTION"))
        known = {"record": found, "note": profile.attribute(found.attribute).note()}
        try:
            ground = profile.ground(found.attribute, found.ground)
        except KeyError:
            return {**known, "ground": found.ground, "article": ""}
        return {**known, "ground": ground.label(), "article": ground.article}

    @cached_property
    def checked(self):
        """What the automatic checks found, with what reviewers said about it."""
        return Findings(self.item, self.draft, self.digest, self.reasons)

    @property
    def findings(self):
        return self.checked.shown

    @property
    def findings_shown(self):
        """Everything that has to be acknowledged, and of the rest what a page holds."""
        grave = [each for each in self.findings if each.is_grave]
        return grave + [each for each in self.findings if not each.is_grave][:MOST_FINDINGS]

    @property
    def findings_left_out(self):
        return len(self.findings) - len(self.findings_shown)

    @cached_property
    def files(self):
        """The files of the draft with their addresses, names, sizes and hashes."""
        return [{**file_entry(each), **_file_facts(each)} for each in self.digest.files]

    @cached_property
    def history(self):
        return history_of(self.item)

    @cached_property
    def due(self):
        return due_of(self.draft)


def _is_fact(field):
    if field.name in VOLATILE | LEFT_OUT or field.primary_key:
        return False
    is_parent = field.is_relation and field.remote_field.parent_link
    return not is_parent and not isinstance(field, StreamField | RichTextField)


def _file_facts(each):
    """Name, kind and size of a file as stored; nothing of one that is gone."""
    file = getattr(stored_file(each), "file", None)
    if not file:
        return {}
    name = basename(file.name)
    try:
        size = filesizeformat(file.size)
    except OSError:
        size = ""
    return {"name": name, "kind": splitext(name)[1].lstrip(".").upper(), "size": size}


def _shown(item, field):
    if field.choices:
        return getattr(item, f"get_{field.name}_display")()
    if isinstance(field, models.ForeignKey):
        return getattr(item, field.name)
    return getattr(item, field.attname)
