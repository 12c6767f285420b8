from wagtail_disclosure.required_apps import missing

if missing():
    # No tag library could load: Django finds none, and E004 says why.
    __path__ = []
