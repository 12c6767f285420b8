"""One step of a request: who takes it, and what its form would have been filled in with."""

from html import escape

from django.forms import ModelChoiceField, MultipleChoiceField
from django.utils import timezone

from example_site.content_tools import chosen
from wagtail_disclosure.casework import action_fields, attachments, forms, moves
from wagtail_disclosure.casework.standing import DECISION, Standing, profile
from wagtail_disclosure.casework.wizard import drafts
from wagtail_disclosure.requests import intake, registration
from wagtail_disclosure.requests.models import RequestAttachment
from wagtail_disclosure.rules.replies import replies_to
from wagtail_disclosure.rules.transition_data import get_table

from .application_form import HEAD, WORD, packed
from .case_people import applicant
from .content import data

# After which something else is replied than before.
AGAIN = ("reopen", "ask_follow_up")
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
FORMS = (["electronic"], ["electronic"], ["paper"], ["electronic", "paper"], ["inspection"])
ROUTES = {
    "online": (["download"], ["download", "email"], ["email"]),
    "email": (["email"],),
    "counter": (["counter"], ["post"]),
    "oral": (["counter"],),
}
OTHERS = (["post"], ["email", "post"])
# Who usually takes an action, of those whom the table lets take it.
ORDER = ("applicant", "third_party", "involved", "reviewer", "officer", "registrar", "head", "system")
USUAL = {
    "confirm_receipt": "officer",
    "answer_co_maker": "officer",
    "note": "officer",
    "correct_contact": "applicant",
}
# Fields whose texts stand under another name.
TEXTS = {"reasons": "reasons_given", "description": "answer_supplement"}


def pick(texts, seed):
    return texts[chosen(seed, 0, len(texts) - 1)]


def role_of(step, kind="request"):
    """The role in which ``step`` is taken."""
    if step.role:
        return step.role
    roles = {role for move in table(kind).moves if move.code == step.action for role in move.roles}
    return USUAL.get(step.action) or next(role for role in ORDER if role in roles)


def table(kind):
    return get_table(profile().code, profile().case_kinds.get(kind).fact("table"))


# The request


def token_of(script, world):
    """What makes one case of a form that is sent twice; of it the code is made."""
    if script.channel == "online":
        return f"example-site:{script.key}"
    return f"registered:{_registrar(script, world).pk}:{script.key}"


def _registrar(script, world):
    return world.users[world.drafters[script.row["department"]][0]]


def request(scene, form, at):
    """The request as it comes in: by the form, or registered by the department. Returns the case."""
    script = scene.script
    kind = "natural" if script.channel == "oral" else script.path.get("kind", "")
    wanted, person = dict(script.row), applicant(script.first, kind)
    delivery = {
        "delivery_forms": pick(FORMS, f"{script.key}form"),
        "delivery_routes": pick(ROUTES.get(script.channel, OTHERS), f"{script.key}route"),
        "help_needed": pick(data("request_texts")["help_needed"], script.key)
        if script.channel == "oral"
        else "",
    }
    if script.channel == "online":
        answers = {
            "describe": {"subject": wanted["subject"], "description": wanted["description"]},
            "kind": {"kind": person["kind"]},
            "applicant": {name: text for name, text in person.items() if name != "kind"},
            **({"delivery": delivery} if script.kind == "request" else {}),
        }
        draft, _secret = drafts.begin(form, answers, now=at)
        token = token_of(script, scene.world)
        return intake.send(draft, token, form, language="zh-hans", at=at).case
    user = _registrar(script, scene.world)
    filled = registration.RegistrationForm(
        {
            "token": script.key,
            "case_kind": script.kind,
            "channel": script.channel,
            "department": scene.world.departments[script.row["department"]].pk,
            "subject": wanted["subject"],
            "description": wanted["description"],
            **_facts(script.channel, timezone.localdate(at)),
            **delivery,
            **person,
        },
        user=user,
    )
    if not filled.is_valid():
        raise ValueError(f"{script.key}: {filled.errors.as_text()}")
    return registration.register(filled, user, at=at).case


def _facts(channel, day):
    known = {
        "tracked_mail": ("arrived_on", "signed_on"),
        "ordinary_mail": ("arrived_on",),
    }
    return dict.fromkeys(known.get(channel, ("submitted_on",)), day)


# One action


def act(scene, step, at):
    """Take ``step`` on the case of ``scene`` at ``at``: people of the office by the form of the action."""
    role, case = role_of(step, scene.script.kind), scene.case
    user, action = scene.actor(role), table(scene.script.kind).actions[step.action]
    given = {"key": step.key}
    if user is None:
        given["role"] = role
        given.update(_said(scene, step, action))
    elif action.fields:
        given = _filled_in(scene, step, user, at)
    moves.act(case, step.action, by=user, at=at, **given)


def _said(scene, step, action):
    """What applicants, third parties and jobs hand in: they have no form of the admin."""
    given = {"details": {}, "data": {}}
    for name in action.fields:
        if name in action_fields.TEXTS:
            given["details"][name] = _text(scene, step.action, name, step.value)
        elif name == "note":
            given["note"] = _note(scene, step.action)
        elif name in forms.DATA:
            given["data"][name] = step.value
        elif name == "contact":
            given["within"] = _new_phone
    return given


def _filled_in(scene, step, user, at):
    """The arguments of an action, as its form makes them of what it is filled in with."""
    standing = Standing(scene.case)
    wanted = (step.action, standing.state)
    made = {
        "move": next(each for each in standing.table.moves if (each.code, each.source) == wanted),
        "standing": standing,
        "user": user,
    }
    given = _values(scene, step, at)
    if DECISION in standing.table.actions[step.action].fields:
        given.update(_decision(scene, at))
    blank = forms.ActionForm(initial={"reply": given.get("reply")}, **made)
    filled = {name: _value(scene, step, name, field, given) for name, field in blank.fields.items()}
    form = forms.ActionForm({name: each for name, each in filled.items() if each not in (None, "")}, **made)
    if not form.is_valid():
        raise ValueError(f"{scene.script.key} {step.action}: {form.errors.as_text()}")
    return form.arguments()


def _values(scene, step, at):
    """What the fields of forms are filled in with that do not hold texts."""
    value, _slash, more = step.value.partition("/")
    case, day = scene.case, timezone.localdate(at)
    return {
        "key": step.key,
        "seen": "",
        "date": day.isoformat(),
        "until": scene.days.after(day, int(value) if value.isdigit() else 10).isoformat(),
        "days": value,
        "units": value,
        "amount": value,
        "opinion": value,
        "review_kind": value,
        "review_result": more or value,
        "triggers": ["description_unclear"],
        "service_method": next(iter(getattr(case, "delivery_routes", ())), "post"),
        "refusal": value,
        "letter_type": value,
        "assignee": scene.deputy().pk,
        "department": scene.other().pk if step.value == "other" else scene.responsible().pk,
        "of": scene.number_of(scene.script.row["earlier"]),
        "note": _note(scene, step.action),
    }


def _value(scene, step, name, field, given):
    if name in given and _takes(field, given[name]):
        return given[name]
    if (name in scene.texts or name in action_fields.TEXTS) and not hasattr(field, "choices"):
        return _text(scene, step.action, name, step.value)
    if name == "fee_method":
        return next(code for code, _label in field.choices if "page" in code)
    if field.initial not in (None, "", []) or not field.required:
        return field.initial
    return _first(field)


def _takes(field, value):
    """Whether ``value`` is one of the choices, where ``field`` has any."""
    choices = getattr(field, "choices", None)
    if choices is None or isinstance(field, ModelChoiceField):
        return True
    known = {str(code) for code, _label in choices}
    return all(str(each) in known for each in (value if isinstance(value, list) else [value]))


def _first(field):
    """Something right for a required field of which the content says nothing."""
    codes = [code for code, _label in getattr(field, "choices", ()) if code not in (None, "")]
    if codes:
        return [codes[0]] if isinstance(field, MultipleChoiceField) else codes[0]
    return getattr(field, "min_value", None) or data("request_texts")["note"]["note"][0]


def _note(scene, action):
    found = scene.texts["note"].get(action)
    return pick(found, f"{scene.script.key}{action}") if found else ""


def _text(scene, action, name, value=""):
    """One of the texts for ``name``: where they are told apart, those of the value of the step, or of its action."""
    texts = scene.texts
    found = texts.get(TEXTS.get(name, name)) or texts.get(name) or texts["note"]["note"]
    if isinstance(found, dict):
        found = found.get(value) or found[action]
    return _written(pick(found, f"{scene.script.key}{action}"), scene)


def _written(text, scene):
    return text.format(
        subject=scene.script.row["subject"],
        department=scene.world.departments[scene.department].name,
        earlier=scene.number_of(scene.script.row["earlier"]),
        reply=scene.script.row.get("reply_text", ""),
    )


def _new_phone(case):
    person = case.applicant
    person.phone = f"138000{case.pk:05d}"
    person.save()


# The reply


def _decision(scene, at):
    """The fields of the form of a reply."""
    case, path = scene.case, scene.script.path
    again = path.get("reply_again") and case.events.filter(type__in=AGAIN).exists()
    code = path["reply_again"] if again else path["reply"]
    kind = profile().case_kinds.get(case.case_kind)
    reply = next(each for each in replies_to(profile(), kind) if each.code == code)
    given = {"reply": code}
    for name in (*reply.fact("requires", ()), *reply.fact("optional", ())):
        if name == "files":
            given["documents"] = [_file(scene, at)]
        elif name == "ground":
            given["decision_ground"] = pick(reply.fact("grounds"), scene.script.key)
        elif name == "grounds_per_part":
            given["decision_grounds_per_part"] = _grounds(scene)
        else:
            given[f"decision_{name}"] = _fact(scene, code, name, again)
    return given


def _grounds(scene):
    usual = ("privacy", "trade_secret", "internal", "process")
    return scene.script.path.get("grounds") or [pick(usual, scene.script.key)]


def _fact(scene, reply, name, again=False):
    if not again and (own := scene.script.row.get(name)):
        return own
    found = (again and scene.texts.get("reply_again")) or scene.texts[name]
    found = found[reply] if isinstance(found, dict) else found
    return _written(pick(found, f"{scene.script.key}{name}"), scene)


def _file(scene, at):
    """A Word document with the information; the one that was made for an earlier draft is taken again."""
    made = scene.case.attachments.filter(origin=RequestAttachment.Origin.OFFICER).first()
    if made is None:
        lines = [_written(line, scene) for line in pick(scene.texts["document"], scene.script.key)]
        paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
        made = attachments.keep(
            RequestAttachment,
            f"{scene.script.row['subject'][:40]}.docx",
            packed(f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{paragraphs}</w:body></w:document>'),
            kind="docx",
            origin=RequestAttachment.Origin.OFFICER,
            case=scene.case,
            user=scene.officer(),
            at=at,
        )
    return str(made.key)
