"""Somebody who writes to a mailbox with a browser without JavaScript."""

import re
from types import SimpleNamespace

from tests import factories_cases
from tests.requests.conftest import Citizen

LETTER = {
    "type": "consultation",
    "subject": "小区二次供水价格咨询",
    "body": "请问我们小区的二次供水加价依据是什么？",
}
PERSON = {
    "signed": "named",
    "name": "王小明",
    "phone": factories_cases.PHONE,
    "email": "",
    "wants_reply": "on",
}


class Writer(Citizen):
    def __init__(self, mailbox, base=None):
        super().__init__(base or f"/mailbox/zh-hans/{mailbox.code}/")

    def until_check(self, *, letter=LETTER, person=PERSON):
        self.open()
        self.fill(letter)
        self.fill(person)
        return self.fill({"action": "continue"})

    def send(self, *, letter=LETTER, person=PERSON, **consent):
        self.until_check(letter=letter, person=person)
        return self.fill(consent)

    def receipt(self):
        return SimpleNamespace(
            number=re.search(r"LX\d{4}-\w+-\d{5}", self.text()).group(),
            code=self.soup.select_one(".disclosure-code").get_text(),
        )
