"""Use the package in a brand-new project, through what it offers to everybody."""

import django

django.setup()

from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402
from django.utils.translation import gettext  # noqa: E402


def see(client, path, *texts):
    response = client.get(path, follow=True)
    content = response.content.decode()
    assert response.status_code == 200, (path, response.status_code)
    missing = [text for text in texts if text not in content]
    assert not missing, (path, missing)
    print("served", path)
    return content


def main():
    with translation.override("zh-hans"):
        assert gettext("Information disclosure") == "政府信息公开", "the wheel's translations are not found"
    visitor = Client()
    see(visitor, "/")
    see(visitor, "/admin/login/")


main()
