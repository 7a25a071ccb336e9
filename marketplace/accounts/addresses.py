"""Addresses to which a letter could be sent."""

from email_validator import EmailNotValidError, validate_email

from marketplace.accounts.rules import MAX_EMAIL_LENGTH, email_key


def read_address(text: str) -> str:
    """Write an e-mail address as it is kept.

    Raises:
        ValueError: no letter could be sent there.
    """
    try:
        # Domains under .test reach nobody; the demo and the tests live there.
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True).normalized
    except EmailNotValidError:
        raise ValueError(text) from None
    if len(email_key(found)) > MAX_EMAIL_LENGTH:
        raise ValueError(text)
    return found
