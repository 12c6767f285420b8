from .answers import SurveyAnswer, SurveyMark, SurveySalt, SurveyText
from .comments import Comment, ModerationEvent
from .consultations import ConsultationFile, ConsultationPage, FeedbackItem
from .lists import ParticipationPage
from .surveys import SurveyPage, SurveyQuestion

__all__ = [
    "Comment",
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
