"""Who sells: the vendor, as the law wants it to stand on papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Seller:
    """The vendor's legal name, its address in lines, its tax number, and where to write to.

    `is_real` is false while payments are simulated: then papers say so.
    """

    name: str
    address: Sequence[str]
    tax_number: str
    email: str
    is_real: bool


_KEY = "handrail_seller"


def connect(app: Flask, seller: Seller) -> None:
    """Give the application its seller."""
    app.extensions[_KEY] = seller


def seller() -> Seller:
    """Give the seller."""
    found: Seller = current_app.extensions[_KEY]
    return found
