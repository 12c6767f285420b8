"""Publishing through the gate beside publishing in plain Wagtail, and how fast everything public is verified.

python -m benchmarks.gate [--rounds 10] [--attachments 1 20 200] [--size 100] [--items 200]

The twin has the same body and the same attachments and is not guarded. Both publish drafts that are ready: the item has
its four approvals, so the time is that of ``revision.publish()`` alone. Files lie on disk, ``--size`` kilobytes each.
"""

import random
import shutil
import statistics
import tempfile
from collections import Counter
from contextlib import contextmanager

from benchmarks import harness


def twin():
    """A page type with the body and the attachments of an entry, outside the gate, and its tables."""
    from django.db import connection, models
    from modelcluster.fields import ParentalKey
    from wagtail.documents import get_document_model_string
    from wagtail.fields import StreamField
    from wagtail.models import Orderable, Page

    from wagtail_disclosure.catalogue.blocks import BodyBlock

    class PlainEntry(Page):
        summary = models.TextField(blank=True)
        body = StreamField(BodyBlock(), blank=True)

        class Meta:
            app_label = "testapp"

    class PlainAttachment(Orderable):
        page = ParentalKey(PlainEntry, on_delete=models.CASCADE, related_name="attachments")
        document = models.ForeignKey(get_document_model_string(), on_delete=models.PROTECT, related_name="+")
        title = models.CharField(max_length=255, blank=True)

        class Meta(Orderable.Meta):
            app_label = "testapp"

    with connection.schema_editor() as editor:
        editor.create_model(PlainEntry)
        editor.create_model(PlainAttachment)
    return PlainEntry, PlainAttachment


def documents(count, size):
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model

    dice = random.Random(1)
    Document = get_document_model()
    return [
        Document.objects.create(
            title=f"附件{number}", file=ContentFile(dice.randbytes(size * 1024), name=f"{number}.bin")
        )
        for number in range(count)
    ]


class Drafts:
    """Makes drafts of both kinds that only have to be published."""

    def __init__(self, world, files):
        from wagtail_disclosure.catalogue.models import Attachment, EntryPage

        self.world, self.files = world, files
        self.Entry, self.Attachment = EntryPage, Attachment
        self.Plain, self.PlainAttachment = twin()

    def guarded(self, attachments):
        from tests import factories
        from wagtail_disclosure.publishing import actions
        from wagtail_disclosure.publishing.digest import digest_of

        people = self.world.people
        page = factories.draft(self.world, "关于价格公示的通知", summary="现予公布。")
        for document in self.files[:attachments]:
            page.attachments.add(self.Attachment(document=document, title=document.title))
        revision = page.save_revision(user=people.officer)
        draft = revision.as_object()
        digest = digest_of(draft).value
        for task, person in zip(
            self.world.tasks, (people.head, people.secrecy, people.copy, people.leader), strict=True
        ):
            actions._record_approval(page, task, person, None, digest=digest, comment="", details={})
        return self.Entry.objects.get(pk=page.pk).get_latest_revision()

    def plain(self, attachments):
        page = self.Plain(
            title="关于价格公示的通知",
            slug=f"plain-{random.getrandbits(48)}",
            live=False,
            summary="现予公布。",
            body=[("paragraph", "<p>现将有关事项通知如下。</p>")],
        )
        self.world.site.root_page.specific.add_child(instance=page)
        for document in self.files[:attachments]:
            page.attachments.add(self.PlainAttachment(document=document, title=document.title))
        page.save_revision(user=self.world.people.officer)
        return self.Plain.objects.get(pk=page.pk).get_latest_revision()


@contextmanager
def counted():
    """How often digests are computed and files are read."""
    from wagtail_disclosure.publishing import digest, manifest

    counts = Counter()
    content, read = digest.content_of, manifest.file_hash

    def counting(name, function):
        def call(*args, **kwargs):
            counts[name] += 1
            return function(*args, **kwargs)

        return call

    digest.content_of, manifest.file_hash = counting("digests", content), counting("files", read)
    try:
        yield counts
    finally:
        digest.content_of, manifest.file_hash = content, read


def publishing(drafts, options, dice):
    print("publishing: medians of one run, milliseconds")
    print(
        f"{'attachments':>11} {'plain':>8} {'gate':>8} {'added':>8} {'ratio':>6}"
        f" {'queries':>13} {'digests':>8} {'files read':>11}"
    )
    for attachments in options.attachments:
        times, queries = {"plain": [], "gate": []}, {}
        for _warm in range(2):
            drafts.guarded(attachments).publish()
            drafts.plain(attachments).publish()
        for _round in range(options.rounds):
            ready = {"plain": drafts.plain(attachments), "gate": drafts.guarded(attachments)}
            for name in dice.sample(list(ready), 2):
                times[name].append(harness.milliseconds(ready[name].publish))
        for name, make in (("plain", drafts.plain), ("gate", drafts.guarded)):
            revision = make(attachments)
            with counted() as counts:
                queries[name] = harness.queries(revision.publish)
        plain, gate = (statistics.median(times[name]) for name in ("plain", "gate"))
        print(
            f"{attachments:>11} {plain:>8.0f} {gate:>8.0f} {gate - plain:>8.0f}"
            f" {harness.ratio(times, 'gate', 'plain'):>6.1f}"
            f" {queries['plain']:>5} / {queries['gate']:>5} {counts['digests']:>8} {counts['files']:>11}"
        )


def verifying(world, drafts, options):
    from tests import factories
    from wagtail_disclosure.publishing.verification.verify import Verification

    for number in range(options.items):
        page = factories.draft(world, f"第{number}号")
        page.attachments.add(drafts.Attachment(document=drafts.files[number % len(drafts.files)]))
        page.save_revision(user=world.people.officer)
        factories.publish(world, drafts.Entry.objects.get(pk=page.pk))
    harness.analyse()
    failures = []
    for name, read_files in (("without files", False), ("with files", True)):
        seconds = []
        for _round in range(3):
            verification = Verification(read_files=read_files)
            findings = []
            seconds.append(harness.milliseconds(lambda: findings.extend(verification.findings())) / 1000)  # noqa: B023
        count = verification.public.items
        asked = harness.queries(lambda: list(Verification(read_files=read_files).findings()))  # noqa: B023
        best = statistics.median(seconds)
        print(
            f"verifying {name}: {count} items, {verification.chain.entries} ledger entries, {best:.1f} s,"
            f" {count / best:.0f} items/s, {asked / count:.1f} queries an item"
        )
        if findings:
            failures.append(f"{len(findings)} differences, the first: {findings[0]}")
    return failures


def arguments():
    parser = harness.arguments(__doc__.splitlines()[0])
    parser.set_defaults(rounds=10)
    parser.add_argument("--attachments", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--size", type=int, default=100, help="kilobytes of a file")
    parser.add_argument("--items", type=int, default=200, help="items to verify")
    return parser.parse_args()


def main():
    options = arguments()
    folder = tempfile.mkdtemp(prefix="disclosure-benchmark-media-")
    try:
        with harness.databases():
            from django.test import override_settings

            from tests import factories

            storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
            from django.conf import settings

            with override_settings(MEDIA_ROOT=folder, STORAGES={**settings.STORAGES, "default": storage}):
                world = factories.world()
                drafts = Drafts(world, documents(max(options.attachments), options.size))
                publishing(drafts, options, random.Random(options.seed))
                failures = verifying(world, drafts, options)
    finally:
        shutil.rmtree(folder)
    harness.finish(failures)


if __name__ == "__main__":
    main()
