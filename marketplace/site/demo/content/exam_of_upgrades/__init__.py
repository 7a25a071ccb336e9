"""What Lumentree asks of those who upgrade for others."""

from marketplace.site.demo.content.exam_of_upgrades.carrying_out import CARRYING_OUT
from marketplace.site.demo.content.exam_of_upgrades.preparing import PREPARING
from marketplace.site.demo.content.exam_of_upgrades.repairing import ON_TRIAL, REPAIRING

QUESTIONS = (*PREPARING, *CARRYING_OUT, *REPAIRING)

__all__ = ["ON_TRIAL", "QUESTIONS"]
