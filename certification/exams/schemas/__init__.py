"""The shape of what is sent about exams; never what is right."""

from certification.exams.schemas.drafting import NewDraftSchema, TermsSchema
from certification.exams.schemas.reviewing import VoidSchema
from certification.exams.schemas.taking import AnswerCallSchema, StartSchema

__all__ = ["AnswerCallSchema", "NewDraftSchema", "StartSchema", "TermsSchema", "VoidSchema"]
