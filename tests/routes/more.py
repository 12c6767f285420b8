"""What code, workflows, schedules, shared rows and translations are tried on, besides the items of the scene."""

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from tests import factories
from tests.testapp.models import Counter, OpeningHours, ServicePage, Topic
from wagtail_disclosure.catalogue.models import EntryPage


def build(world, rows):
    """``reissued``, whose first edition is no longer public · ``service``, a page of the site that a setting guards,
    which shows the shared row ``counter`` and names ``topic`` · ``head``, ``secrecy``, ``copy`` and ``leader``.
    """
    counter = Counter.objects.create(name="一号窗口", address="人民路1号")
    OpeningHours.objects.create(counter=counter, text="九点至十七点")
    topic = Topic.objects.create(name="价格")
    guide = get_document_model().objects.create(title="指南", file=ContentFile(b"guide", "guide.txt"))
    service = ServicePage(
        title="价格举报办事指南",
        slug="service",
        live=False,
        owner=world.people.officer,
        counter=counter,
        form=ContentFile(b"form", "form.txt"),
        body=[("paragraph", f'<p><a href="{guide.url}">指南</a></p>')],
    )
    rows["section"].add_child(instance=service)
    service.see_also.add(topic)
    service.topics = [topic]
    service.save()
    service.save_revision(user=world.people.officer)
    service = factories.publish(world, ServicePage.objects.get(pk=service.pk))
    reissued = factories.published(world, "已废止的旧版")
    reissued.title = "现行的新版"
    reissued.save_revision(user=world.people.officer)
    reissued = factories.publish(world, EntryPage.objects.get(pk=reissued.pk))
    people = {name: getattr(world.people, name) for name in ("head", "secrecy", "copy", "leader")}
    return {
        "counter": counter,
        "topic": topic,
        "guide": guide,
        "service": service,
        "reissued": reissued,
        **people,
    }
