"""Tables of what has changed in the public list, and of what people keep of it."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Currency, Model
from providers.directory.rules import MAX_QUERY_LENGTH


class DirectoryChange(Model):
    """Says that a provider must be read again, or everybody if it names none.

    Triggers write it in the transaction of the change, see `migrations.watching`; no provider is referred to, because
    one that is gone must be noted as well.
    """

    __table_args__ = (Index("ix_directory_change_written_by", "written_by"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    provider_id: Mapped[int | None]
    # Which transaction wrote it. On PostgreSQL a later number may be seen first; SQLite has one writer: always 0 there.
    written_by: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    at: Mapped[datetime] = mapped_column(server_default=text("CURRENT_TIMESTAMP"))


class Favourite(Model):
    """A provider whom a person has saved; `commands` see that nobody saves more than `MAX_FAVOURITES`."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    saved_at: Mapped[datetime]


class SavedSearch(Model):
    """A search about which a person wants to be told when somebody fits; `commands` see to `MAX_SEARCHES`."""

    __table_args__ = (
        UniqueConstraint("person_id", "query", "zone", "currency"),
        CheckConstraint(f"length(query) <= {MAX_QUERY_LENGTH}", "query_short"),
        Index("ix_saved_search_looked_at", "looked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    query: Mapped[str] = mapped_column(String(MAX_QUERY_LENGTH))  # As an address has it; empty asks for anybody.
    zone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(Currency)
    saved_at: Mapped[datetime]
    looked_at: Mapped[datetime]

    @property
    def whole_query(self) -> str:
        """The query of the page of the list that shows the same, whoever looks."""
        told = urlencode({"tz": self.zone, "currency": self.currency})
        return f"{self.query}&{told}" if self.query else told


class KnownFit(Model):
    """A provider who fitted when the search was saved, or of whom its person was told since."""

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    at: Mapped[datetime]
