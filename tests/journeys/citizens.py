"""How citizens go through a request form in a real browser, step by step."""

from playwright.sync_api import expect

from tests.factories_cases import IDENTITY, PHONE

MAIN = "button.disclosure-button--main"
FORM = "/request-form/{language}/requests/"
SUBJECT = "关于居民用水价格公示的通知及其听证会会议纪要"
EMAIL = "wang@example.com"
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-GB"}


def fits(page):
    """Whether nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def go_on(page, button=MAIN):
    """Press a button that leads to another page. Without JavaScript no click waits for what comes."""
    with page.expect_navigation():
        page.locator(button).click()


def step(page):
    return page.url.rstrip("/").rpartition("/")[2].partition("?")[0]


class Filling:
    """A citizen with a form. ``look`` is called with each page and its name before it is answered."""

    def __init__(self, page, look=lambda page, name: None):
        self.page, self.look = page, look

    def describe(self, subject=SUBJECT):
        self.look(self.page, "describe")
        self.page.fill("#id_subject", subject)
        go_on(self.page)
        if step(self.page) == "suggestions":
            self.look(self.page, "suggestions")
            go_on(self.page)

    def person(self, kind="natural", **fields):
        self.look(self.page, "kind")
        self.page.check(f"[name=kind][value={kind}]")
        go_on(self.page)
        self.look(self.page, "applicant")
        given = {"name": "王小明", "identity_number": IDENTITY, "phone": PHONE, "email": EMAIL, **fields}
        for name, text in given.items():
            self.page.fill(f"#id_{name}", text)
        go_on(self.page)

    def delivery(self, forms=("electronic",), routes=("download",)):
        self.look(self.page, "delivery")
        for name, values in (("delivery_forms", forms), ("delivery_routes", routes)):
            for value in values:
                self.page.check(f"[name={name}][value={value}]")
        go_on(self.page)

    def files(self, *files):
        if files:
            self.page.set_input_files("#disclosure-files", list(files))
            go_on(self.page, "button[value=upload]")
        self.look(self.page, "files")
        go_on(self.page, "button[value=continue]")

    def send(self):
        self.look(self.page, "check")
        if self.page.locator("#id_consent").count():
            self.page.check("#id_consent")
        go_on(self.page)
        expect(self.page.locator(".disclosure-code")).to_be_visible()
        self.look(self.page, "receipt")
        return self.page.locator(".disclosure-receipt strong").all_inner_texts()

    def until_check(self):
        self.describe()
        self.person()
        self.delivery()
        self.files()


def follow(page, number, code, language="zh-hans"):
    """Open the page of the request with what stands on the receipt."""
    page.goto(f"/case/{language}/")
    page.fill("#id_number", number)
    page.fill("#id_code", code)
    go_on(page)


def text_file(name="证明.txt", text="身份证明"):
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
