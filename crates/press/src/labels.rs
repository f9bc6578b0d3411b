//! Every word the pages say by themselves. English unless `[labels]` in `newsroom.toml` says otherwise.

use serde::Deserialize;

/// The sentence that every page carries beside its switch.
const COVER: &str = "While open, this page sends a few small sealed messages and fetches a small file, so that \
     sources look like readers. Whoever watches your connection sees that from you, too.";

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $english:expr;)*) => {
        /// The words, by what they are for.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct Labels {
            $($(#[$doc])* pub(crate) $name: String,)*
            /// January to December.
            pub(crate) months: [String; 12],
        }

        impl Default for Labels {
            fn default() -> Self {
                Self {
                    $($name: String::from($english),)*
                    months: [
                        "January", "February", "March", "April", "May", "June", "July", "August",
                        "September", "October", "November", "December",
                    ].map(String::from),
                }
            }
        }
    };
}

labels! {
    /// `{day}`, `{month}` and `{year}` are filled in.
    date = "{day} {month} {year}";
    skip = "Skip to the story";
    front_page = "Front page";
    sections = "Sections";
    about = "About this paper";
    contact = "How to reach us";
    tell = "Write to us in confidence";
    cover_name = "What this page does in the background";
    cover = COVER;
    turn_off = "Turn off";
    by = "By";
    and = "and";
    pages = "More pages";
    newer = "Newer stories";
    older = "Older stories";
    empty_author = "Nothing of theirs has been published yet.";
    updated = "Updated";
    corrected = "Corrected";
    corrections = "Corrections";
    withdrawn = "Withdrawn";
    withdrawn_text = "This story is no longer published here. Its address stays, so that whoever comes for it learns why.";
    read_more = "Read more";
    latest = "Latest";
    sourcing = "About the sources";
    notes = "Notes";
    back_to_text = "Back to the text";
    table = "Table";
    on_the_record = "On the record";
    attributed = "According to";
    denied = "Denied by";
    disputed = "Disputed by";
    know_more = "Do you know more about this?";
    know_more_text = "From this page you can write to us in a way that looks, on the wire, like reading.";
    empty_section = "Nothing has been published in this section yet.";
    missing_title = "There is no such page";
    missing_text = "It may have moved, or the address may have a slip in it. The front page has everything we print.";
    colophon = "No cookies, no analytics, nothing from anyone else: this page loads from this site alone.";
    feeds = "Feeds";
    contact_summary = "Several ways to tell this newsroom something, and what each of them gives away.";
    contact_page = "From this page";
    contact_page_text = "Every page of this site carries a drawer for messages to the newsroom. What you write is sealed in your \
        browser and leaves inside the same small messages that every reader’s page sends, at the same moments, in the \
        same sizes. Someone who watches your connection sees a reader. It takes a few minutes with the page \
        open: write your text first, elsewhere, and paste it.";
    contact_open = "Open the drawer";
    contact_noscript = "The drawer needs JavaScript, which is off in this browser. Without it this page sends nothing \
        in the background. The ways below work without it.";
    contact_other = "Other ways";
    contact_none = "This newsroom has not named any other way yet.";
    contact_limits = "What it does not protect from";
    contact_limits_text = "A computer or phone that someone else controls, such as one from your employer; someone who \
        looks over your shoulder; a court that makes this newsroom serve you other code; your own style of writing; \
        and how few people could have known what you tell us. If that matters, do not use a device or a \
        network from work, and say in your message who else knows.";
    mix_site = "The program that opens the sealed messages runs on the same premises as this site.";
    mix_premises = "The program that opens the sealed messages runs on the newsroom’s own premises, apart from this site.";
    standing_title = "How we mark what people say";
    standing_text = "Where it matters, a statement stands apart and says whose it is. Denials and disputes stand beside \
        the statement they answer.";
    on_the_record_text = "Said to us by a person who agreed to be named.";
    attributed_text = "Taken from a document, a court, or another newsroom, which we name.";
    denied_text = "Someone concerned says it is not so.";
    disputed_text = "Someone concerned says it is not so simple.";
    sourcing_text = "What rests on people we cannot name is said once, at the end of the story. Marked sentence by \
        sentence, it would tell those who look for them where to look.";
}

impl Labels {
    /// Names in a row: `A, B and C`.
    pub(crate) fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), self.and),
        }
    }

    /// Words that hold other words' places must hold them, or a date would lose its day.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        for part in ["{day}", "{month}", "{year}"] {
            if !self.date.contains(part) {
                return Err("`date` needs {day}, {month} and {year}");
            }
        }
        Ok(())
    }
}
