# Every word that the pages say by themselves. Lines that go on are indented.
# `reviewed` is `yes` once a speaker of the language has read all of it; until then a paper in it is refused.
reviewed = yes

date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

skip = Skip to the story
front-page = Front page
sections = Sections
about = About this paper
contact = How to reach us
tell = Write to us in confidence
cover-name = What this page does in the background
# The sentence that every page carries beside its switch.
cover =
    While open, this page sends a few small sealed messages and fetches a small file, so that
    sources look like readers. Whoever watches your connection sees that from you, too.
turn-off = Turn off

by = By
# Between the last two names.
and = and
pages = More pages
newer = Newer stories
older = Older stories
empty-author = Nothing of theirs has been published yet.
empty-section = Nothing has been published in this section yet.
updated = Updated
corrected = Corrected
corrections = Corrections
withdrawn = Withdrawn
withdrawn-title = Withdrawn: { $title }
withdrawn-text = This story is no longer published here. Its address stays, so that whoever comes for it learns why.
read-more = Read more
sourcing = About the sources
notes = Notes
back-to-text = Back to the text
table = Table
on-the-record = On the record
attributed = According to
denied = Denied by
disputed = Disputed by
know-more = Do you know more about this?
know-more-text = From this page you can write to us in a way that looks, on the wire, like reading.

missing-title = There is no such page
missing-text = It may have moved, or the address may have a slip in it. The front page has everything we print.
colophon = No cookies, no analytics, nothing from anyone else: this page loads from this site alone.

contact-summary = Several ways to tell this newsroom something, and what each of them gives away.
contact-page = From this page
contact-page-text =
    Every page of this site carries a drawer for messages to the newsroom. What you write is sealed in your
    browser and leaves inside the same small messages that every reader’s page sends, at the same moments, in the
    same sizes. Someone who watches your connection sees a reader. It takes a few minutes with the page
    open: write your text first, elsewhere, and paste it.
contact-open = Open the drawer
contact-noscript =
    The drawer needs JavaScript, which is off in this browser. Without it this page sends nothing
    in the background. The ways below work without it.
contact-other = Other ways
contact-none = This newsroom has not named any other way yet.
contact-limits = What it does not protect from
contact-limits-text =
    A computer or phone that someone else controls, such as one from your employer; someone who
    looks over your shoulder; a court that makes this newsroom serve you other code; your own style of writing;
    and how few people could have known what you tell us. If that matters, do not use a device or a
    network from work, and say in your message who else knows.
mix-site = The program that opens the sealed messages runs on the same premises as this site.
mix-premises = The program that opens the sealed messages runs on the newsroom’s own premises, apart from this site.

standing-title = How we mark what people say
standing-text =
    Where it matters, a statement stands apart and says whose it is. Denials and disputes stand beside
    the statement they answer.
on-the-record-text = Said to us by a person who agreed to be named.
attributed-text = Taken from a document, a court, or another newsroom, which we name.
denied-text = Someone concerned says it is not so.
disputed-text = Someone concerned says it is not so simple.
sourcing-text =
    What rests on people we cannot name is said once, at the end of the story. Marked sentence by
    sentence, it would tell those who look for them where to look.
