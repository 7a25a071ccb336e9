"""Requests in English of other customers."""

from marketplace.matching.rules import DeclineReason
from marketplace.site.demo.content.script import DAY, HOUR, MINUTE, BankStep, End, Problem, Story, customer, partner

AUCTIONS = "https://images.whitfield-auctions.example"
HOCKEY = "https://pics.lakeshorehockey.example"
RECIPES = "https://img.spicetrail.example"

ENGLISH = (
    Story(
        "insured",
        "en",
        Problem(
            "server",
            "Disk full three days before an auction",
            'We photograph every lot, and since last night uploads fail with "No space left on device". The disk has '
            "500 GB and our images are about 180 GB, so something else must be eating it.",
            {"site": AUCTIONS, "hosting": "own", "system": "Ubuntu 22.04, PHP 8.1"},
        ),
        End.CLOSED,
        34 * DAY,
        accepted_after=6 * MINUTE,
        said=(
            partner(
                18,
                "Good morning Grace. You are right, it is not your images. I see 270 GB of temporary files under "
                "/var/tmp. I would like to look at a few before I delete any: is 30 minutes all right?",
                promise_minutes=45,
            ),
            customer(5, "Thirty minutes is fine, thank you."),
            partner(
                31,
                "They are half-finished thumbnails, made again and again since a crash in March. None of them is in "
                "use. I have removed them, and uploads work as of now.",
                promise_minutes=120,
            ),
            customer(20, "Lot 1 to 40 went through without a hitch. What a relief."),
        ),
        solution=(
            (
                "The thumbnail worker had crashed in March and started again every minute, leaving its temporary files "
                "behind."
            ),
            "I removed 270 GB of them, mended the worker, and made the 212 thumbnails that were missing.",
            "A nightly job now clears what is older than a day, and mails you when the disk is more than 85 % full.",
        ),
        stars=5,
        review="Found in an hour what our hosting company had not found in a week. Every update came when promised.",
    ),
    Story(
        "insured",
        "en",
        Problem(
            "storage",
            "Half of the catalogue loads very slowly in America",
            "Bidders in the United States wait ten seconds and longer for large images. In England they are instant. "
            "We pay for a CDN, but I am not sure that it does anything.",
            {"service": "s3", "image": f"{AUCTIONS}/images/lot-2291.jpg"},
        ),
        End.WORK,
        29 * HOUR,
        said=(
            partner(
                35,
                "Hello Grace. I have asked for your images from New York and Denver: the small ones come from the CDN, "
                "the large ones come straight from the bucket in London. I will find out why.",
                promise_minutes=120,
            ),
            partner(
                110,
                "The rule of the CDN leaves out everything above 5 MB. I am asking their support whether your plan "
                "allows more, and write to you with the answer.",
                promise_minutes=1200,
            ),
            customer(60, "Thank you. The sale is on Thursday, so earlier is better."),
        ),
    ),
    Story(
        "insured",
        "en",
        Problem(
            "integration",
            "Prices from our auction software under each photo",
            "We would like the current bid under each photo, from the program that runs the auction (GavelPro 9).",
            {"connected_to": "GavelPro 9.4", "since": "new"},
        ),
        End.GIVEN_BACK,
        19 * DAY,
        accepted_after=40 * MINUTE,
        said=(
            partner(
                45,
                "Hello Grace, I am reading the manual of GavelPro now. Their interface needs a contract of its own; do "
                "you have one?",
                promise_minutes=300,
            ),
            customer(200, "No, and they tell me that it costs 900 pounds a year. That is out of the question for us."),
        ),
        reason="GavelPro sells access to its prices separately, and without it this can't be done. You get all back.",
        refund_fails="expired_or_canceled_card",
    ),
    Story(
        "marcus.bell",
        "en",
        Problem(
            "upgrade",
            "Videos no longer play after 4.2",
            "Short clips that fans upload played fine in 4.1. Since 4.2 there is only a black rectangle with a "
            "triangle that does nothing. Photos are fine.",
            {"from_version": "4.1.5", "method": "docker"},
            picture="black-rectangle.png",
        ),
        End.WORK,
        9 * HOUR,
        lapsed=1,
        is_best_fit=True,
        said=(
            partner(
                28,
                "Hi Marcus. Release 4.2 sends a stricter security header, and your clips come from another host name, "
                "which it does not know. I am adding that host and then test all three players.",
                promise_minutes=600,
            ),
            customer(16, "Makes sense, the clips are on cdn.lakeshorehockey.example. Game night is Wednesday."),
        ),
    ),
    Story(
        "marcus.bell",
        "en",
        Problem(
            "server",
            "Site goes down during every home game",
            "Six hundred people upload at once during the game and then nobody sees anything for half an hour.",
            {"site": HOCKEY, "hosting": "vps", "system": "Rocky Linux 9, PHP 8.3"},
        ),
        End.CLOSED,
        47 * DAY,
        partner="estudio-faro",
        said=(
            partner(
                26,
                "Hi Marcus, Inés here. I read your logs of Saturday: all 40 PHP processes were making thumbnails, so "
                "nobody was left to show pages. That can be separated.",
                promise_minutes=180,
            ),
            customer(9, "That fits what we saw. Next game is Friday at 7 Chicago time."),
            partner(
                150,
                "Thumbnails now wait in a line of their own with 6 processes, pages have 34 for themselves. I sent 800 "
                "images at it at once, and the front page stayed under a second.",
                promise_minutes=2880,
            ),
        ),
        solution=(
            "Pages and thumbnails shared the same processes, and thumbnails took all of them during a game.",
            "Thumbnails have their own processes now, with a queue. I tested it with 800 uploads at once.",
            "If you expect more than 1,000 at once, rent the larger server for that evening.",
        ),
        stars=5,
        review="First home game without an outage in two seasons. Tested it with more load than we ever had.",
        bank=BankStep("dispute", "unrecognized", 2 * DAY),
    ),
    Story(
        "marcus.bell",
        "en",
        Problem(
            "defect",
            "Wrong time zone in the upload confirmation",
            "The mail that confirms an upload shows the time in UTC, although my account is set to Chicago.",
            {
                "steps": "1. Set the account to America/Chicago.\n2. Upload anything.\n3. Read the mail.",
                "expected": "The time in Chicago, as on the page itself.",
            },
            release="4.1",
        ),
        End.CLOSED,
        55 * DAY,
        accepted_after=130 * MINUTE,
        said=(
            partner(
                41,
                "Thank you, Marcus. The page knows your zone, the mail does not: that is ours to mend, and it will be "
                "in 4.1.6 next week.",
                promise_minutes=10080,
            ),
        ),
        solution=(
            "The mail was written without asking for the reader's time zone.",
            "Mended in 4.1.6 and in all later releases.",
        ),
        solved_after=6 * DAY,
        stars=4,
        review="Mended within a week and told me in which release. Could have been noticed before.",
    ),
    Story(
        "devika.rao",
        "en",
        Problem(
            "upgrade",
            "Recipe photos lost their captions in 4.2",
            "All 3,000 photos had captions with the recipe's name. After the upgrade the captions are gone from the "
            "pages, but I still see them when I edit a photo.",
            {"from_version": "4.1.5", "method": "dashboard"},
            picture="missing-captions.png",
        ),
        End.OFFERED,
        24 * MINUTE,
        partner="estudio-faro",
    ),
    Story(
        "devika.rao",
        "en",
        Problem(
            "theme",
            "Print view cuts off the last column",
            "Readers print our recipe pages. Since the new theme the right column is cut off on paper.",
            {"page": f"{RECIPES}/biryani", "theme": "Saffron 2"},
            release="4.1",
        ),
        End.CLOSED,
        72 * DAY,
        declined=(DeclineReason.NO_TIME,),
        is_best_fit=True,
        said=(
            partner(
                33,
                "Hello Devika, I printed the page and see it too. The theme fixes the width in pixels; paper needs a "
                "measure of its own.",
                promise_minutes=240,
            ),
            customer(25, "Please look at the pages with two photos side by side as well."),
        ),
        solution=(
            "The theme had a fixed width of 1,180 pixels, wider than a sheet of paper.",
            "Print has a layout of its own now: one column, photos at full width, no menu.",
        ),
        stars=4,
        review="Does what it should. I had to ask a second time about the pages with two photos.",
        bank=BankStep(
            "dispute",
            "product_unacceptable",
            5 * DAY,
            "It was agreed that recipe pages print with all columns. The thread shows the page before and after, the "
            "solution, and that the customer confirmed it and rated it with four stars.",
        ),
    ),
    Story(
        "devika.rao",
        "en",
        Problem(
            "defect",
            "Search finds nothing in Tamil",
            "Searching for a caption in Tamil finds nothing, though the caption is there. Hindi and English work.",
            {
                "steps": "1. Give a photo the caption சாம்பார்.\n2. Search for சாம்பார்.\n3. No result.",
                "expected": "The photo is found.",
                "page": f"{RECIPES}/search",
            },
        ),
        End.OFFERED,
        52 * MINUTE,
        urgency_hours=72,
    ),
)
