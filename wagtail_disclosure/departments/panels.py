"""Panels and widgets. ``NamesPanel`` serves every model with local names."""

import json

from django import forms
from django.utils.translation import get_language_info
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.coreutils import get_content_languages

from .names import NAME_LENGTH, other_languages


class NamesInput(forms.Widget):
    """One text input per language for a JSON field ``{language: text}``.

    Names in a language that the site no longer has are shown with their code, so that saving loses none.
    """

    template_name = "wagtail_disclosure/departments/names_input.html"

    def value_from_datadict(self, data, files, name):
        prefix = f"{name}-"
        texts = {key[len(prefix) :]: data[key].strip() for key in data if key.startswith(prefix)}
        return json.dumps({code: text for code, text in texts.items() if text}, ensure_ascii=False)

    def value_omitted_from_data(self, data, files, name):
        return not any(key.startswith(f"{name}-") for key in data)

    def id_for_label(self, id_):
        first = next(iter(other_languages()), None)
        return f"{id_}-{first}" if id_ and first else ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        texts = self._texts(value)
        labels = get_content_languages()
        codes = [*other_languages(), *(code for code in texts if code not in other_languages())]
        context["widget"]["languages"] = [
            {
                "name": f"{name}-{code}",
                "id": f"{context['widget']['attrs'].get('id', name)}-{code}",
                "code": code,
                "direction": "rtl" if _is_rtl(code) else "ltr",
                "label": labels.get(code, code),
                "value": texts.get(code, ""),
            }
            for code in codes
        ]
        context["widget"]["length"] = NAME_LENGTH
        return context

    @staticmethod
    def _texts(value):
        """The names as stored, or as sent and refused. Anything else counts as none."""
        try:
            texts = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            texts = None
        texts = texts if isinstance(texts, dict) else {}
        return {code: text for code, text in texts.items() if isinstance(text, str)}


def _is_rtl(code):
    try:
        return get_language_info(code)["bidi"]
    except KeyError:
        return False


class NamesPanel(FieldPanel):
    """The panel for ``names``, or another such field; not shown where the site has a single language."""

    def __init__(self, field_name="names", **kwargs):
        kwargs.setdefault("widget", NamesInput)
        kwargs.setdefault("disable_comments", True)
        super().__init__(field_name, **kwargs)

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self):
            kept = getattr(self.instance, self.field_name, None)
            return super().is_shown() and bool(other_languages() or kept)


class MembersPanel(InlinePanel):
    """People of a department, each shown by name."""

    def get_form_options(self):
        from .forms import MemberForm

        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = MemberForm
        return options
