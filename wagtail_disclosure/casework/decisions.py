"""The form of a reply: first which one, then what that reply must and may state, as ``replies.json`` has it.

Every fact that some reply states is a field of the form: a visible one where the chosen reply states it, a hidden one
elsewhere, so that what was written is still there when the choice is changed. Only what the chosen reply states is kept.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..rules.labels import citation
from ..rules.replies import outcomes_of, replies_to
from . import words
from .letters import drafting
from .standing import PART, part_of

# Name of the button that asks for the fields of the reply that was chosen.
CHOOSE = "choose"
REPLY, DOCUMENTS, UPLOAD = "reply", "documents", "upload"
PREFIX = "decision_"
LONGEST_TEXT, LONGEST_PART = 5000, 500
# Facts of a decision that have fields of their own kind.
FILES, GROUND, GROUNDS = "files", "ground", "grounds_per_part"
PART_LABEL = _("what is withheld: file and part")
SEVERAL = (DOCUMENTS, PREFIX + GROUNDS)


def decided(standing):
    """The replies that people decide on; the others follow from what happened."""
    return [each for each in replies_to(standing.profile, standing.kind) if each.fact("decision", True)]


def stated(reply):
    """Codes of what ``reply`` states, first what it must."""
    return (*reply.fact("requires", ()), *reply.fact("optional", ())) if reply is not None else ()


def ground_label(profile, code):
    """How the ground ``code`` for withholding is called."""
    for attribute in ("withheld", "on_request"):
        for item in profile.grounds(attribute):
            if item.code == code:
                return item.label()
    return code


def kept(sent):
    """What was entered, as the initial values of the same form for another reply."""
    return {name: sent.getlist(name) if name in SEVERAL else sent.get(name) for name in sent}


class Decision:
    """The part of ``form`` that drafts or revises a reply."""

    def __init__(self, form, code):
        self.form, self.standing, self.profile = form, form.standing, form.standing.profile
        self.replies = decided(self.standing)
        found = replies_to(self.profile, self.standing.kind).find(code)
        self.reply = found if found in self.replies else None
        self.must = set(self.reply.fact("requires", ())) if self.reply is not None else set()
        self.may = stated(self.reply)

    # Fields

    def fields(self):
        """Pairs of name and field: those of the chosen reply in its order, then the hidden ones."""
        found = {REPLY: self._choice()}
        for code in self.may:
            found.update(self._stated(code))
        if self.reply is not None:
            found[drafting.FIELD] = drafting.field()
        for name in self._all():
            found.setdefault(name, _hidden(name))
        return found

    def _choice(self):
        return forms.ChoiceField(
            label=_("reply"),
            choices=[(each.code, each.label()) for each in self.replies],
            widget=forms.RadioSelect,
        )

    def _all(self):
        yield from (DOCUMENTS, drafting.FIELD)
        for reply in self.replies:
            for code in stated(reply):
                if code != FILES:
                    yield PREFIX + code
            if GROUNDS in stated(reply):
                yield from (PREFIX + part_of(ground) for ground in reply.fact("grounds", ()))

    def _stated(self, code):
        item, must = self.profile.decision_facts.get(code), code in self.must
        options = {"label": item.label(), "required": must}
        if code == FILES:
            return self._files(options)
        if code == GROUND:
            grounds = self._grounds()
            empty = [] if must and len(grounds) == 1 else [("", "---------")]
            return {PREFIX + code: forms.ChoiceField(choices=[*empty, *grounds], **options)}
        if code == GROUNDS:
            ways = forms.MultipleChoiceField(
                choices=self._grounds(), widget=forms.CheckboxSelectMultiple, **options
            )
            return {PREFIX + code: ways, **dict(map(_part, self._grounds()))}
        widget = forms.Textarea(attrs={"rows": 3})
        return {PREFIX + code: forms.CharField(max_length=LONGEST_TEXT, widget=widget, **options)}

    def _files(self, options):
        """The files of the case to choose from, where it has any, and those that are added."""
        found = [(str(each.key), each.name) for each in self.form.case.attachments.all()]
        upload = self.form.files_field()
        upload.help_text = words.about(self.form.case, _("The %(person)s gets these files with the reply."))
        if not found:
            upload.label, upload.required = options["label"], options["required"]
            return {UPLOAD: upload}
        chosen = forms.MultipleChoiceField(choices=found, widget=forms.CheckboxSelectMultiple, **options)
        chosen.help_text = upload.help_text
        upload.help_text = ""
        return {DOCUMENTS: chosen, UPLOAD: upload}

    def _grounds(self):
        return [(code, ground_label(self.profile, code)) for code in self.reply.fact("grounds", ())]

    # What the page shows

    @property
    def article(self):
        return self._article(self.reply) if self.reply is not None else ""

    @property
    def note(self):
        return self.reply.note() if self.reply is not None else ""

    @property
    def label(self):
        return self.reply.label() if self.reply is not None else ""

    def _article(self, reply):
        return citation(reply.fact("law", {}), reply.article)

    def groups(self):
        """The replies under the heads of the outcomes; a head that has but one reply needs no name."""
        found = {}
        for each in self.replies:
            head = self._head(each)
            found.setdefault(head.code, (head, []))[1].append(self._row(each))
        return [
            {"label": head.label() if len(rows) > 1 else "", "replies": rows} for head, rows in found.values()
        ]

    def _head(self, reply):
        for ancestors, item in outcomes_of(self.profile, self.standing.kind).walk():
            if item.code == reply.fact("outcome"):
                return ancestors[0] if ancestors else item
        return reply

    def _row(self, reply):
        return {
            "code": reply.code,
            "label": reply.label(),
            "article": self._article(reply),
            "note": reply.note(),
            "chosen": self.reply is not None and reply.code == self.reply.code,
            "closed": self._not_open(reply),
        }

    def _not_open(self, reply):
        """Why ``reply`` is not possible yet, or nothing."""
        problems = self.standing.decision_problems(reply.code, {}, self.standing.deadline())
        return next((str(each) for each in problems if each is not None and each.code == "not_asked"), "")

    def rows(self):
        """The visible fields of the chosen reply, those of the parts withheld each with its ground."""
        for bound in self.form.visible_fields():
            code = bound.name.removeprefix(PREFIX)
            if bound.name == REPLY or code.startswith(PART):
                continue
            parts = []
            if code == GROUNDS:
                parts = [
                    (box, self.form[PREFIX + part_of(ground)])
                    for box, (ground, _label) in zip(bound, self._grounds(), strict=True)
                ]
            yield {"field": bound, "parts": parts}

    # What was sent

    def clean(self, cleaned):
        """Keep what the chosen reply states, and say at its field what it lacks."""
        form = self.form
        if cleaned.get(UPLOAD) and form.has_error(DOCUMENTS, "required"):
            del form.errors[DOCUMENTS]
            cleaned[DOCUMENTS] = []
        if self.reply is None:
            return
        self._drop(cleaned)
        given = {code: cleaned.get(PREFIX + code) for code in self.may if code != FILES}
        given[FILES] = [*cleaned.get(DOCUMENTS, ()), *cleaned.get(UPLOAD, ())]
        for problem in self.standing.decision_problems(self.reply.code, given, self.standing.deadline()):
            if problem is not None and not form.has_error(name := self._place(problem)):
                form.add_error(name, str(problem))

    def _drop(self, cleaned):
        grounds = cleaned.get(PREFIX + GROUNDS) or () if GROUNDS in self.may else ()
        wanted = {PREFIX + code for code in self.may} | {PREFIX + part_of(each) for each in grounds}
        for name in [each for each in cleaned if each.startswith(PREFIX)]:
            if name not in wanted and name != drafting.FIELD:
                del cleaned[name]
        if FILES not in self.may:
            cleaned[DOCUMENTS] = cleaned[UPLOAD] = []

    def _place(self, problem):
        """The field that ``problem`` is about."""
        fact = problem.params.get("fact", "")
        if problem.code == "ground":
            fact = GROUNDS if GROUNDS in self.may else GROUND
        names = (DOCUMENTS, UPLOAD) if fact == FILES else (PREFIX + fact,)
        return next((each for each in names if each in self.form.fields), REPLY)


def _part(pair):
    ground, label = pair
    return PREFIX + part_of(ground), forms.CharField(
        label=PART_LABEL,
        required=False,
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": 2, "aria-label": f"{label}: {PART_LABEL}"}),
    )


def _hidden(name):
    widget = forms.MultipleHiddenInput if name in SEVERAL else forms.HiddenInput
    return forms.Field(required=False, widget=widget)
