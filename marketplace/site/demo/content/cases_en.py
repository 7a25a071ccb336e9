"""Everyday problems in English, and what customers said when they were solved."""

from marketplace.site.demo.content.script import Case, Problem

ENGLISH_CASES = (
    Case(
        "en",
        Problem(
            "upgrade",
            "Upgrade stops at 40 %",
            "The upgrade runs to 40 % and then nothing moves for an hour. The old pages still work.",
            {"from_version": "4.0.7", "method": "dashboard"},
            release="4.0",
        ),
        "Hello, I have the log in front of me: one table waits for another. I am making a copy, then I finish the "
        "upgrade from the command line, where one can see what it does.",
        (
            "A backup job was running at the same time and held the table of images.",
            "I stopped the backup, finished the upgrade, and moved the backup to an hour at which nobody works.",
        ),
        (
            (5, "Explained what was stuck and why, fixed it, and moved our backup so that it can not happen again."),
            (4, "Good work. A word in between would have been nice, the hour of silence was long."),
            (3, "It works now, but I had to ask twice for the list of changes."),
        ),
    ),
    Case(
        "en",
        Problem(
            "upgrade",
            "Logged out again and again since the upgrade",
            "Everybody has to sign in again after every few clicks since we went to the new release.",
            {"from_version": "4.1.1", "method": "docker"},
        ),
        "Hi, this happens when two containers each make their own signing key. I am giving both the same one; "
        "everybody signs in once more and then it stays.",
        (
            "Two containers signed sessions with different keys, so each refused those of the other.",
            "Both read the same key now. I clicked through for twenty minutes and stayed signed in.",
        ),
        (
            (5, "Knew the cause from the first sentence of my description. Impressive."),
            (4, "Solved quickly. The price felt a little high for one line, but knowing which line is the point."),
        ),
    ),
    Case(
        "en",
        Problem(
            "server",
            "Uploads larger than 8 MB fail",
            "Small photos upload fine, everything above 8 MB fails with a grey message that says nothing.",
            {"site": "https://photos.rowing-club.example", "hosting": "shared"},
            release="4.1",
        ),
        "Good morning. There are three limits in a row on your hosting, and the smallest one wins. I am raising all "
        "three to 64 MB and then upload a 50 MB photo to be sure.",
        (
            "The web server, PHP and a firewall each had a limit of their own; the lowest was 8 MB.",
            "All three allow 64 MB now. A 50 MB panorama went through in nine seconds.",
        ),
        (
            (
                5,
                "Clear from the first message on. I learned where the three limits are and can change them myself now.",
            ),
            (5, "Exactly on time with every update, as promised."),
            (
                2,
                "It works, but an hour's job took two days, and one promised update never came.",
            ),
        ),
    ),
    Case(
        "en",
        Problem(
            "server",
            "Mails from the site never arrive",
            "People who sign up wait for the confirmation and it never comes. Not in spam either.",
            {"site": "https://gallery.parish.example", "hosting": "vps", "system": "Debian 12"},
        ),
        "Hello, your server sends the mails, but nobody believes it: there is no SPF and no DKIM. I can prepare the "
        "two lines for your domain; may I send them to you for your registrar?",
        (
            "Receiving servers rejected the mails because the domain does not vouch for the sender.",
            "I set up DKIM, you added the two records, and test mails arrive at four large providers.",
        ),
        (
            (5, "Patient with a beginner. I now know what DKIM is, which I did not plan, but am glad of."),
            (4, "Very competent. Needed me to fiddle with the registrar, but wrote down each click."),
        ),
    ),
    Case(
        "en",
        Problem(
            "storage",
            "Images vanish from the CDN every night",
            "Each morning a few hundred images are missing for about ten minutes and then come back.",
            {"service": "s3", "image": "https://cdn.birdwatch.example/images/wren.jpg"},
            release="4.1",
        ),
        "Hi, the nightly clean-up empties the cache of the CDN completely instead of just the images that changed. I "
        "am changing that rule and watch it for one night.",
        (
            "A nightly job emptied the whole cache, and the origin was too slow to fill it again.",
            "It clears only what has changed now. Last night nothing was missing.",
        ),
        (
            (5, "Stayed up to watch it at 3 in the morning. That is service."),
            (5, "Cause found within the hour and watched overnight to make sure. Very thorough."),
            (4, "Solved. Answers came at odd hours for me, which is nobody's fault."),
        ),
    ),
    Case(
        "en",
        Problem(
            "storage",
            "Bill for storage doubled",
            "Our bill for object storage doubled in two months though we did not upload more than usual.",
            {"service": "b2"},
            release="4.1",
        ),
        "Hello. I compared the list of your bucket with Lumentree's: 310,000 files are old versions that nobody can "
        "see. May I show you a sample before I delete anything?",
        (
            "The bucket kept every version of every thumbnail.",
            "I removed the old versions after you had seen the sample, and versions are now kept for 14 days.",
        ),
        (
            (5, "Paid for itself in the first month. Asked before deleting anything, which I appreciated."),
            (3, "The bill is down, but not by as much as I had hoped."),
        ),
    ),
    Case(
        "en",
        Problem(
            "theme",
            "Fonts look wrong on Macs",
            "On Macs the titles come out in a thin grey typeface. On Windows they are right.",
            {"page": "https://folio.lindqvist.example/", "theme": "Plain"},
            release="4.1",
        ),
        "Hi, the theme asks for a font that Macs have under another name, and falls back to a light one. I am putting "
        "the right file into a child theme.",
        (
            "The theme relied on a font that is not on every machine.",
            "The font is now part of a child theme and looks the same everywhere, dark mode included.",
        ),
        (
            (5, "A designer's eye and an engineer's care. Rare."),
            (5, "Noticed two more pages with the same fault and fixed them too."),
            (4, "Looks right now. Took a day longer than I thought, but the new date was told in time."),
        ),
    ),
    Case(
        "en",
        Problem(
            "theme",
            "Add a cookie notice that is not ugly",
            "We need a notice for visitors from Europe, small and in the colours of the site.",
            {"page": "https://prints.atelier-nove.example/", "theme": "Quiet"},
        ),
        "Hello, good news first: as you have no trackers, a single line in the footer is enough. I can make it match "
        "your colours and your two languages.",
        (
            "You set no cookies that need consent.",
            "A line in the footer tells visitors about the one cookie that keeps them signed in, in both languages.",
        ),
        ((5, "Told me that I needed less than I had asked for. That builds trust."),),
    ),
    Case(
        "en",
        Problem(
            "integration",
            "Forum avatars no longer come from Lumentree",
            "Our Discourse forum takes avatars from Lumentree. For two weeks new members have had none.",
            {"connected_to": "Discourse 3.4", "since": "stopped"},
        ),
        "Hi, the forum asks for avatars with a token that expired two weeks ago. I am making a new one and a reminder, "
        "so that it does not surprise you next year.",
        (
            "The access token of the forum had a lifetime of one year and ran out.",
            "A new token is in place, and the 46 missing avatars are there.",
        ),
        (
            (5, "Even fetched the avatars that were missing. Thank you."),
            (5, "Third time I have asked here and the best experience so far."),
        ),
    ),
    Case(
        "en",
        Problem(
            "integration",
            "Import from Lightroom stops halfway",
            "The Lightroom plugin uploads about a hundred photos and then says that it can not connect.",
            {"connected_to": "Lightroom Classic 14", "since": "new"},
        ),
        "Hello. After a hundred uploads in a minute your server thinks it is under attack and shuts the door. I am "
        "telling it that your own address is a friend.",
        (
            "The server's protection blocked your address for an hour after 100 requests.",
            "Uploads with a valid key no longer count. I uploaded 1,200 photos in one go.",
        ),
        (
            (5, "Twelve hundred photos in one go. I could cry with joy."),
            (2, "Fixed on the second try. The first one broke uploads for my colleague for an evening."),
        ),
    ),
)
