"""Differences, and how they are said. They are kept as a code with its facts, so that each reader has own words."""

from dataclasses import dataclass, field

from django.apps import apps
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Longest piece of a text that a difference shows.
SHOWN = 120

WORDS = {
    # What is public
    "no_seal": gettext_lazy("It is public without an approval."),
    "seal_not_in_ledger": gettext_lazy("It is public under a seal that the ledger does not know."),
    "field": gettext_lazy("%(field)s: approved “%(approved)s”, public “%(public)s”."),
    "row_missing": gettext_lazy("%(relation)s, row %(row)s is missing: “%(approved)s”."),
    "row_added": gettext_lazy("%(relation)s, row %(row)s was never approved: “%(public)s”."),
    "row_field": gettext_lazy(
        "%(relation)s, row %(row)s, %(field)s: approved “%(approved)s”, public “%(public)s”."
    ),
    "file_bytes": gettext_lazy("File “%(file)s”: its bytes are not those that were approved."),
    "file_missing": gettext_lazy("File “%(file)s” is missing in storage."),
    "storage_away": gettext_lazy(
        "Not one of the files could be found: is their storage mounted, and MEDIA_ROOT or STORAGES right? Nothing is "
        "withheld because its files are missing."
    ),
    "file_field": gettext_lazy("File “%(file)s”, %(field)s: approved “%(approved)s”, public “%(public)s”."),
    "file_added": gettext_lazy("File “%(file)s” was never approved."),
    "file_removed": gettext_lazy("File “%(file)s” was approved and is no longer part of it."),
    "file_uses": gettext_lazy("The list of its files in the database is not that of its seal."),
    "shared_row": gettext_lazy("%(row)s, which it shows, is not as it was approved with it."),
    "file_restricted": gettext_lazy(
        "File “%(file)s” lies in the collection “%(collection)s”, which the public may not read."
    ),
    "parent": gettext_lazy("It stands below another page than was approved, now below “%(public)s”."),
    "facts": gettext_lazy(
        "Something outside its row differs: its disclosure attribute, or the approved revision itself was changed."
    ),
    "unexplained": gettext_lazy(
        "It is not what was approved. Which field changed cannot be told: the approved revision is no longer there."
    ),
    "unreadable": gettext_lazy("It cannot be read any more (%(error)s)."),
    "kind_changed": gettext_lazy("Its kind was changed to “%(public)s”."),
    "table_row_gone": gettext_lazy("Part of its row in the database is missing."),
    "address": gettext_lazy("Its address was approved as %(approved)s and is %(public)s."),
    "address_stored": gettext_lazy(
        "Its stored address %(public)s is not what the pages above it give: %(approved)s."
    ),
    "document_key": gettext_lazy("The key that joins it to its number and its languages was changed."),
    "restricted": gettext_lazy("A privacy setting on “%(page)s” keeps the public from reading it."),
    "left": gettext_lazy("It left the public pages without a decision."),
    "deleted": gettext_lazy("It was public and is deleted, without a decision."),
    "overdue": gettext_lazy("By its approval it was to leave on %(date)s: publish_scheduled is not running."),
    # The ledger
    "chain_gap": gettext_lazy("Ledger: the entries %(first)s to %(last)s are missing."),
    "chain_edited": gettext_lazy("Ledger entry %(sequence)s was edited: its fields do not give its hash."),
    "chain_link": gettext_lazy("Ledger entry %(sequence)s does not follow on the entry before it."),
    "chain_forged": gettext_lazy("Ledger entry %(sequence)s was not written with the key of this site."),
    "chain_key": gettext_lazy(
        "None of the %(count)s ledger entries was written with the key of this site. Was LEDGER_KEY or SECRET_KEY "
        "changed? Put the former one into LEDGER_KEY_FALLBACKS."
    ),
    "chain_key_replaced": gettext_lazy(
        "The oldest ledger entries were not written with the key of this site, later ones were: the key was replaced. Put "
        "the former LEDGER_KEY, or SECRET_KEY where there was none, into LEDGER_KEY_FALLBACKS. Until then nothing is "
        "withheld because the ledger does not know its seal."
    ),
    "chain_actor": gettext_lazy("Ledger entry %(sequence)s names another account than when it was written."),
    "chain_head": gettext_lazy("The ledger ends with entry %(last)s, but its head says %(head)s."),
    "chain_shorter": gettext_lazy(
        "The last verification saw ledger entry %(sequence)s with another hash, or it is gone: the ledger was rewritten."
    ),
    "anchor_missing": gettext_lazy(
        "Anchor: ledger entry %(sequence)s is gone; the ledger was cut or rewritten."
    ),
    "anchor_differs": gettext_lazy(
        "Anchor: ledger entry %(sequence)s is another than when the anchor was taken; the ledger was rewritten."
    ),
    "anchor_forged": gettext_lazy("Anchor: line %(line)s does not bear the mark of this site."),
    # Rows of evidence
    "evidence_changed": gettext_lazy("%(row)s was changed: it is not what the ledger says (%(columns)s)."),
    "evidence_unknown": gettext_lazy("%(row)s is not known to the ledger."),
    "evidence_gone": gettext_lazy("%(row)s is gone; ledger entry %(sequence)s tells of it."),
    "evidence_people": gettext_lazy("%(row)s rests on approvals that do not carry it: %(columns)s."),
    "contributions": gettext_lazy("The record of who worked on it was changed after its publication."),
    "own_work": gettext_lazy("%(row)s rests on an approval by somebody who worked on the draft: %(people)s."),
    # The required review
    "policy_changed": gettext_lazy(
        "The review policy of “%(policy)s” is not as the ledger has it: it was changed past the admin."
    ),
    "policy_gone": gettext_lazy(
        "A review policy is gone, of which ledger entry %(sequence)s tells: %(policy)s."
    ),
    # Derived data, and checks of the site
    "check_failed": gettext_lazy("A check could not be finished (%(error)s)."),
    "derived": "%(text)s",
    "other": "%(text)s",
}
# Differences in what visitors are shown. The others do not make a text wrong.
ABOUT_CONTENT = frozenset(
    """no_seal seal_not_in_ledger field row_missing row_added row_field file_bytes file_missing file_field file_added
    file_removed shared_row parent facts unexplained unreadable kind_changed table_row_gone address address_stored document_key""".split()
)
# What every older item has once the key was replaced, and every item with files while their storage is away.
FOR_WANT_OF_KEY = frozenset(["seal_not_in_ledger"])
FOR_WANT_OF_STORAGE = frozenset(["file_missing"])


@dataclass(frozen=True)
class Finding:
    """One difference. ``item`` is what it is about: (content type key, object key), or None."""

    code: str
    params: dict = field(default_factory=dict, hash=False)
    item: tuple | None = None
    title: str = ""

    @property
    def text(self):
        return words(self.code, self.params)

    @property
    def withholds(self):
        return self.code in ABOUT_CONTENT

    @property
    def identity(self):
        """What stays the same when it is found again."""
        return (self.code, self.item, tuple(sorted((key, str(value)) for key, value in self.params.items())))

    def __str__(self):
        return f"{self.title}: {self.text}" if self.title else self.text


def words(code, params):
    """The sentence for a difference in the active language."""
    template = WORDS.get(code)
    if template is None:
        return code
    shown = {name: _shown(name, value, params) for name, value in params.items()}
    try:
        return str(template) % shown
    except KeyError:
        return f"{code} {params}"


def _shown(name, value, params):
    if name in ("field", "relation"):
        return _label(params.get("row_model" if name == "field" else "model") or params.get("model"), value)
    if name == "columns" and isinstance(value, list):
        return ", ".join(str(_label(params.get("model"), each)) for each in value) or _("details")
    if value in (None, "", [], {}):
        return _("nothing")
    return value


def _label(model, name):
    """What people call a field of ``model``; its name where it has no other."""
    try:
        found = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, TypeError, AttributeError):
        found = None
    if found is None:
        return _relation_label(model, name)
    label = getattr(found, "verbose_name", None) or _relation_label(model, name)
    return str(label)


def _relation_label(model, name):
    from ..guard import child_relations

    try:
        relations = child_relations(apps.get_model(model))
    except (LookupError, ValueError, TypeError, AttributeError):
        return name
    for relation in relations:
        if relation.get_accessor_name() == name:
            return str(relation.related_model._meta.verbose_name_plural)
    return name


def shortened(value):
    """``value`` as a text that fits into a sentence."""
    return Truncator(str(value if value is not None else "")).chars(SHOWN)
