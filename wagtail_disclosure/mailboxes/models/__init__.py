"""Mailboxes, and the letters that come in by them."""

from .answers import CannedAnswer
from .definitions import Mailbox, MailboxLeader, MailboxType
from .letters import (
    CitizenLetter,
    CitizenLetterAttachment,
    CitizenLetterEvent,
    CitizenLetterReply,
    CitizenLetterTask,
    Correspondent,
)
from .pages import MailboxPage
from .selected import LetterSelection, SelectedLetterPage

__all__ = [
    "CannedAnswer",
    "CitizenLetter",
    "CitizenLetterAttachment",
    "CitizenLetterEvent",
    "CitizenLetterReply",
    "CitizenLetterTask",
    "Correspondent",
    "LetterSelection",
    "Mailbox",
    "MailboxLeader",
    "MailboxPage",
    "MailboxType",
    "SelectedLetterPage",
]
