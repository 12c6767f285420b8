"""One step of a request: who takes it, and what its form would have been filled in with."""

from html import escape

from django.utils import timezone

from example_site.content_tools import chosen
from wagtail_disclosure.casework import action_fields, attachments, forms, moves
from wagtail_disclosure.casework.standing import profile
from wagtail_disclosure.requests import drafts, intake, registration
from wagtail_disclosure.requests.models import RequestAttachment
from wagtail_disclosure.rules.replies import replies_to
from wagtail_disclosure.rules.transition_data import get_table

from .application_form import HEAD, WORD, packed
from .case_people import applicant
from .content import data

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
ORDER = ("applicant", "third_party", "reviewer", "officer", "registrar", "head", "system")
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


def role_of(step):
    """The role in which ``step`` is taken."""
    if step.role:
        return step.role
    roles = {role for move in table().moves if move.code == step.action for role in move.roles}
    return USUAL.get(step.action) or next(role for role in ORDER if role in roles)


def table():
    return get_table(profile().code, "request")


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
            "delivery": delivery,
        }
        draft, _secret = drafts.begin(form, answers, now=at)
        token = token_of(script, scene.world)
        return intake.send(draft, token, form, language="zh-hans", at=at).case
    user = _registrar(script, scene.world)
    filled = registration.RegistrationForm(
        {
            "token": script.key,
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
    """Take ``step`` on the case of ``scene`` at ``at``."""
    role, case = role_of(step), scene.case
    user = scene.actor(role)
    action = table().actions[step.action]
    given = {"details": {}, "data": {}, "changes": dict(action_fields.MARKS.get(step.action, {}))}
    for name in action.fields:
        _fill(scene, step, action, name, given, at)
    if user is None:
        given["role"] = role
    moves.act(case, step.action, by=user, at=at, key=step.key, **given)


def _fill(scene, step, action, name, given, at):
    """What the field ``name`` of an action is filled in with, where the form of the action would put it."""
    texts, seed = data("request_texts"), f"{scene.script.key}{step.action}"
    if name in action_fields.TEXTS:
        given["details"][name] = _text(scene, texts, step.action, name, seed)
    elif name == "note":
        found = texts["note"].get(step.action)
        given["note"] = pick(found, seed) if found else ""
    elif name == "until":
        given["until"] = scene.days.after(timezone.localdate(at), int(step.value or 10))
    elif name == "days":
        given["days"] = int(step.value)
    elif name in forms.DATA:
        given["data"].update(_choice(scene, step, name))
    elif name == "amount":
        given["data"]["amount"] = step.value
    elif name == "assignee":
        given["changes"]["officer"] = scene.deputy()
    elif name == "department":
        _department(scene, step, given)
    elif name == "decision":
        _decision(scene, given, at)
    elif name == "contact":
        given["within"] = _new_phone


def _text(scene, texts, action, name, seed):
    found = texts[TEXTS.get(name, name)]
    found = found[action] if isinstance(found, dict) else found
    return _written(pick(found, seed), scene)


def _written(text, scene):
    return text.format(
        subject=scene.script.row["subject"],
        department=scene.world.departments[scene.department].name,
        earlier=scene.number_of(scene.script.row["earlier"]),
    )


def _choice(scene, step, name):
    """A code of a vocabulary, as the value of the step has it."""
    value, _slash, more = step.value.partition("/")
    found = {
        "opinion": value,
        "review_kind": value,
        "review_result": more,
        "fee_method": "pages",
        "units": int(value) if value.isdigit() else None,
        "triggers": ["description_unclear"],
        "service_method": scene.case.delivery_routes[0] if scene.case.delivery_routes else "post",
    }
    return {name: found[name]}


def _department(scene, step, given):
    other = (
        scene.other() if step.value == "other" else scene.world.departments[scene.script.row["department"]]
    )
    given["data"]["department"] = other.pk
    if step.action == "hand_over":
        given["changes"]["department"] = other


def _new_phone(case):
    person = case.applicant
    person.phone = f"138000{case.pk:05d}"
    person.save()


# The reply


def _decision(scene, given, at):
    case, path = scene.case, scene.script.path
    again = path.get("reply_again") and case.events.filter(type="reopen").exists()
    code = path["reply_again"] if again else path["reply"]
    kind = profile().case_kinds.get(case.table)
    reply = next(each for each in replies_to(profile(), kind) if each.code == code)
    given["reply"] = code
    for name in (*reply.fact("requires", ()), *reply.fact("optional", ())):
        if name == "files":
            given["documents"] = [_file(scene, at)]
        elif name == "ground":
            given["data"]["ground"] = pick(reply.fact("grounds"), scene.script.key)
        elif name == "grounds_per_part":
            given["data"]["grounds_per_part"] = _grounds(scene)
        else:
            given["details"][name] = _fact(scene, code, name)


def _grounds(scene):
    usual = ("privacy", "trade_secret", "internal", "process")
    return scene.script.path.get("grounds") or [pick(usual, scene.script.key)]


def _fact(scene, reply, name):
    found = data("request_texts")[name]
    found = found[reply] if isinstance(found, dict) else found
    return _written(pick(found, f"{scene.script.key}{name}"), scene)


def _file(scene, at):
    """A Word document with the information; the one that was made for an earlier draft is taken again."""
    made = scene.case.attachments.filter(origin=RequestAttachment.Origin.OFFICER).first()
    if made is None:
        lines = [_written(line, scene) for line in pick(data("request_texts")["files"], scene.script.key)]
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
