"""What is supported."""

import itertools
from datetime import date

from marketplace.catalogue.models import Category, CategoryField, ExchangeRate, Niche, Product, Release
from marketplace.catalogue.rules import FieldKind, Layer

_numbers = itertools.count(1)


def make_product(session, **overrides):
    number = next(_numbers)
    return _save(session, Product(**{"slug": f"product-{number}", "name": f"Product {number}", **overrides}))


def make_release(session, **overrides):
    facts = {"version": f"4.{next(_numbers)}", "released_on": date(2026, 1, 20), **overrides}
    facts["product"] = facts.get("product") or make_product(session)
    return _save(session, Release(**facts))


def make_niche(session, **overrides):
    number = next(_numbers)
    facts = {"slug": f"niche-{number}", "names": {"en": f"Niche {number}"}, "position": number, **overrides}
    return _save(session, Niche(**facts))


def make_category(session, *, fields=(), **overrides):
    """Make a category; `fields` are its questions, see `make_field`."""
    number = next(_numbers)
    facts = {
        "slug": f"category-{number}",
        "names": {"en": f"Category {number}"},
        "hints": {"en": "What it is about."},
        "layer": Layer.APPLICATION,
        "is_defect": False,
        "position": number,
        **overrides,
    }
    facts["niche"] = facts.get("niche") or make_niche(session)
    return _save(session, Category(**facts, fields=list(fields)))


def make_field(key, kind=FieldKind.TEXT, **overrides):
    """Make a question, to be given to `make_category`."""
    facts = {
        "labels": {"en": key.capitalize()},
        "hints": {},
        "choices": [],
        "is_required": True,
        "max_length": 200,
        "position": next(_numbers),
        **overrides,
    }
    return CategoryField(key=key, kind=kind, **facts)


def make_choice(key, *values, **overrides):
    """Make a question that is answered by one of `values`."""
    choices = [{"value": value, "labels": {"en": value.capitalize()}} for value in values]
    return make_field(key, FieldKind.CHOICE, choices=choices, **overrides)


def make_rates(session, **micros_per_base):
    """Set exchange rates, `EUR=1_000_000, JPY=160_000_000`; without any, those of a few currencies."""
    usual = {"EUR": 1_000_000, "USD": 1_080_000, "GBP": 850_000, "JPY": 160_000_000}
    for currency, micros in (micros_per_base or usual).items():
        session.merge(ExchangeRate(currency=currency, micros_per_base=micros))
    session.flush()


def _save(session, record):
    session.add(record)
    session.flush()
    return record
