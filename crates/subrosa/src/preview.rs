//! `subrosa press`: the paper while it is written.

use serde_json::json;
use site::{Preview, Seen};

use crate::{
    cli,
    out::{self, Ending, Out, Outcome},
    rt,
};

/// Carries out a `press` command.
pub(crate) fn run(command: &cli::Press, out: &mut Out) -> Outcome {
    match command {
        cli::Press::Preview(args) => preview(args, out),
    }
}

fn preview(args: &cli::PressPreview, out: &mut Out) -> Outcome {
    let tell = |seen: Seen| match seen {
        Seen::Read { stories } => out::status(format!("read again, {stories} stories")),
        Seen::Fault(why) => out::status(format!("{why} (the pages from before stay)")),
    };
    let preview = Preview::start(args.content.clone(), args.listen, tell)?;
    let url = format!("http://{}/", preview.address());
    if args.json {
        out.json(&json!({ "preview": url, "name": preview.name(), "stories": preview.stories() }))?;
    } else {
        out.line(&url)?;
        let (name, stories) = (preview.name(), preview.stories());
        out.note(format!(
            "{name}: {stories} stories. Save a file and the page follows; Ctrl-C stops."
        ));
    }
    rt::block_on(async {
        while rt::signal().await? != rt::Signal::Stop {}
        Ok(Ending::Done)
    })
}
