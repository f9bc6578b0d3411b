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

# The drawer.
drawer-title = In confidence
drawer-wipe = Wipe and close
drawer-close = Close
drawer-closed = The drawer is closed
drawer-closed-text = This page sends no sealed messages, so a message of yours would stand out.
drawer-other = Other ways to reach us
drawer-start = Tell us something, among our readers
drawer-start-text =
    Every reader’s page sends the same small sealed messages at the same times. What you write here
    leaves inside yours.
drawer-new = Begin a conversation
drawer-resume = I have seven words
drawer-carry = I have sealed text
drawer-protects = What this protects
drawer-protects-text =
    Whoever watches your connection, or takes the records of our server, sees somebody who reads the paper: the same
    messages, of the same size, whether or not you write. What you write is sealed in your browser, and only the desk you
    write to can open it. Nothing is kept on this computer. There is no account, no cookie and no file.
drawer-limit-page = A changed page.
drawer-limit-page-text =
    A court, or somebody inside, could make this site serve you other code. If that is
    your danger, use the program “subrosa tip”, or paper.
drawer-limit-computer = Your computer.
drawer-limit-computer-text =
    A device of your employer, its network software, a virus, a browser extension, a
    camera behind you: whatever sees your screen or your keys sees what you write. Use a device of your own.
drawer-limit-words = Your words.
drawer-limit-words-text =
    How you write, and what only few could know, can point to you. Say what may not be
    printed, and why.
drawer-limit-visits = Your visits.
drawer-limit-visits-text =
    Few readers stay a quarter of an hour, or come back every hour. Prepare your text
    elsewhere, on paper or on a device that is safe, and paste it here.
drawer-limit-phone = A phone that sleeps.
drawer-limit-phone-text =
    Phones freeze a page about a minute after it is hidden. Keep this page in front
    until your message has left.
drawer-law =
    In many places the law protects people who go to the press only under conditions: what you must have tried first, or
    what you may not take along. If you can, take advice before you write, from somebody who must keep it secret.
drawer-documents = Documents do not fit this way. Write first; the desk will tell you how to hand them over.
drawer-words = Your seven words
drawer-words-text =
    They are the only way back to this conversation, from any browser on any device. They are shown
    this once, and nobody can restore them.
# In another language, say here that the words are English: the list is the EFF's, and the same everywhere.
drawer-words-keep =
    Learn them, or write them on paper and keep it where you would keep a key. Do not photograph or copy them into a
    file.
drawer-words-done = I have them
drawer-check = Choose a word
drawer-check-text = Choose it from these four.
drawer-check-again = Show me the words again
drawer-return = Come back with your seven words
drawer-phrase = Your seven words, in order, with spaces between them
drawer-suggestions = Words of the list that begin so
drawer-open = Open the conversation
drawer-back = Back
drawer-conversation = Your conversation
drawer-to = To
drawer-message = Your message
drawer-send = Send with the next packets

# What the script says while it runs. Here a message is text with variables, or one choice by a number with such
# text in every variant, and nothing else: the page has no Fluent.

# Beside the switch, and on it.
say-cover-off = Turned off until you load a page anew. This page sends nothing, and the drawer is closed.
say-cover-save-data = Your browser asks to save data, so this page sends nothing, and the drawer is closed.
say-cover-unfit = This browser lacks what the sealed messages need, so this page sends none, and the drawer is closed.
say-turn-on = Turn on
say-not-loaded = That page did not load. You are still on the page before. Try the link again.

# Why the drawer is closed.
say-off =
    You turned the sealed messages off, so a message of yours would have nothing to hide in. Turn them on again, or
    load the page anew. Below is how else to reach us.
say-save-data =
    Your browser asks to save data, so this page sends no sealed messages, and one of yours would stand out. Below is
    how else to reach us.
say-unfit =
    This browser lacks what the sealed messages need, or does not let this page work in the background. Below is how
    else to reach us.

# Why nothing can be sent now.
say-keys-none =
    The newsroom’s keys have not come yet, so nothing can be sent for now. They are fetched when a page has just been
    opened, and every ten minutes.
say-keys-bad =
    The newsroom’s keys could not be verified, so nothing can be sent. This may be an error or an attack. Do not use
    the drawer now.
say-keys-clock =
    The newsroom’s keys are out of date, or this computer’s clock is wrong, so nothing can be sent for now. Check the
    clock.
say-no-desk = No desk is taking messages now.

# The crowd. The first two stand in the sentences below them.
say-last-hour = in the last hour
say-last = in the last { $time }
say-visits-few = fewer than 10 visits
say-visits = about { $from } to { $to } visits
say-crowd = The crowd: { $last }, { $visits } sent such messages, and { $long } lasted five minutes.
say-crowd-now = The crowd: { $last }, { $visits } lasted { $stay }, as long as this one will have when the next packet leaves.
say-bound = Anybody can send such messages, so the true number may be smaller.
say-small = That is a small crowd, and a small crowd hides nobody well: a busier time of day is better.
say-small-now = That is a small crowd.
say-mix-premises = The machine that tells real messages from the others stands on the newsroom’s own premises.
say-mix-site =
    The machine that tells real messages from the others stands beside the web server: whoever holds both could see
    that you wrote, though not what.

# Lengths of time, and moments. There are never less than two minutes.
say-seconds = { $count } seconds
say-minutes = { $count } minutes
say-when = { $date }, { $time }

# The words.
say-question =
    { $place ->
        [1] Which is the first word?
        [2] Which is the second word?
        [3] Which is the third word?
        [4] Which is the fourth word?
        [5] Which is the fifth word?
        [6] Which is the sixth word?
       *[7] Which is the seventh word?
    }
say-wrong-word = That is not the word. Here are your seven words once more.
say-unknown-word = Word { $place } is not in the list. Check its spelling.
say-words-so-far = { $count } of { $all } words.
say-opening = One moment: the keys are being made from your words.
say-ready = Your conversation is open. Nothing has been sent yet.
say-looking = Your conversation is open. Looking for answers among what every reader’s page downloads.
say-nothing-loaded =
    Your conversation is open. What the desks publish has not been loaded yet; it is shown here when it has.
say-nothing-yet = Your conversation is open. There is no answer and no receipt for these words in the last days.
say-part-of-an-answer = Part of an answer is there; the rest follows.

# Writing. How many characters fit depends on the language.
say-empty = Paste or write your message. Some 3,000 characters fit one packet; eight packets are the most.
say-too-long = This is more than eight packets hold. Shorten it, or send it in several messages.
say-carry = Paste the whole sealed text here, from the first dash to the last. Other text is not taken.
say-damaged = This is sealed text, but not all of it, or damaged. Copy it again, from the first dash to the last.
say-room =
    { $count ->
        [one] One packet, sent twice: about { $time } from now. { $share } % of the room is used.
       *[other] { $count } packets, each sent twice: about { $time } from now. { $share } % of the room is used.
    }

# What became of a message. The first four are names for one, for the sentences below them.
say-message =
    { $count ->
        [one] Your message of one character
       *[other] Your message of { $count } characters
    }
say-message-sealed = Your sealed text
say-message-of = Your message of { $when }
say-message-earlier = Your message of an earlier visit
say-progress-waiting = { $message }: waiting for the next slot. Stay for { $time }.
say-progress-parts = { $message }: { $once } of { $all } parts sent. Stay for { $time }.
say-progress-once = { $message }: sent once. You can keep reading, or go in { $time }.
say-progress-sent =
    { $message }: sent. You can keep reading, or go. Not yet confirmed. If you stay, this page looks for the receipt;
    if you go, come back with your seven words.
say-progress-carried = { $message }: sent. You can keep reading, or go. Ask for its receipt where you sealed it.
say-progress-confirmed = { $message }: confirmed. It is decrypted and on the desk’s disk.
say-queued = Your message waits for the next slot. Keep this page open.
say-once = Sent once. A second copy follows, in case the first is lost.
say-sent = Sent. You can keep reading, or go. Not yet confirmed.
say-confirmed = Confirmed: decrypted and on the desk’s disk.

# Answers.
say-answer = There is an answer from the newsroom.
say-answer-from = { $name }, { $when }
say-newsroom = The newsroom
say-unreadable = This answer arrived damaged and cannot be read. Tell the desk so.
