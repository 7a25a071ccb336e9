"""The form in which kinds of problems and their questions are written down."""

from dataclasses import dataclass

from marketplace.catalogue.rules import FieldKind, Layer, ServiceKind
from marketplace.site.demo.content.vendor import texts

SHORT, LONG = 200, 4000

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A question of a category; `choices` are (value, names)."""

    key: str
    kind: FieldKind
    labels: Words
    hints: Words
    choices: tuple[tuple[str, Words], ...] = ()
    is_required: bool = True

    @property
    def max_length(self) -> int:
        """How much may be answered."""
        return LONG if self.kind is FieldKind.LONG_TEXT else SHORT


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A kind of problem."""

    slug: str
    names: Words
    hints: Words
    layer: Layer
    niche: str
    fields: tuple[FieldRow, ...]
    is_defect: bool = False
    service_kind: ServiceKind = ServiceKind.INCIDENT


ERROR = FieldRow(
    "error",
    FieldKind.LONG_TEXT,
    texts("Error message", "Mensaje de error", "رسالة الخطأ"),
    texts(
        "Copy it as it is, with the lines around it.",
        "Cópialo tal cual, con las líneas de alrededor.",
        "انسخها كما هي مع السطور التي حولها.",
    ),
    is_required=False,
)
