"""The requests of Elena Duarte, who runs the image site of a mountain club: one of nearly every kind."""

from marketplace.site.demo.content.script import (
    DAY,
    HOUR,
    MINUTE,
    NO_MONEY,
    End,
    Problem,
    Quoted,
    Story,
    customer,
    partner,
)

SITE = "https://fotos.sierraenfoco.example"

ELENA = (
    Story(
        "customer",
        "en",
        Problem(
            "upgrade",
            "White page after the upgrade to 4.1",
            "I pressed the upgrade button this morning. It ran for a while, then the page went white, and now every "
            "page is white, the dashboard too.\n\nThe club's summer meeting is on Saturday and people want to upload.",
            {
                "from_version": "4.0.6",
                "method": "dashboard",
                "error": "PHP Fatal error:  Allowed memory size exhausted",
            },
            release="4.1",
        ),
        End.CLOSED,
        63 * DAY,
        partner="estudio-faro",
        accepted_after=9 * MINUTE,
        said=(
            partner(
                16,
                "Hello Elena, this is Inés. Your images are safe: the upgrade stopped before it touched them. I am "
                "making a copy of everything first, then I finish the upgrade by hand.",
                promise_minutes=90,
            ),
            customer(11, "Thank you, that helps already. Do you need anything from me?"),
            partner(
                52,
                "Nothing more, thank you. The upgrade is through and your dashboard is back. I am checking uploads, "
                "albums and the old links now.",
                promise_minutes=60,
            ),
        ),
        solution=(
            (
                "The server gave PHP 128 MB of memory, and the upgrade of a table of 400,000 images needs more. It "
                "stopped halfway through."
            ),
            (
                "I raised the limit to 512 MB, restored the table from the copy, and ran the upgrade to its end. All "
                "412,806 images are there, and your old links work."
            ),
            "The limit stays at 512 MB. Before the next upgrade, look at Dashboard, Health: it warns you now.",
        ),
        stars=5,
        review="Calm, quick, and she told me at once that my photos were safe, which is all I wanted to hear.",
        keeps_card=True,
    ),
    Story(
        "customer",
        "en",
        Problem(
            "storage",
            "Albums from last week show empty frames",
            "Since we moved the images to R2 on Sunday, everything that was uploaded from Monday on shows an empty "
            "frame. Older images are fine. A reload does not help, another browser neither.",
            {
                "service": "r2",
                "image": f"{SITE}/images/2c4f9b.jpg",
                "error": "403 Forbidden\nx-amz-error-code: AccessDenied",
            },
            picture="empty-frames.png",
        ),
        End.WORK,
        3 * HOUR,
        partner="estudio-faro",
        said=(
            partner(
                21,
                "Hello Elena, Inés here. I see the same 403 that you see. The new images "
                "are stored, nothing is lost; the bucket just does not hand them out. May I look at the rights of the "
                "key that Lumentree uses? You find it under Dashboard, Storage. Only its name, please, not the secret.",
                promise_minutes=60,
            ),
            customer(14, "The key is called lumentree-write. There is also one called lumentree-old, is that bad?"),
            partner(
                32,
                "Not bad, but it explains it. The old key made images public as it wrote them, the new one does not. I "
                "am changing the rule of the bucket and then mark the 1,300 images of this week, which takes a while.",
                promise_minutes=240,
            ),
        ),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "theme",
            "Menu covers the photos on phones",
            "On my phone the menu opens over the photo and can not be closed again. On the computer all is well. "
            "Members have written to me about it since the upgrade.",
            {"page": f"{SITE}/album/picos-2024", "theme": "Cordada"},
        ),
        End.RESOLVED,
        30 * HOUR,
        said=(
            partner(
                25,
                "Good afternoon. I can see it on a phone and on a narrow window too. The theme still brings its own "
                "copy of an old menu. I am taking that out.",
                promise_minutes=180,
            ),
            customer(40, "That was fast. No hurry today, people are in the mountains."),
            partner(
                95,
                "Thank you for your patience. It works on the phones that I have here, portrait and landscape, and "
                "with a keyboard as well. Please try yours.",
            ),
        ),
        solution=(
            "Your theme carried its own menu script from Lumentree 3, and two scripts opened and closed the same menu.",
            (
                "I removed the old script from the theme. The menu closes by its button, by a tap beside it, and by "
                "Escape."
            ),
            "The change is in a child theme called Cordada-Sierra, so the next upgrade keeps it.",
        ),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "theme",
            "Printed albums lose their captions",
            "When members print an album for the hut book, the captions are missing or cut off. I need all of the 40 "
            "albums of last year to print with their captions.",
            {"page": f"{SITE}/album/aneto-2025", "theme": "Cordada"},
        ),
        End.DISPUTED,
        66 * HOUR,
        said=(
            partner(
                33,
                "Hello Elena. The theme has no styles for paper at all, so the browser guesses. I am adding a small "
                "sheet that keeps every caption below its photo.",
                promise_minutes=240,
            ),
        ),
        solution=(
            "The theme had no styles for paper.",
            "A style sheet for paper keeps each caption with its photo.",
        ),
        reason="Photos in portrait format still lose their captions, and half of our albums are portrait. I would "
        "like half of it back.",
        answer="Portrait photos came up only after I had finished, they are not on the page that you sent. I have "
        "offered to look at them for a smaller price. What was agreed is done.",
    ),
    Story(
        "customer",
        "en",
        Problem(
            "integration",
            "Let members sign in with the club's account",
            "Our members have an account at the club's website (WordPress 6.7). I would like them to use it for the "
            "photos too, without another password.",
            {"connected_to": "WordPress 6.7 with the plugin OpenID Server", "since": "new"},
        ),
        End.OFFERED,
        17 * MINUTE,
        is_best_fit=True,
    ),
    Story(
        "customer",
        "en",
        Problem(
            "server",
            "Certificate runs out on Friday",
            "Our hosting company writes that the certificate can not be renewed because of a firewall. I do not "
            "understand what they want from me. The site is on a virtual server that a former member set up.",
            {"site": SITE, "hosting": "vps", "system": "Debian 12, PHP 8.2"},
            picture="renewal-failed.png",
        ),
        End.AWAITING_PAYMENT,
        22 * MINUTE,
        partner="estudio-faro",
        cards=(NO_MONEY,),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "upgrade",
            "Is it safe to go from 4.1 to 4.2 before the contest?",
            "Our photo contest begins in three weeks. I would like somebody to make the upgrade before, at night, and "
            "to be there the morning after.",
            {"from_version": "4.1.3", "method": "dashboard"},
            release="4.1",
        ),
        End.DRAFT,
        5 * HOUR,
    ),
    Story(
        "customer",
        "en",
        Problem(
            "defect",
            "Sorting by date puts photos without a date first",
            "In any album with photos that have no date (scans, for instance), sorting by date, newest first, shows "
            "the photos without a date before all others.",
            {
                "steps": "1. Make an album with two photos, one of them a scan without a date.\n"
                "2. Choose Sort, By date, Newest first.\n3. The scan comes first.",
                "expected": "Photos without a date come last, whichever way one sorts.",
                "page": f"{SITE}/album/archive-1978",
            },
        ),
        End.WORK,
        26 * HOUR,
        accepted_after=48 * MINUTE,
        said=(
            partner(
                37,
                "Thank you for the exact steps, Elena: I saw it within a minute. It is a fault of ours and it is in "
                "4.1 as well. I am writing the fix and a test for it.",
                promise_minutes=2880,
            ),
            customer(90, "Wonderful. It is not urgent, I only wanted you to know."),
        ),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "theme",
            "Change the colour of the buttons",
            "The club has a new logo in dark red and I would like the buttons to have the same colour.",
            {"page": f"{SITE}/", "theme": "Cordada"},
            release="4.1",
        ),
        End.WITHDRAWN,
        41 * DAY,
        reason="I found the setting myself, it was under Appearance all along.",
    ),
    Story(
        "customer",
        "en",
        Problem(
            "upgrade",
            "From 4.1 to 4.2 on two servers, without closing the site",
            "We have a second server for the summer now, and both should move to 4.2 together. I would like to know "
            "what it costs before I say yes: last time we did it ourselves and the site was closed for a day.",
            {"from_version": "4.1.6", "method": "docker"},
        ),
        End.QUOTED,
        5 * HOUR,
        urgency_hours=72,
        quotes=(
            Quoted(
                38 * MINUTE,
                150,
                "A copy of both servers, the upgrade of one while the other serves, then the other way round. I stay "
                "until both have run for an hour.",
                "I did the same for a newspaper in May: the site was never closed.",
            ),
            Quoted(
                47 * MINUTE,
                90,
                "The upgrade on both servers at night, and a test in the morning. You pay for the time it takes.",
                cap_minutes=180,
                first_answer=30 * MINUTE,
            ),
            Quoted(
                55 * MINUTE,
                125,
                "The upgrade of both servers and of your themes, with a way back for a week if something looks wrong.",
                first_answer=4 * HOUR,
            ),
        ),
    ),
)
