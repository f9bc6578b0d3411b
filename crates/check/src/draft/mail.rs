//! A saved e-mail: its subject and what it says. Who it went to is for circles.

use mail_parser::MessageParser;

use super::{Builder, html};
use crate::fault::Problem;

pub(super) fn read(bytes: &[u8], build: &mut Builder) -> Result<(), Problem> {
    let message = MessageParser::default().parse(bytes).filter(|m| !m.headers().is_empty());
    let message = message.ok_or_else(|| {
        Problem::text("this is not a saved e-mail: it should begin with From and To")
    })?;
    if let Some(subject) = message.subject() {
        build.words(subject, 0);
        build.end();
    }
    for part in message.text_bodies() {
        match &part.body {
            mail_parser::PartType::Html(page) => html::read(page, build),
            mail_parser::PartType::Text(text) => {
                for paragraph in text.replace("\r\n", "\n").split("\n\n") {
                    build.words(paragraph, 0);
                    build.end();
                }
            }
            _ => {}
        }
    }
    if message.attachment_count() > 0 {
        build.notes.push(
            "The message has attachments, which were not read: save them, and name them as well."
                .to_owned(),
        );
    }
    Ok(())
}
