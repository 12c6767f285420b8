"""Jurisdiction profiles: what the law and its forms prescribe, as data.

A profile is a folder of data files under ``rules/vocabularies``. Nothing in the package asks which profile
is in use; it asks the profile. China's Regulation on government information disclosure (政府信息公开条例)
is ``cn``; the United Kingdom's Freedom of Information Act 2000 is ``uk``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from . import data
from .calendar import get_calendar
from .case_events import CaseClock
from .clocks import RuleSet, Term
from .errors import RuleError
from .fees import FeeSchedule
from .vocabulary import Item, Vocabulary

PROACTIVE = "proactive"
ON_REQUEST = "on_request"
WITHHELD = "withheld"
REFERRED = "referred"

# The vocabularies every profile has; a jurisdiction without such a list has an empty one.
VOCABULARIES = (
    "attributes",
    "referrals",
    "statutory_heads",
    "reporting_classes",
    "genres",
    "topics",
    "column_types",
    "secrecy_checklist",
    "channels",
    "withdrawal_reasons",
    "validity_kinds",
    "request_steps",
    "body_types",
    "case_kinds",
    "case_words",
    "applicant_kinds",
    "identity_documents",
    "identity_checks",
    "request_channels",
    "provision_forms",
    "provision_routes",
    "supplement_triggers",
    "outcomes",
    "replies",
    "correction_outcomes",
    "correction_replies",
    "decision_facts",
    "remedies",
    "letter_kinds",
    "notifications",
    "consultations",
    "opinions",
    "correction_consultations",
    "correction_opinions",
    "review_kinds",
    "review_results",
    "ratings",
    "mail_types",
    "mail_channels",
    "mail_refusals",
    "mail_ratings",
    "mail_replies",
    "mail_outcomes",
    "mail_monitors",
    "late_reasons",
    "inspection",
    "rhythms",
    "masking",
    "draft_kinds",
    "adoptions",
    "hiding_reasons",
    "comment_channels",
    "reading_points",
)
# Kinds of category schemes that come with a profile, with the vocabulary each is made from.
SCHEME_KINDS = {
    "statutory": "statutory_heads",
    "topic": "topics",
    "genre": "genres",
    "reporting": "reporting_classes",
}


@dataclass(frozen=True)
class JurisdictionProfile:
    """What one jurisdiction prescribes. Use ``get_profile`` to have one.

    ``vocabularies`` maps each name of ``VOCABULARIES`` to a ``Vocabulary``; each is an attribute as well, so
    ``profile.genres`` works. ``rulesets`` are in order of ``valid_from``.
    """

    code: str
    labels: Mapping[str, str]
    law: Mapping[str, str]
    vocabularies: Mapping[str, Vocabulary]
    rulesets: tuple
    index_number_scheme: str
    fee_schedules: tuple
    # In whose days periods are counted; empty where the country has several.
    time_zone: str

    def __getattr__(self, name):
        if name in VOCABULARIES:
            return self.vocabularies[name]
        raise AttributeError(name)

    def attribute(self, code) -> Item:
        """The disclosure attribute ``proactive``, ``on_request`` or ``withheld``; else ``KeyError``."""
        return self._first_level("attributes", code)

    def grounds(self, attribute):
        """The grounds (items with articles) on which that attribute may rest; ``KeyError`` for an unknown
        one.
        """
        return self.attribute(attribute).children

    def ground(self, attribute, code) -> Item:
        """One ground of an attribute; ``KeyError`` when the attribute has no such ground."""
        for item in self.grounds(attribute):
            if item.code == code:
                return item
        raise KeyError(code)

    def _first_level(self, vocabulary, code):
        for item in self.vocabularies[vocabulary]:
            if item.code == code:
                return item
        raise KeyError(code)

    def ruleset_on(self, day):
        """Return the ``RuleSet`` in force on ``day``, or ``None`` before the first law."""
        in_force = [ruleset for ruleset in self.rulesets if ruleset.valid_from <= day]
        return in_force[-1] if in_force else None

    def fee_schedule_on(self, day):
        """Return the ``FeeSchedule`` in force on ``day``, or ``None`` where nothing is charged by tiers."""
        in_force = [schedule for schedule in self.fee_schedules if schedule.valid_from <= day]
        return in_force[-1] if in_force else None

    def calendar(self, overrides=(), confirmed_years=()):
        """The working calendar of the jurisdiction; see ``get_calendar``."""
        return get_calendar(self.code, overrides, confirmed_years)

    def category_schemes(self):
        """The category schemes the law or its forms prescribe: ``{kind: Vocabulary}``, empty ones left
        out.
        """
        schemes = {kind: self.vocabularies[name] for kind, name in SCHEME_KINDS.items()}
        return {kind: vocabulary for kind, vocabulary in schemes.items() if len(vocabulary)}

    def catalogue_template(self, body_type) -> Vocabulary:
        """The default catalogue of a body type (two levels); ``KeyError`` for an unknown body type.

        Each node has a label, the texts ``main_content`` and ``responsible`` (``node.text("main_content")``)
        and in ``fact("statutory")`` the codes of the statutory heads it serves.
        """
        return _template(self.code, self._first_level("body_types", body_type).code)


@cache
def _template(profile_code, body_type):
    raw = data.load(f"{profile_code}/catalogues/{body_type}.json")
    return Vocabulary.from_data(body_type, raw)


def _vocabulary(profile_code, name):
    path = f"{profile_code}/{name}.json"
    if not data.exists(path):
        return Vocabulary(name, {})
    return Vocabulary.from_data(name, data.load(path))


def _rulesets(profile_code, raw):
    """The rule sets in order of ``valid_from``, each with its clocks."""
    path = f"{profile_code}/clocks.json"
    clocks = data.load(path)["clocks"] if data.exists(path) else []
    codes = {each["code"] for each in raw["rulesets"]}
    strays = sorted({each["ruleset"] for each in clocks} - codes)
    if strays:
        raise RuleError(f"{path}: unknown rule sets {', '.join(strays)}", "clock_data")
    found = []
    for each in raw["rulesets"]:
        terms = {term["code"]: Term.from_data(term) for term in each["terms"]}
        own = [CaseClock.from_data(clock, terms) for clock in clocks if clock["ruleset"] == each["code"]]
        found.append(RuleSet.from_data(each, own))
    return tuple(sorted(found, key=lambda ruleset: ruleset.valid_from))


def _fee_schedules(profile_code):
    """The fee schedules in order of ``valid_from``."""
    path = f"{profile_code}/fees.json"
    raw = data.load(path)["schedules"] if data.exists(path) else []
    return tuple(sorted(map(FeeSchedule.from_data, raw), key=lambda schedule: schedule.valid_from))


@cache
def get_profile(code="cn"):
    """Return the jurisdiction profile ``code``; ``LookupError`` when there is none."""
    path = f"{code}/profile.json"
    if not code.isidentifier() or not data.exists(path):
        raise LookupError(f"No jurisdiction profile {code!r}")
    raw = data.load(path)
    return JurisdictionProfile(
        code=code,
        labels=raw["label"],
        law=raw["law"],
        vocabularies={name: _vocabulary(code, name) for name in VOCABULARIES},
        rulesets=_rulesets(code, raw),
        index_number_scheme=raw["index_number_scheme"],
        fee_schedules=_fee_schedules(code),
        time_zone=raw.get("time_zone", ""),
    )


def available_profiles():
    """Codes of the profiles that come with the package."""
    return tuple(
        sorted(path.name for path in data.ROOT.iterdir() if data.exists(f"{path.name}/profile.json"))
    )
