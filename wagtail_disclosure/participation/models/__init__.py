from .answers import SurveyAnswer, SurveyMark, SurveySalt, SurveyText
from .assignments import CommentAssignment
from .comments import Comment, CommentAttachment, ModerationEvent
from .consultations import ConsultationFile, ConsultationPage, FeedbackItem
from .lists import ParticipationPage
from .surveys import SurveyPage, SurveyQuestion

__all__ = [
    "Comment",
    "CommentAssignment",
    "CommentAttachment",
    "ConsultationFile",
    "ConsultationPage",
    "FeedbackItem",
    "ModerationEvent",
    "ParticipationPage",
    "SurveyAnswer",
    "SurveyMark",
    "SurveyPage",
    "SurveyQuestion",
    "SurveySalt",
    "SurveyText",
]
