//! A paragraph that lies in several runs: decided as one text, changed run by run.

use super::{Change, Extent, report, scan};
use crate::Context;

/// Cleans the runs of one paragraph as the one text that a reader sees.
///
/// A word split over two runs is still one word, and a space at the end of a run is followed by the next.
#[allow(dead_code, reason = "for the formats that hold a text in runs")]
pub(crate) fn clean_pieces(pieces: &mut [String], place: &str, cx: &mut Context<'_>) {
    let text = pieces.concat();
    let ends: Vec<usize> = pieces
        .iter()
        .scan(0_usize, |end, piece| {
            *end = end.saturating_add(piece.len());
            Some(*end)
        })
        .collect();
    let mut fresh = vec![String::new(); pieces.len()];
    let mut found = Vec::new();
    scan(&text, Extent::Part, Change::of(cx), &mut found, &mut |offset, part| {
        // A plain line comes in one part and may lie in several runs.
        let mut offset = offset;
        let mut part = part;
        while !part.is_empty() {
            let index = ends.partition_point(|end| *end <= offset);
            let room = ends.get(index).map_or(part.len(), |end| end.saturating_sub(offset));
            let cut =
                if room < part.len() && part.is_char_boundary(room) { room } else { part.len() };
            let (here, rest) = part.split_at(cut);
            if let Some(piece) = fresh.get_mut(index) {
                piece.push_str(here);
            }
            offset = offset.saturating_add(cut);
            part = rest;
        }
    });
    for (piece, fresh) in pieces.iter_mut().zip(fresh) {
        if *piece != fresh {
            *piece = fresh;
        }
    }
    report(&found, place, cx);
}
