//! The words of a PDF, in the order in which its pages paint them: what there is to compare a draft with.

use super::model::{Item, Placed};
use super::store::Store;
use hayro::kurbo::Point;

/// A gap wider than this share of an em is a space; a step off the line by more than this is another line.
const GAP: f64 = 0.18;
const STEP: f64 = 0.4;

/// The text of one page.
#[derive(Default)]
pub(super) struct Words {
    text: String,
    /// Where the last glyph ended.
    end: Option<Point>,
}

impl Words {
    /// Reads what was painted, also what is hidden: it may be what a person copied from.
    pub(super) fn read(&mut self, items: &[Item], store: &Store) {
        for item in items {
            match item {
                Item::Text { glyphs, .. } => glyphs.iter().for_each(|g| self.glyph(g, store)),
                Item::Group { items, .. } => self.read(items, store),
                _ => {}
            }
        }
    }

    fn glyph(&mut self, placed: &Placed, store: &Store) {
        let Some(glyph) = store.glyph(placed.glyph) else { return };
        let start = placed.matrix * Point::ZERO;
        let em = (placed.matrix * Point::new(0.0, 1000.0) - start).hypot().max(0.001);
        if let Some(end) = self.end {
            if (start.y - end.y).abs() > STEP * em {
                self.gap('\n');
            } else if start.x - end.x > GAP * em || start.x < end.x - em {
                self.gap(' ');
            }
        }
        self.text.push_str(&glyph.text);
        self.end = Some(placed.matrix * Point::new(glyph.advance, 0.0));
    }

    fn gap(&mut self, what: char) {
        if !self.text.ends_with(char::is_whitespace) {
            self.text.push(what);
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
