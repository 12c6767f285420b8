"""Findings pinned to the digest they are about, and the reviewers who answer for letting them pass.

What blocks is acknowledged one by one, with a reason, by a reviewer; it holds for exactly this digest. What is refused
(a virus, a forbidden type) nobody can acknowledge.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import conf
from ..rules.personal_numbers import find_personal_numbers, masked
from . import ledger
from .digest import digest_of
from .errors import GateRefused
from .hashing import sha256_of
from .models import Acknowledgement, LedgerEntry, ReviewCheck, ReviewFinding
from .review.findings import findings_of
from .safety import words
from .safety.examine import Examiner
from .safety.scanner import ScannerUnavailable, message

REASON_LENGTH = 2000
KEY_LENGTH = 32
BLOCK = ReviewFinding.Severity.BLOCK
REFUSE = ReviewFinding.Severity.REFUSE


class FindingsOpen(GateRefused):
    """Findings that block were not acknowledged yet."""


class FileRefused(GateRefused):
    """The draft has a file that is accepted nowhere, or that could not be scanned."""


def prepare(draft):
    """Look into the files of ``draft`` before anything is locked: it may take long, and is kept.

    Raises :class:`FileRefused`.
    """
    if transaction.get_connection().in_atomic_block:
        # Others wait for what is written here, so the ledger comes first.
        ledger.hold()
    refuse_files(_examined(draft, digest_of(draft))[0])


def prepare_approval(item, digest):
    """The same before an approval: a scanner is asked again, since it may know more by now."""
    if conf.get("VIRUS_SCANNER") is not None or not check_of(item, digest):
        prepare(item.get_latest_revision_as_object())


def _examined(draft, digest):
    try:
        with Examiner() as examiner:
            return list(examiner.stored(digest.files, draft)), examiner.scanned_by
    except ScannerUnavailable as error:
        raise FileRefused(message()) from error


def refuse_files(examined):
    """Raise :class:`FileRefused` naming each file that is accepted nowhere."""
    reasons = [f"“{file.title}”: {reason}" for file in examined for reason in file.refusals()]
    if reasons:
        raise FileRefused(
            _("Files of the draft are not accepted. %(reasons)s") % {"reasons": " ".join(reasons)}
        )


def check_of(item, digest):
    """The :class:`ReviewCheck` of ``digest``, or None."""
    return ReviewCheck.objects.about(item).filter(digest=digest).first()


@transaction.atomic
def pin(item, draft, digest=None, *, again=False):
    """Check ``draft`` and keep what is found with its digest. Returns the :class:`ReviewCheck`.

    What was checked before is looked at anew with ``again``: the files may be refused by now. Raises
    :class:`FileRefused`.
    """
    ledger.hold()
    digest = digest or digest_of(draft)
    found = check_of(item, digest.value)
    if found is not None:
        ReviewFinding.objects.bulk_create(_found_since(found, found.findings.all(), draft, digest))
    if found is not None and not again:
        return found
    examined, scanner = _examined(draft, digest)
    refuse_files(examined)
    if found is not None:
        return found
    check = ReviewCheck(digest=digest.value, checked_at=timezone.now(), scanner=scanner)
    check.set_item(item)
    check.save()
    ReviewFinding.objects.bulk_create(_rows(check, findings_of(draft, digest, examined)))
    return check


def look(item, draft, digest):
    """The findings of ``digest`` as rows: as they were pinned, or as they would be, not saved."""
    check = check_of(item, digest.value)
    if check is not None:
        pinned = list(check.findings.prefetch_related("acknowledgements"))
        return check, [*_found_since(check, pinned, draft, digest), *pinned]
    try:
        examined, scanner = _examined(draft, digest)
    except FileRefused:
        examined, scanner = [], ""
    check = ReviewCheck(digest=digest.value, checked_at=timezone.now(), scanner=scanner)
    return check, _rows(check, findings_of(draft, digest, examined))


def _found_since(check, pinned, draft, digest):
    """What is found now and is not ``pinned`` with ``check``: the surroundings changed, not the draft."""
    known = {row.key for row in pinned}
    return [row for row in _rows(check, findings_of(draft, digest)) if row.key not in known]


def _rows(check, findings):
    seen, rows = {}, []
    for order, each in enumerate(findings):
        row = _row(check, each)
        seen[row.key] = count = seen.get(row.key, 0) + 1
        if count > 1:
            row.key = sha256_of(f"{row.key}{count}")[:KEY_LENGTH]
        row.sort_order = order
        rows.append(row)
    return rows


def _row(check, finding):
    file = finding.file
    row = ReviewFinding(
        review_check=check,
        code=finding.code[:40],
        severity=finding.level,
        file_sha256=file.sha256 if file else "",
        file_title=file.title[:255] if file else "",
        place=list(finding.place),
        passage=without_numbers(finding.passage),
        params=finding.params,
        texts={} if file else _texts(finding),
    )
    known = row.texts.get("en") or next(iter(row.texts.values()), "")
    identity = [row.code, row.file_sha256, row.place, row.passage, row.params, known]
    row.key = sha256_of(identity)[:KEY_LENGTH]
    return row


def _texts(finding):
    """What is no code, in each language of the site."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = {
                "where": str(finding.where),
                "message": "" if finding.code else str(finding.message),
            }
    return texts


def without_numbers(text):
    """``text`` with numbers of persons masked: findings outlive the draft."""
    for each in sorted(find_personal_numbers(text), key=lambda each: -each.start):
        text = text[: each.start] + masked(text[each.start : each.end]) + text[each.end :]
    return text


# Acknowledgements


def acknowledged(item, check):
    """Keys of the findings of ``check`` whose acknowledgement counts.

    Its ledger entry is authentic and says the same, and the person did not work on the draft.
    """
    from .evidence import contributors

    rows = Acknowledgement.objects.about(item).filter(finding__review_check=check, digest=check.digest)
    rows = rows.select_related("finding", "ledger_entry__content_type")
    wrote = contributors(item)
    return {row.key for row in rows if row.user_key not in wrote and _is_authentic(row)}


def _is_authentic(row):
    entry = row.ledger_entry
    return (
        ledger.records(entry, row, entry.Kind.ACKNOWLEDGED)
        and entry.digest == row.digest
        and entry.data.get("finding") == row.key == row.finding.key
        and entry.data.get("user") == row.user_key
    )


def open_findings(item, check):
    """The blocking findings of ``check`` that nobody has acknowledged."""
    blocking = check.findings.filter(severity__in=[BLOCK, REFUSE])
    done = acknowledged(item, check) if blocking else set()
    return [each for each in blocking if each.severity == REFUSE or each.key not in done]


def obstacles(item, digest):
    """Why findings keep ``item`` from being public, as sentences. What was never checked is checked now."""
    check = check_of(item, digest)
    if check is None:
        try:
            found = digest_of(item)
            if found.value != digest:
                return [_("The files of this content have not been checked.")]
            check = pin(item, item, found)
        except FileRefused as error:
            return [str(error)]
    left = open_findings(item, check)
    return [_sentence(left)] if left else []


def require_acknowledged(item, check):
    """Raise :class:`FindingsOpen` while a finding that blocks waits for its acknowledgement."""
    left = open_findings(item, check)
    if left:
        raise FindingsOpen(_sentence(left))


def _sentence(left):
    text = ngettext(
        "%(count)d finding has to be acknowledged with a reason first: %(what)s",
        "%(count)d findings have to be acknowledged with a reason first: %(what)s",
        len(left),
    )
    shown = "; ".join(in_words(each) for each in left[:3])
    return text % {"count": len(left), "what": shown + ("…" if len(left) > 3 else "")}


def in_words(row):
    """A finding in one sentence of the active language: where, and what."""
    where = where_in_words(row)
    return f"{where}: {message_in_words(row)}" if where else message_in_words(row)


def where_in_words(row):
    text = _in_language(row.texts, "where") or row.file_title
    place = words.place_in_words(row.place)
    return ", ".join(filter(None, [text, place]))


def message_in_words(row):
    return words.sentence(row.code, row.params) if row.code else _in_language(row.texts, "message")


def _in_language(texts, name):
    found = texts.get(translation.get_language()) or texts.get("en") or next(iter(texts.values()), {})
    return found.get(name, "")


def record(item, check, user, reasons, *, task, data=None):
    """Keep that ``user`` acknowledged findings: ``reasons`` maps their keys to what was said.

    Raises ``ValidationError`` for an empty reason or a finding that is not there, or cannot be acknowledged.
    """
    from .evidence import user_key

    rows = {each.key: each for each in check.findings.all()}
    done, now = acknowledged(item, check), timezone.now()
    for key, reason in reasons.items():
        row, reason = rows.get(key), reason.strip()
        if row is None or row.severity != BLOCK:
            raise ValidationError(_("There is no such finding to acknowledge. Open the review page again."))
        if not reason:
            raise ValidationError(_("Say why the finding may pass."))
        if len(reason) > REASON_LENGTH:
            raise ValidationError(
                _("Give a reason of at most %(count)d characters.") % {"count": REASON_LENGTH}
            )
        if key in done:
            continue
        said = {
            "finding": key,
            "code": row.code,
            "file": row.file_sha256,
            "title": row.file_title,
            "user": user_key(user),
            "task": task.pk,
            "step": task.name,
            "comment": reason,
            **(data or {}),
        }
        made = Acknowledgement(
            digest=check.digest,
            finding=row,
            key=key,
            reason=reason,
            user=user,
            user_key=user_key(user),
            user_name=ledger.display_name(user),
            at=now,
        )
        made.set_item(item)
        made.ledger_entry = ledger.append(
            LedgerEntry.Kind.ACKNOWLEDGED,
            item,
            digest=check.digest,
            actor=user,
            data=said,
            at=now,
            rows=[made],
        )
        made.save()


def earlier_reasons(item, keys):
    """What was said about the same findings in earlier versions of the draft: suggestions, no acknowledgements."""
    rows = Acknowledgement.objects.about(item).filter(key__in=keys).order_by("at", "pk")
    return dict(rows.values_list("key", "reason"))
