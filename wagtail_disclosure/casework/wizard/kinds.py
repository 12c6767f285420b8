"""What kinds of public forms differ in, as data: each is one :class:`FormKind`, and none is known here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

FILES, CHECK = "files", "check"
GENERIC = "wagtail_disclosure/casework/form"


@dataclass(frozen=True)
class Step:
    """A page of a form. One with a ``form`` asks something; the answers are kept in the draft under its name."""

    name: str
    title: str
    form: type | None = None
    # A page between it and the next step, left out where a single answer is being changed.
    offers: str = ""
    # The step that asks for other things once this one is answered otherwise: it follows in any case.
    changes: str = ""


FILES_STEP = Step(FILES, _("Files"))
CHECK_STEP = Step(CHECK, _("Check your answers"))


def _nothing(_definition):
    return {}


def _own_title(step, _definition):
    return step.title


@dataclass(frozen=True)
class FormKind:
    """A kind of public form.

    Its definitions are guarded snippets with ``code``, ``locale``, ``title``, ``agency``, ``live``, ``is_open``,
    ``closed_notice``, ``takes_files`` and ``pages``, and two attributes of the class: ``draft_kind``, under which
    drafts are kept, and ``url_name``, the pattern in ``urls.py``.
    """

    model: type
    case_model: type
    attachments: type
    # The folder of its own templates; what is not there is taken from ``casework/form``.
    templates: str
    # In order; the last is the check.
    steps: tuple[Step, ...]
    # The first step as anybody may send it: with the protection that the other steps do without.
    first_form: type
    check_form: type
    # ``send(draft, token, definition, sender=…, language=…)`` makes the draft a case, once; raises ``CaseRefused``.
    send: Callable
    # ``names(definition)`` of the steps that it does without.
    leaves_out: Callable = _nothing
    title_of: Callable = _own_title
    # ``brought(definition, GET)``: what an address fills in.
    brought: Callable = lambda _definition, _given: {}
    # What pages say around the first step, and on the receipt.
    around: Callable = _nothing
    what_follows: Callable = _nothing
    # Pages of its own, by name: ``view(visit)``.
    views: dict = field(default_factory=dict)

    def template(self, name):
        """Names of the template ``name``, its own first."""
        return [f"{self.templates}/{name}.html", f"{GENERIC}/{name}.html"]

    def order(self, definition):
        """The steps of a form, in order."""
        left_out = self.leaves_out(definition)
        return [
            step
            for step in self.steps
            if step.name not in left_out and (step.name != FILES or definition.takes_files)
        ]

    def step(self, definition, name):
        """The step called ``name``, or None where the form does without it."""
        return next((step for step in self.order(definition) if step.name == name), None)
