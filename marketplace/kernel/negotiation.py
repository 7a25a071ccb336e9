"""Which of our languages suits a browser best."""

from babel import Locale, UnknownLocaleError

from marketplace.kernel.translate import SOURCE_LANGUAGE, languages


def negotiate(accept_language: str) -> str:
    """Choose the language that suits an Accept-Language header best (RFC 4647 lookup).

    Scripts are taken into account: `zh-TW` is served by `zh-Hant` before `zh`.
    """
    for wanted in _by_preference(accept_language):
        for candidate in _lookup_chain(wanted):
            found = {one.lower(): one for one in languages()}.get(candidate.lower())
            if found:
                return found
    return SOURCE_LANGUAGE


def _by_preference(accept_language: str) -> list[str]:
    ranges = []
    for position, part in enumerate(accept_language[:1000].split(",")):
        tag, _semicolon, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weight = float(quality)
        except ValueError:
            continue
        if tag and weight > 0:
            ranges.append((-weight, position, tag.replace("_", "-")))
    return [tag for _weight, _position, tag in sorted(ranges)]


def _lookup_chain(tag: str) -> list[str]:
    parts = tag.split("-")
    chain = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    try:
        parsed = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return chain
    if parsed.script:
        chain.insert(1, f"{parsed.language}-{parsed.script}")
    return chain
