"""What public forms have in common: text that is text, errors tied to their fields, a summary of them above the form."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..rules.characters import NOT_TEXT, is_visible

# What is kept of one answer whose draft is gone, with the two characters that browsers send for the end of a line.
LONGEST_KEPT = 20_000
LINE = 200


def check_text(text):
    """Raise ``ValidationError`` for characters that are no text, and for a text with nothing to be seen."""
    bad = NOT_TEXT.search(text)
    if bad:
        raise ValidationError(
            _("There is a character that is no text: U+%(number)s. Delete it or write it in words.")
            % {"number": f"{ord(bad.group()):04X}"}
        )
    if text and not is_visible(text):
        raise ValidationError(_("There is nothing to be seen in this text."))


def line(label, *, required=False, length=LINE, help_text="", autocomplete="off", **options):
    """A field of one line. ``autocomplete`` is the name by which browsers fill it in (WCAG 1.3.5)."""
    attributes = {"autocomplete": autocomplete, **options.pop("attrs", {})}
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        validators=[check_text],
        widget=options.pop("widget", forms.TextInput)(attrs=attributes),
        **options,
    )


class Lines(forms.CharField):
    """A text of several lines; browsers end each with two characters, which count as one."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def lines(label, *, rows=4, length=1000, help_text="", required=False):
    return Lines(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PublicForm(forms.Form):
    """A form that anybody may fill in, with what screen readers and the summary of errors need."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.prepare()
        for field in self.fields.values():
            self._name_what_is_missing(field)
            self._say_what_is_wrong(field)
            # With it a browser cuts off what is pasted, and says nothing; the form says it and keeps the whole.
            field.widget.attrs.pop("maxlength", None)
        # Looking for errors validates the form, so only now.
        for name in self.fields:
            self._describe(name)

    def prepare(self):
        """Leave out or change fields."""

    def _name_what_is_missing(self, field):
        """Say of which field: in the summary of errors nothing else tells."""
        if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
            return
        chosen = isinstance(field, forms.ChoiceField)
        text = _("Please choose: %(field)s") if chosen else _("Please fill in: %(field)s")
        field.error_messages["required"] = text % {"field": field.label}

    def _say_what_is_wrong(self, field):
        """In words of our own: those of Django speak of a value, and say nothing of the field."""
        if getattr(field, "max_length", None):
            field.error_messages["max_length"] = _(
                "%(field)s: this has %%(show_value)d characters, and %%(limit_value)d are the most. Nothing was cut off."
            ) % {"field": str(field.label).replace("%", "%%")}
        if isinstance(field, forms.EmailField):
            field.error_messages["invalid"] = _("Enter a mail address such as name@example.com.")

    def _describe(self, name):
        """Tie help and errors to the field for screen readers."""
        field, bound = self.fields[name], self[name]
        named = [f"{bound.id_for_label or bound.auto_id}-hint"] if field.help_text else []
        if self.is_bound and name in self.errors:
            named.append(f"{bound.auto_id}-error")
            field.widget.attrs["aria-invalid"] = "true"
        if named:
            field.widget.attrs["aria-describedby"] = " ".join(named)

    def add_error(self, field, error):
        super().add_error(field, error)
        for name in [field] if field else []:
            if name in self.fields:
                self._describe(name)

    def summary(self):
        """``[(id of the element, message)]`` of all errors, in order, for the summary above the form."""
        found = []
        for name, errors in self.errors.items():
            target = self._target(name)
            found += [(target, message) for message in errors]
        return found

    def _target(self, name):
        if name not in self.fields:
            return ""
        bound = self[name]
        if isinstance(self.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return f"{bound.auto_id}_0"
        return bound.id_for_label
