"""Keep question banks: questions, and what they say in versions that are never changed."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

VERSIONS = "a version of a question is never changed: make another"
KINDS = "multichoice truefalse shortanswer numerical matching ordering essay description".split()


def upgrade() -> None:
    """Apply."""
    _make_banks()
    _make_questions()
    with altered("track") as batch:
        batch.add_column(sa.Column("bank_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_track_bank_id_bank"), "bank", ["bank_id"], ["id"])
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER question_version_no_{verb.lower()} BEFORE {verb} ON question_version "
                f"BEGIN SELECT RAISE(ABORT, '{VERSIONS}'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION refuse_question_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{VERSIONS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER question_version_no_change BEFORE UPDATE OR DELETE ON question_version "
            "FOR EACH ROW EXECUTE FUNCTION refuse_question_change()"
        )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _make_banks() -> None:
    op.create_table(
        "bank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("kind", *KINDS), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("idnumber", sa.String(length=100), nullable=True),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("difficulty", _one_of("difficulty", "easy", "medium", "hard"), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("state", _one_of("questionstate", "draft", "trial", "live", "retired"), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_bank_id_bank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("bank_id", "idnumber", name=op.f("uq_question_bank_id_idnumber")),
        sa.UniqueConstraint("bank_id", "topic", "name", "kind", name=op.f("uq_question_bank_id_topic_name_kind")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_question_id_kind")),
    )
    op.create_index("ix_question_drawn", "question", ["bank_id", "state", "topic", "difficulty"], unique=False)


def _make_questions() -> None:
    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("kind", *KINDS), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_question_version_number_counted")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_question_version_by_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id", "kind"],
            ["question.id", "question.kind"],
            name=op.f("fk_question_version_question_id_kind_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )


def downgrade() -> None:
    """Take back; the questions are lost."""
    with altered("track") as batch:
        batch.drop_constraint(op.f("fk_track_bank_id_bank"), type_="foreignkey")
        batch.drop_column("bank_id")
    for table in ("question_version", "question", "bank"):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_question_change()")
