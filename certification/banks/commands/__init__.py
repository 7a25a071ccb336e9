"""What can be done to banks and their questions."""

from certification.banks.commands.rewording import add_image, remove_image, translate
from certification.banks.commands.writing import (
    bring_back,
    import_questions,
    move_all,
    open_bank,
    put_live,
    retire,
    rewrite,
    share_bank,
    try_out,
    write_question,
)

__all__ = [
    "add_image",
    "bring_back",
    "import_questions",
    "move_all",
    "open_bank",
    "put_live",
    "remove_image",
    "retire",
    "rewrite",
    "share_bank",
    "translate",
    "try_out",
    "write_question",
]
