"""Where the public requests information: the form and its page, which pass the review, and an ordinary page with it."""

import json
from uuid import uuid4

from wagtail.models import Locale

from example_site.models import InformationPage
from wagtail_disclosure.requests.models import RequestForm, RequestFormPage

from .content import at, following
from .diary import Deed, Item
from .documents import TRANSLATOR, drafter_of
from .places import FOUNDED, OFFICE, paragraph

HOW = "how-to-request"
WORDS = {
    "zh-hans": {
        "title": "依申请公开",
        "introduction": "除本委主动公开的政府信息外，公民、法人或者其他组织可以在这里申请获取相关政府信息。",
        "notes": "申请由办公室统一受理，自收到申请之日起20个工作日内答复。也可以到市行政中心2号楼801室当面申请，"
        "或者邮寄，信封左下角请注明“政府信息公开申请”。",
        "consent_text": "本人承诺填写的内容真实。所填信息仅用于办理本申请和法律规定的统计，保存期限届满后删除。",
        "closed_notice": "网上申请暂停受理，请当面或者邮寄申请。",
    },
    "en": {
        "title": "Requests",
        "introduction": "Anyone may request information that the Commission has not published.",
        "notes": "The General Office receives requests and answers within 20 working days. You may also apply in person "
        "at Room 801, Building 2, Civic Centre, or by mail. The information itself is usually in Chinese.",
        "consent_text": "What I enter is true. It is used to handle this request and for the statistics that the law "
        "requires, and is deleted when its term has ended.",
        "closed_notice": "Requests over the internet are suspended. Please apply in person or by mail.",
    },
}
INTRODUCTIONS = {
    "zh-hans": "请先在目录中查询：已经公开的信息可以直接查阅、下载，不必申请。",
    "en": "Please search the catalogue first: what has been published can be read at once.",
}
CORRECTION_WORDS = {
    "zh-hans": {
        "title": "申请更正与自身相关的政府信息",
        "introduction": "有证据证明本委提供的与您自身相关的政府信息记录不准确的，可以在这里要求更正。",
        "notes": "请写明哪一条记录不准确、应当如何更正，并附上证据材料。属于其他机关的，我们转送或者告知您向该机关提出。",
        "consent_text": WORDS["zh-hans"]["consent_text"],
        "closed_notice": WORDS["zh-hans"]["closed_notice"],
    },
    "en": {
        "title": "Correction of records about you",
        "introduction": "Anyone who can prove that the Commission records something about them wrongly may have it corrected.",
        "notes": "Say which record is wrong and how it should read, and add what proves it.",
        "consent_text": WORDS["en"]["consent_text"],
        "closed_notice": WORDS["en"]["closed_notice"],
    },
}
CORRECTION_INTRODUCTIONS = {
    "zh-hans": "只受理与申请人自身相关的政府信息的更正；申请公开政府信息的，请使用“依申请公开”栏目。",
    "en": "For records about yourself alone. To obtain information, use “Requests”.",
}
# The words of a form, and what its page says above it, by the code of the form.
OF_CODE = {"requests": (WORDS, INTRODUCTIONS), "corrections": (CORRECTION_WORDS, CORRECTION_INTRODUCTIONS)}
ORDINARY = {
    "zh-hans": (
        "怎样申请政府信息",
        "申请前请准备身份证明，写清所需信息的名称、文号或者其他特征。下面的表格与“依申请公开”栏目相同。",
    ),
    "en": (
        "How to request information",
        "Have your proof of identity at hand, and describe what you want as exactly as you can. The form below is the "
        "same as under “Requests”.",
    ),
}


def items(world):
    """The forms, their pages, in Chinese and in English, then the ordinary pages."""
    officer = drafter_of(world, "places", OFFICE)
    for name, code, begins in (("request", "requests", 0), ("correction", "corrections", 14)):
        yield from _form_and_page(name, code, officer, begins)
    yield Deed(at(following(FOUNDED, 14), 10), ordinary_pages)


def _form_and_page(name, code, officer, begins):
    """The form ``code`` and its page, ``begins`` working days after the foundation."""
    form, page = f"{name}-form", f"{name}-page"
    day = following(FOUNDED, begins) if begins else FOUNDED
    yield Item(form, officer, at(day, 11), at(following(day, 5), 16), _form(code, "zh-hans", officer))
    begins = following(day, 6)
    yield Item(page, officer, at(begins, 10), at(following(begins), 16), _page(code, "zh-hans", officer))
    begins = following(day, 8)
    yield Item(
        f"{form}-en",
        TRANSLATOR,
        at(begins, 11),
        at(following(begins, 3), 16),
        _form(code, "en", TRANSLATOR),
        is_translation=True,
    )
    begins = following(begins, 4)
    yield Item(
        f"{page}-en",
        TRANSLATOR,
        at(begins, 10),
        at(following(begins), 16),
        _page(code, "en", TRANSLATOR),
        is_translation=True,
    )


def _may_change(item):
    """What was submitted by an interrupted load is left as it is."""
    return not item.live and not item.workflow_in_progress


def _form(code, language, username):
    def draft(world):
        form = RequestForm.objects.get(code=code, locale__language_code=language)
        if _may_change(form):
            words = OF_CODE[code][0][language]
            form.title, form.consent_text = words["title"], words["consent_text"]
            form.introduction, form.notes = paragraph(words["introduction"]), paragraph(words["notes"])
            form.closed_notice = words["closed_notice"]
            form.save_revision(user=world.users[username])
        return form

    return draft


def _page(code, language, username):
    def draft(world):
        page = RequestFormPage.objects.get(form__code=code, locale__language_code=language)
        if _may_change(page):
            words, introductions = OF_CODE[code]
            page.title = page.draft_title = words[language]["title"]
            page.introduction = paragraph(introductions[language])
            page.save_revision(user=world.users[username])
        return page

    return draft


def ordinary_pages(world):
    """A page type of the site, outside the review, with the form in its body."""
    home, original = world.home, None
    for language, (title, text) in ORDINARY.items():
        locale = Locale.objects.get(language_code=language)
        parent = home.get_translation(locale) if home.locale_id != locale.pk else home
        page = InformationPage.objects.child_of(parent).filter(slug=HOW).first()
        if page is None:
            page = InformationPage(title=title, slug=HOW, locale=locale, body=_body(text, locale))
            if original is not None:
                page.translation_key = original.translation_key
            parent.add_child(instance=page)
            page.save_revision(user=world.users["webmaster"]).publish()
        original = original or page


def _body(text, locale):
    form = RequestForm.objects.get(code="requests", locale=locale)
    blocks = [("paragraph", paragraph(text)), ("request_form", form.pk)]
    return json.dumps([{"type": kind, "value": value, "id": str(uuid4())} for kind, value in blocks])
