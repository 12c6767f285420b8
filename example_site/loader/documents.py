"""The documents of the manifest as items of the diary: Chinese originals, English versions, drafts, new editions."""

import csv
import datetime
import io
import json
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import Locale

from example_site.content_tools import chosen
from wagtail_disclosure.catalogue import attribute, numbers
from wagtail_disclosure.catalogue.models import AttributeDetermination
from wagtail_disclosure.departments.roles import collection_of
from wagtail_disclosure.interchange.importing import bodies
from wagtail_disclosure.interchange.importing.plan import make_plan
from wagtail_disclosure.interchange.importing.writer import Writer, new_batch

from .attachments import attachments_of
from .content import at, exactly, following, table
from .diary import Deed, Item
from .pictures import has_picture, picture_of

ATTRIBUTES = {"主动公开": "proactive", "依申请公开": "on_request", "不予公开": "withheld"}
ENGLISH = "-en"
TRANSLATOR = "you.jinghe"
# Documents that are made from the annual reports; see ``annual_reports``.
REPORTED = ("annual-report-002", "annual-report-003", "annual-report-003-en")


def moment_of_draft(key, day, public_at):
    """When the officer enters a document: on the morning of its day, and in good time before it is published."""
    begins = at(day, 8, 40) + datetime.timedelta(minutes=chosen(f"{key}d", 0, 150))
    return min(begins, public_at - datetime.timedelta(minutes=chosen(f"{key}e", 50, 80)))


def drafter_of(world, key, code):
    officers = world.drafters[code]
    return officers[chosen(f"{key}o", 0, len(officers) - 1)]


def entries(world, keys=None):
    """An item for each row of the manifest, or for those in ``keys``."""
    public = {row["source_key"]: exactly(row["published_at"]) for row in table("timeline")}
    decided = {}
    for row in table("determinations"):
        decided.setdefault(row["source_key"], []).append(row)
    for row in table("manifest"):
        key = row["source_key"]
        if (keys is not None and key not in keys) or key in REPORTED:
            continue
        if row["language"] == "en":
            yield english(row, public[key], public[key.removesuffix(ENGLISH)])
        elif key in decided:
            yield from restricted(world, row, decided[key], public.get(key))
        else:
            yield entry(world, row, public[key])


def entry(world, row, public_at, *, day=None, **options):
    """A document that is imported: ``row`` is its line in the manifest of that day."""
    key, day = row["source_key"], day or row["document_date"]
    code = world.codes[row["responsible_department"]]
    drafter = options.pop("drafter", None) or drafter_of(world, key, code)
    drafted_at = moment_of_draft(key, day, public_at)
    ground = "proactive_statutory" if row["statutory_head"] else "proactive_public_interest"
    line = {
        "ground": ground,
        "note": "",
        **row,
        "formed_on": row["document_date"],
        "date_generated": f"{drafted_at:%Y-%m-%d %H:%M:%S}",
        **options.pop("line", {}),
    }
    if has_picture(key):
        options["ready"] = lambda world: illustrate(world, key, drafter)
    return Entry(key, drafter, drafted_at, public_at, line=line, **options)


def illustrate(world, key, drafter):
    """Put the picture of a document at the head of its draft."""
    user, page = world.users[drafter], world.page(key).get_latest_revision_as_object()
    if any(block.block_type == "image" for block in page.body):
        return
    title, alt, content = picture_of(key)
    image = get_image_model().objects.create(
        title=title,
        file=ImageFile(io.BytesIO(content), f"{key}.png"),
        collection=collection_of(page.department),
        uploaded_by_user=user,
    )
    value = {"image": image.pk, "decorative": key == "plan15-outline", "alt_text": alt}
    body = [{"type": "image", "value": value, "id": str(uuid4())}, *page.body.get_prep_value()]
    page.body = json.dumps(body)
    page.save_revision(user=user)


def restricted(world, row, decisions, public_at):
    """What is disclosed on request, or withheld: filed at the end of its review, never a page, and re-assessed."""
    first, *later = decisions
    earliest = at(following(parse_day(first["decided_on"])), 10, chosen(row["source_key"], 0, 59))
    yield entry(
        world,
        row,
        max(earliest, public_at or earliest),
        day=first["decided_on"],
        line={"ground": first["ground"], "note": first["note"]},
        done=lambda page: page.filed_item is not None,
    )
    for decision in later:
        yield reassessment(row["source_key"], decision)


def reassessment(key, decision):
    def run(world):
        page = world.page(key)
        day = parse_day(decision["decided_on"])
        if AttributeDetermination.objects.filter(
            translation_key=page.translation_key, decided_at__date=day
        ).exists():
            return
        attribute.determine(
            page,
            page.owner,
            attribute=ATTRIBUTES[decision["attribute"]],
            ground=decision["ground"],
            note=decision["note"],
            review_by=parse_day(decision["review_by"]),
        )

    return Deed(at(decision["decided_on"], 15, 10), run)


@dataclass
class Entry(Item):
    """A document with its line of the manifest."""

    line: dict = field(default_factory=dict)


# Imports: what an officer enters in one go


def intakes(items):
    """Group the documents of each officer into imports, and yield these for the diary.

    An import comes after the day of each of its documents, and in good time before the first of them is published.
    """
    groups = {}
    for item in items:
        if isinstance(item, Entry):
            draft_only = item.left_at == "draft" or item.ready is not None
            groups.setdefault((item.drafter, bool(item.left_at), draft_only), []).append(item)
    for (drafter, waits, draft_only), entries in groups.items():
        some = []
        for item in sorted(entries, key=lambda item: item.drafted_at):
            closes = min((each.public_at for each in some), default=item.public_at)
            if some and item.drafted_at > closes - datetime.timedelta(minutes=50):
                yield intake(drafter, some, waits, draft_only)
                some = []
            some.append(item)
        yield intake(drafter, some, waits, draft_only)


def intake(drafter, entries, waits, draft_only):
    moment = entries[-1].drafted_at
    for item in entries:
        item.drafted_at = moment
    return Deed(moment, lambda world: take_in(world, drafter, entries, moment, draft_only), tells=waits)


def take_in(world, drafter, entries, moment, draft_only=False):
    """Import the documents that are not there yet, as ``disclosure_import`` does."""
    lines = [item.line for item in entries if not world.has(item.key)]
    if not lines:
        return
    for line in lines:
        if line["index_number"] and numbers.find(line["index_number"]):
            line["index_number"] = ""
    for line in lines:
        files = attachments_of(line)
        line["attachments"] = ";".join(name for name, _content in files)
        world.files.made.update(files)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    target = world.target(drafter)
    name = f"{lines[0]['responsible_department']}-{moment:%Y%m%d}.csv"
    manifest = io.BytesIO(text.getvalue().encode())
    plan = make_plan(target, manifest, name, world.files, draft_only=draft_only)
    try:
        if not plan.may_proceed():
            raise ValueError("; ".join(map(str, plan.problems)))
        Writer(target, plan.spool, new_batch(plan, target.user, name)).run()
    finally:
        plan.close()
    world.learn_imported([line["source_key"] for line in lines])


def decide(page, user, row):
    """Determine the disclosure attribute of a document that is not imported, before it enters review."""
    ground = "proactive_statutory" if row.get("statutory_head") else "proactive_public_interest"
    attribute.determine(
        page,
        user,
        attribute=ATTRIBUTES[row["disclosure_attribute"]],
        ground=row.get("ground") or ground,
    )


def parse_day(text):
    return datetime.date.fromisoformat(text) if text else None


# English versions


def english(row, public_at, original_public_at, **options):
    key = row["source_key"]
    begins = at(following(original_public_at.date()), 9, chosen(key, 0, 59))
    drafted_at = min(begins, public_at - datetime.timedelta(hours=1))

    def draft(world):
        return draft_english(world, row, drafted_at)

    return Item(key, TRANSLATOR, drafted_at, public_at, draft, is_translation=True, **options)


def draft_english(world, row, moment):
    """A translation of the page, as Wagtail makes it, with the English text."""
    user = world.users[TRANSLATOR]
    original = world.page(row["source_key"].removesuffix(ENGLISH))
    page = original.copy_for_translation(Locale.objects.get(language_code="en"))
    page.title = page.draft_title = row["title"]
    page.slug = original.slug
    page.owner = user
    page.issuing_body, page.source = row["issuing_body"], row["source"]
    page.keywords, page.summary = row["keywords"], row["summary"]
    page.department_name = page.department.local_name("en")
    page.date_generated = moment
    page.body = json.dumps(bodies.read(world.files, row["body_file"], title=row["title"], known=row).blocks)
    page.save_revision(user=user)
    return page


# New editions: documents that were replaced or repealed


def editions(world, keys=None):
    """An item for each document whose validity changed; it goes through the whole review again."""
    public = {row["source_key"]: exactly(row["published_at"]) for row in table("timeline")}
    for row in table("validity"):
        if (
            keys is not None
            and not {row["source_key"], row["successor_source_key"] or row["source_key"]} <= keys
        ):
            continue
        successor = public.get(row["successor_source_key"])
        effective = following(parse_day(row["effective_date"]) - datetime.timedelta(days=1))
        starts = at(max(effective, following(successor.date())) if successor else effective, 9, 20)
        yield edition(world, row, starts)


def edition(world, row, starts):
    key = row["source_key"]
    code = next(
        world.codes[each["responsible_department"]] for each in table("manifest") if each["source_key"] == key
    )
    drafter = drafter_of(world, key, code)

    def draft(world):
        page = world.page(key).get_latest_revision_as_object()
        page.validity, page.validity_note = row["status"], row["note"]
        if row["successor_source_key"]:
            page.replaced_by_id = world.pk(row["successor_source_key"])
        page.formed_on = row["effective_date"]
        page.save_revision(user=world.users[drafter])
        return page

    ends = at(following(starts.date(), 2), 15, chosen(key, 0, 59))
    return Item(
        key,
        drafter,
        starts,
        ends,
        draft,
        edition=row["status"],
        done=lambda page: page.live and page.validity == row["status"],
    )


# Drafts that still wait


def drafts(world):
    """Documents that stand somewhere in the review, one of them returned to its drafter."""
    left = {row["source_key"]: row for row in table("draft_steps")}
    for row in table("drafts"):
        step = left[row["source_key"]]
        day = following(datetime.date.fromisoformat(row["document_date"]), 4)
        ends = at(day, 16, 30)
        options = {"left_at": step["left_at"], "comment": step["comment"]}
        if row["language"] == "en":
            yield english(row, at("2026-11-18", 16), at("2026-11-11"), **options)
        else:
            yield entry(world, row, ends, drafter=step["username"], **options)
