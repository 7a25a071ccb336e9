"""Requests that cover pays: one is solved, one is being worked on, and one waits for its partner."""

from datetime import timedelta

from marketplace.site.demo.content.script import End, Problem, Story, customer, partner

AUCTIONS = "https://images.whitfield-auctions.example"
JUST_NOW = timedelta(0)

COVERED = (
    Story(
        "insured",
        "en",
        Problem(
            "upgrade",
            "Lot numbers are gone from the captions",
            "Since the upgrade on Sunday every caption shows the title only. The lot number in front of it is gone, "
            "and bidders write to us which lot they mean.",
            {"from_version": "4.1.6", "method": "dashboard"},
        ),
        End.CLOSED,
        JUST_NOW,
        said=(
            partner(
                20,
                "Hello Grace. The numbers are all there, in the field that 4.2 calls a prefix. Your captions do not "
                "ask for it yet. I change the template on a copy first.",
                promise_minutes=60,
            ),
            customer(5, "Thank you. The copy is fine, nobody works on it now."),
        ),
        solution=(
            "4.2 keeps the lot number in a field of its own, and the template of the captions did not know it.",
            "The template asks for it now. I compared 40 lots with the printed catalogue.",
            "Before the next upgrade, read which fields of captions it moves: the release notes list them.",
        ),
        stars=5,
        review="Solved before the first bidder was awake, and my cover paid for nearly all of it.",
    ),
    Story(
        "insured",
        "en",
        Problem(
            "server",
            "Nightly copies have stopped",
            "The folder of the nightly copies has nothing newer than last Thursday. Nobody has changed anything that "
            "we know of.",
            {"site": AUCTIONS, "hosting": "own", "system": "Ubuntu 22.04, PHP 8.1"},
        ),
        End.WORK,
        JUST_NOW,
        said=(
            partner(
                25,
                "Hello Grace. The job runs, but it stops after a minute: the place to which it copies asks for another "
                "key since Thursday. I ask your host for the new one.",
                promise_minutes=240,
            ),
        ),
    ),
    Story(
        "insured",
        "en",
        Problem(
            "storage",
            "Old lots answer 403 from the CDN",
            "Images of auctions before 2019 are refused with 403, newer ones load. The files are in the bucket.",
            {"service": "s3", "image": f"{AUCTIONS}/images/lot-0113.jpg"},
        ),
        End.OFFERED,
        JUST_NOW,
    ),
)
