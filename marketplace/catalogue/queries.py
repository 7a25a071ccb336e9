"""Reading what is supported; all of it is public."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.catalogue.models import Category, ExchangeRate, Niche, Product, Release
from marketplace.catalogue.rules import Rates
from marketplace.kernel.errors import NotFound


def products(session: Session) -> list[Product]:
    """List the products by name."""
    return list(session.scalars(select(Product).order_by(Product.name)))


def releases(session: Session) -> list[Release]:
    """List the releases of all products, the newest first."""
    newest_first = select(Release).order_by(Release.released_on.desc(), Release.id.desc())
    return list(session.scalars(newest_first.options(joinedload(Release.product))))


def release(session: Session, release_id: int) -> Release:
    """Find a release, or raise `NotFound`."""
    found = session.get(Release, release_id)
    if found is None:
        raise NotFound(release_id=release_id)
    return found


def niches(session: Session) -> list[Niche]:
    """List the niches in the vendor's order."""
    return list(session.scalars(select(Niche).order_by(Niche.position, Niche.id)))


def niche(session: Session, slug: str) -> Niche:
    """Find a niche, or raise `NotFound`."""
    found = session.scalar(select(Niche).filter_by(slug=slug))
    if found is None:
        raise NotFound(niche=slug)
    return found


def categories(session: Session) -> list[Category]:
    """List the categories in the vendor's order, with their questions."""
    in_order = select(Category).order_by(Category.position, Category.id)
    return list(session.scalars(in_order.options(selectinload(Category.fields), joinedload(Category.niche))))


def category(session: Session, slug: str) -> Category:
    """Find a category with its questions, or raise `NotFound`."""
    found = session.scalar(select(Category).filter_by(slug=slug).options(selectinload(Category.fields)))
    if found is None:
        raise NotFound(category=slug)
    return found


def rates(session: Session) -> Rates:
    """Give the vendor's exchange rates."""
    return Rates(dict(session.execute(select(ExchangeRate.currency, ExchangeRate.micros_per_base)).all()))


def currencies(session: Session) -> list[str]:
    """List the currencies that can be used here, by code."""
    return list(session.scalars(select(ExchangeRate.currency).order_by(ExchangeRate.currency)))
