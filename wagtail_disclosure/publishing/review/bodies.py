"""What Wagtail leaves unchecked in a draft: the blocks of its bodies."""

from django.core.exceptions import ValidationError
from wagtail.fields import StreamField


def check_blocks(draft):
    """Raise ``ValidationError`` for each body of ``draft`` with a block that is incomplete, as its editor would."""
    errors = {}
    for field in draft._meta.get_fields():
        if isinstance(field, StreamField):
            try:
                field.stream_block.clean(getattr(draft, field.name))
            except ValidationError as error:
                errors[field.name] = list(dict.fromkeys(_messages(error)))
    if errors:
        raise ValidationError(errors)


def _messages(error):
    """The sentences of an error of blocks, which hold errors of the blocks in them."""
    within = getattr(error, "block_errors", None)
    if not within:
        non_block = getattr(error, "non_block_errors", None)
        yield from non_block.messages if hasattr(non_block, "messages") else error.messages
        return
    for each in within.values() if isinstance(within, dict) else within:
        if each is not None:
            yield from _messages(each)
    for each in error.non_block_errors or ():
        yield from getattr(each, "messages", [str(each)])
