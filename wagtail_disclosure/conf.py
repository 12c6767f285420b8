"""The ``WAGTAIL_DISCLOSURE`` settings, read lazily so that tests and late settings changes are seen."""

from ipaddress import ip_network
from pathlib import Path

from django.conf import settings

DEFAULTS = {
    # Page or snippet models of the site that join the gate, as "app_label.Model".
    "GUARDED_MODELS": [],
    # Template that wagtail_disclosure/base.html extends.
    "BASE_TEMPLATE": "base.html",
    # Jurisdiction profile of the rules package.
    "JURISDICTION": "cn",
    # Key that authenticates ledger entries; None derives one from SECRET_KEY.
    "LEDGER_KEY": None,
    # Keys that authenticated earlier entries, a former SECRET_KEY among them.
    "LEDGER_KEY_FALLBACKS": [],
    # Items on one list page.
    "PAGE_SIZE": 20,
    # Answer a reader who has the current page of a list or document already with 304.
    "CONDITIONAL_REQUESTS": True,
    # Longest summary (内容概述) in characters; local rules cap it between 100 and 500.
    "SUMMARY_MAX_LENGTH": 500,
    # Who is named on the public review record: "role" or "name".
    "RECEIPT_SHOWS": "role",
    # So many working days after the deadline of a review step, department and office are told.
    "REVIEW_ESCALATION_DAYS": 3,
    # Largest text of an item, its body included, in bytes.
    "TEXT_MAX_BYTES": 2 * 1024 * 1024,
    # Largest text field an import accepts, in bytes.
    "IMPORT_MAX_FIELD_BYTES": 2 * 1024 * 1024,
    # Largest attachment or Word document an import accepts, in bytes.
    "IMPORT_MAX_FILE_BYTES": 20 * 1024 * 1024,
    # Largest manifest and archive of files that may be uploaded for an import, in bytes; unpacked four times that.
    "IMPORT_MAX_UPLOAD_BYTES": 64 * 1024 * 1024,
    # Open the triggers of ``disclosure_seal`` for the gate's own writes.
    "DATABASE_SEAL": False,
    # Largest file that the public may send to have it checked, in bytes.
    "FILE_CHECK_MAX_BYTES": 50 * 1024 * 1024,
    # Hours within which a second person decides about a takedown before it is escalated.
    "RATIFY_WITHIN_HOURS": 24,
    # Content language of the agency's own names and documents.
    "CONTENT_LANGUAGE": None,
    # Endings of the files that are accepted; the content has to be of that kind.
    "FILE_TYPES": (
        "pdf ofd doc docx wps xls xlsx et csv ppt pptx dps odt ods odp rtf txt zip jpg jpeg png gif webp avif tif tiff"
    ).split(),
    # Largest file that is accepted, in bytes.
    "FILE_MAX_BYTES": 50 * 1024 * 1024,
    # Severity of what the automatic checks find, where it differs: {"comments": "warn"}.
    "FINDING_SEVERITY": {},
    # Virus scanner: a dotted path, or {"BACKEND": …, "OPTIONS": {…}}; None scans nothing.
    "VIRUS_SCANNER": None,
    # Signatures older than so many days are a finding.
    "VIRUS_SIGNATURES_MAX_DAYS": 7,
    # Whether verification withholds items that are not what was approved.
    "VERIFY_WITHHOLDS": False,
    # Secrets that encrypt what identifies a person, the current one first; None derives one from SECRET_KEY.
    "FIELD_KEYS": None,
    # Alias in STORAGES for the files of cases; None keeps them on the disk, outside MEDIA_ROOT.
    "CASE_STORAGE": None,
    # Folder for the files of cases on the disk; None is one beside MEDIA_ROOT.
    "CASE_FILES_ROOT": None,
    # Files that may be sent with one form, and the largest of them in bytes.
    "CASE_FILES_MOST": 10,
    "CASE_FILE_MAX_BYTES": 20 * 1024 * 1024,
    # Receipt numbers; may name kind, year, agency, office and serial.
    "CASE_NUMBER_FORMAT": "{kind}{year}-{office}-{serial:05d}",
    # Numbers of letters; may name mark, year and serial. None is the format of the jurisdiction.
    "LETTER_NUMBER_FORMAT": None,
    # Fonts of letters as PDF, the preferred first.
    "LETTER_FONTS": ["Noto Serif CJK SC", "Source Han Serif SC", "FangSong", "STFangsong", "SimSun", "serif"],
    # Whether PDF files and pictures carry the number of the case and the day when an applicant loads them down.
    "WATERMARK_RELEASED_FILES": False,
    # Codes of the categories that hold the documents which the annual report counts (Table A).
    "REPORT_CATEGORIES": {"rules": ["0402"], "normative": ["0403"]},
    # For how many days applicants may load down what a reply releases; None is without end.
    "RELEASE_DAYS": None,
    # How many years personal data of a closed case is kept, by the code of its outcome.
    "CASE_RETENTION_YEARS": {"default": 10},
    # Working days before the due date at which whoever has a case in hand is reminded; the first is "due soon".
    "CASE_ALARM_DAYS": [5, 2],
    # Working days after the due date at which officer, reviewer and head are told.
    "CASE_OVERDUE_DAYS": [1, 5],
    # After so many working days without an officer the office is told.
    "CASE_UNASSIGNED_DAYS": 2,
    # How often something may be tried: (most, seconds). "…_sender" counts one address, "…_all" everybody.
    "CASE_LIMITS": {
        "submit_sender": (20, 60 * 60),
        "submit_all": (2000, 60 * 60),
        "draft_sender": (60, 60 * 60),
        "upload_sender": (100, 60 * 60),
        "track_sender": (20, 10 * 60),
        "track_number": (10, 10 * 60),
        "track_all": (2000, 10 * 60),
        "resume_sender": (20, 10 * 60),
        "recover_sender": (5, 60 * 60),
        "recover_number": (3, 60 * 60),
        "recover_all": (500, 60 * 60),
        "consult_sender": (20, 10 * 60),
        "consult_all": (2000, 10 * 60),
        "comment_sender": (30, 60 * 60),
        "comment_all": (3000, 60 * 60),
        "survey_sender": (300, 60 * 60),
        "survey_all": (5000, 60 * 60),
        "feed_sender": (1200, 60 * 60),
        "feed_platform": (3600, 60 * 60),
    },
    # Proxies whose X-Forwarded-For is believed: addresses or networks, or "unix" for a socket.
    "TRUSTED_PROXIES": [],
    # Days after which a form that was begun and not sent is deleted.
    "DRAFT_DAYS": 14,
    # Days after the term of a consulted party in which its link still takes an answer, recorded as late.
    "CONSULTATION_GRACE_DAYS": 30,
    # Days after the end of a consultation by which its report on the comments is expected.
    "FEEDBACK_DAYS": 30,
    # Years after the end of a consultation for which names, contact data and words of comments are kept.
    "COMMENT_RETENTION_YEARS": 3,
    # Fewer answers to a question of a survey than this are not shown to the public.
    "SURVEY_SMALL_NUMBER": 5,
    # Backend for text messages, as a dotted path; None sends none.
    "SMS_BACKEND": None,
    # Who gets them: "without_mail" (applicants who had no mail) or "always" (beside the mail).
    "SMS_WHEN": "without_mail",
    # In the public statistics of mailboxes numbers below this are not shown; 1 shows all.
    "MAILBOX_SMALLEST_NUMBER": 3,
    # Networks between agencies: the upward feed may be sent to addresses in them, over HTTP as well.
    "UPWARD_PRIVATE_NETWORKS": [],
    # Seconds that an upper platform may take to answer.
    "UPWARD_TIMEOUT_SECONDS": 30,
    # After how many days without a verification the admin and the checks remind of it.
    "VERIFY_DAYS": 7,
}


# What a value has to be: each function returns a sentence about what is wrong, or None.


def _positive_integer(value):
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return "must be a whole number of at least 1"


def _text(value):
    if not isinstance(value, str) or not value.strip():
        return "must be a text that is not empty"


def _one_of(*choices):
    def rule(value):
        # 1 is no True: compared with its type.
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            return f"must be one of {', '.join(map(repr, choices))}"

    return rule


def _summary_length(value):
    if _positive_integer(value) or not 100 <= value <= 500:
        return "must be a whole number between 100 and 500 (characters)"


def _model_names(value):
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        return 'must be a list of model names such as "news.NewsPage"'


def _key(value):
    if value is not None and not (isinstance(value, str | bytes) and len(value) >= 32):
        return "must be None or a secret of at least 32 characters"


def _former_keys(value):
    # A SECRET_KEY of earlier days may be shorter than a key has to be today.
    if not isinstance(value, list | tuple) or not all(
        isinstance(each, str | bytes) and each for each in value
    ):
        return "must be a list of the secrets that were in use before"


def _jurisdiction(value):
    if not isinstance(value, str) or value not in JURISDICTIONS:
        return f"must be one of {', '.join(map(repr, JURISDICTIONS))}"


def _content_language(value):
    languages = [code for code, _name in getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)]
    if value is not None and value not in languages:
        return f"must be None or one of the languages of the site ({', '.join(languages)})"


def _endings(value):
    if not isinstance(value, list | tuple) or not all(
        isinstance(each, str) and each.isalnum() for each in value
    ):
        return 'must be a list of endings such as "pdf", without a dot'


def _severities(value):
    known = ("refuse", "block", "warn", "info")
    if not isinstance(value, dict) or not all(each in known for each in value.values()):
        return 'must map codes of findings to "refuse", "block", "warn" or "info"'


def _scanner(value):
    named = value.get("BACKEND") if isinstance(value, dict) else value
    options = value.get("OPTIONS", {}) if isinstance(value, dict) else {}
    if value is not None and not (isinstance(named, str) and "." in named and isinstance(options, dict)):
        return 'must be None, a dotted path or {"BACKEND": "a.dotted.Path", "OPTIONS": {…}}'


def _dotted_path(value):
    if value is not None and not (isinstance(value, str) and "." in value):
        return "must be None or a dotted path"


def _secrets(value):
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not value or any(_key(each) or each is None for each in value):
        return "must be None or a list of secrets of at least 32 characters, the current one first"


def _name_or_none(value):
    if value is not None and (not isinstance(value, str | Path) or _text(str(value))):
        return "must be None or a text that is not empty"


def _number_format(value):
    if not isinstance(value, str) or "{serial" not in value or "{year" not in value:
        return "must be a text with {year} and {serial}"
    try:
        value.format(kind="SQ", year=2026, agency=1, office="01", serial=1)
    except (LookupError, ValueError, AttributeError, TypeError):
        return "may name {kind}, {year}, {agency}, {office} and {serial}"


def _letter_format(value):
    if value is None:
        return None
    if not isinstance(value, str) or "{serial" not in value or "{year" not in value:
        return "must be None or a text with {year} and {serial}"
    try:
        value.format(mark="临发改公开", year=2026, serial=1)
    except (LookupError, ValueError, AttributeError, TypeError):
        return "may name {mark}, {year} and {serial}"


def _fonts(value):
    if (
        not isinstance(value, list | tuple)
        or not value
        or not all(
            isinstance(each, str) and each.strip() and not set(each) & set('"\\;{}<>') for each in value
        )
    ):
        return "must be a list of names of fonts"


def _days_or_none(value):
    if value is not None and _positive_integer(value):
        return "must be None or a whole number of at least 1"


def _years(value):
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and (years is None or not _positive_integer(years))
        for key, years in value.items()
    ):
        return 'must map codes of outcomes, and "default", to whole numbers of years or None'


def _category_codes(value):
    known = DEFAULTS["REPORT_CATEGORIES"]
    if not isinstance(value, dict) or not all(
        name in known
        and isinstance(codes, list | tuple)
        and all(isinstance(code, str) and code for code in codes)
        for name, codes in value.items()
    ):
        return f"must map {', '.join(known)} to lists of codes of categories"


def _limits(value):
    known = DEFAULTS["CASE_LIMITS"]
    if not isinstance(value, dict) or not all(
        name in known
        and isinstance(pair, list | tuple)
        and len(pair) == 2
        and not any(map(_positive_integer, pair))
        for name, pair in value.items()
    ):
        return f"must map {', '.join(known)} to pairs (most, seconds)"


def _working_days(value):
    if not isinstance(value, list | tuple) or not value or any(map(_positive_integer, value)):
        return "must be a list of whole numbers of at least 1 (working days)"


def _networks(value):
    if not isinstance(value, list | tuple):
        return 'must be a list of addresses or networks such as "10.0.0.0/8"'
    for each in value:
        try:
            if each != "unix":
                ip_network(each, strict=False)
        except (ValueError, TypeError):
            return f'must be a list of addresses or networks such as "10.0.0.0/8"; {each!r} is none'


def _private_networks(value):
    if isinstance(value, list | tuple) and "unix" in value:
        return 'must be a list of addresses or networks such as "10.0.0.0/8"'
    return _networks(value)


def _smallest_number(value):
    # “Fewer than 2” would say that it is 1.
    if _positive_integer(value) or value == 2:
        return "must be 1, which shows every number, or a whole number of at least 3"


# The profiles that come with the package: a folder each.
JURISDICTIONS = tuple(
    sorted(path.parent.name for path in Path(__file__).parent.glob("rules/vocabularies/*/profile.json"))
)
RULES = {
    "GUARDED_MODELS": _model_names,
    "BASE_TEMPLATE": _text,
    "JURISDICTION": _jurisdiction,
    "LEDGER_KEY": _key,
    "LEDGER_KEY_FALLBACKS": _former_keys,
    "PAGE_SIZE": _positive_integer,
    "CONDITIONAL_REQUESTS": _one_of(True, False),
    "SUMMARY_MAX_LENGTH": _summary_length,
    "RECEIPT_SHOWS": _one_of("role", "name"),
    "REVIEW_ESCALATION_DAYS": _positive_integer,
    "TEXT_MAX_BYTES": _positive_integer,
    "IMPORT_MAX_FIELD_BYTES": _positive_integer,
    "IMPORT_MAX_FILE_BYTES": _positive_integer,
    "IMPORT_MAX_UPLOAD_BYTES": _positive_integer,
    "DATABASE_SEAL": _one_of(True, False),
    "FILE_CHECK_MAX_BYTES": _positive_integer,
    "RATIFY_WITHIN_HOURS": _positive_integer,
    "CONTENT_LANGUAGE": _content_language,
    "FILE_TYPES": _endings,
    "FILE_MAX_BYTES": _positive_integer,
    "FINDING_SEVERITY": _severities,
    "VIRUS_SCANNER": _scanner,
    "VIRUS_SIGNATURES_MAX_DAYS": _positive_integer,
    "VERIFY_WITHHOLDS": _one_of(True, False),
    "VERIFY_DAYS": _positive_integer,
    "FIELD_KEYS": _secrets,
    "CASE_STORAGE": _name_or_none,
    "CASE_FILES_ROOT": _name_or_none,
    "CASE_FILES_MOST": _positive_integer,
    "CASE_FILE_MAX_BYTES": _positive_integer,
    "CASE_NUMBER_FORMAT": _number_format,
    "LETTER_NUMBER_FORMAT": _letter_format,
    "LETTER_FONTS": _fonts,
    "WATERMARK_RELEASED_FILES": _one_of(True, False),
    "RELEASE_DAYS": _days_or_none,
    "REPORT_CATEGORIES": _category_codes,
    "CASE_RETENTION_YEARS": _years,
    "CASE_LIMITS": _limits,
    "CASE_ALARM_DAYS": _working_days,
    "CASE_OVERDUE_DAYS": _working_days,
    "CASE_UNASSIGNED_DAYS": _positive_integer,
    "TRUSTED_PROXIES": _networks,
    "DRAFT_DAYS": _positive_integer,
    "CONSULTATION_GRACE_DAYS": _positive_integer,
    "FEEDBACK_DAYS": _positive_integer,
    "COMMENT_RETENTION_YEARS": _positive_integer,
    "SURVEY_SMALL_NUMBER": _positive_integer,
    "SMS_BACKEND": _dotted_path,
    "MAILBOX_SMALLEST_NUMBER": _smallest_number,
    "SMS_WHEN": _one_of("without_mail", "always"),
    "UPWARD_PRIVATE_NETWORKS": _private_networks,
    "UPWARD_TIMEOUT_SECONDS": _positive_integer,
}
# Not to be shown in messages.
SECRET = ("LEDGER_KEY", "LEDGER_KEY_FALLBACKS", "FIELD_KEYS")


def configured():
    """The dictionary of the settings; an empty one where there is none or something else stands in its place."""
    found = getattr(settings, "WAGTAIL_DISCLOSURE", None)
    return found if isinstance(found, dict) else {}


def get(name):
    """Return the setting ``name`` from ``WAGTAIL_DISCLOSURE``, or its default where it is not usable.

    ``manage.py check`` reports what is not usable; until then nothing falls over it. Raises ``KeyError`` for a
    name that does not exist.
    """
    default = DEFAULTS[name]
    value = configured().get(name, default)
    if not RULES[name](value) or name == "VIRUS_SCANNER":
        # A scanner that is named wrongly is no reason to go without one.
        return value
    if name == "GUARDED_MODELS" and isinstance(value, list | tuple):
        # One wrong entry does not open the gate for the others.
        return [each for each in value if isinstance(each, str)]
    return default
