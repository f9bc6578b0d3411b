//! Cells by row and column.

/// A cell: column and row, from 1.
pub(super) type At = (u32, u32);

/// `B3` as column 2, row 3; dollar signs do not matter. At most 16,384 columns and 1,048,576 rows.
pub(super) fn cell(reference: &str) -> Option<At> {
    let reference: String = reference.chars().filter(|c| *c != '$').collect();
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0_u32, |sum, c| sum * 26 + u32::from(c - b'A') + 1);
    let row = digits.parse().ok()?;
    (column <= 16_384 && (1..=1_048_576).contains(&row)).then_some((column, row))
}

/// A range, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) from: At,
    pub(super) to: At,
}

impl Area {
    /// `A1:B2`, or a single cell.
    pub(super) fn of(reference: &str) -> Option<Self> {
        let (from, to) = reference.split_once(':').unwrap_or((reference, reference));
        let (from, to) = (cell(from)?, cell(to)?);
        Some(Self {
            from: (from.0.min(to.0), from.1.min(to.1)),
            to: (from.0.max(to.0), from.1.max(to.1)),
        })
    }

    /// Whether a cell is in it.
    pub(super) fn holds(&self, (column, row): At) -> bool {
        (self.from.0..=self.to.0).contains(&column) && (self.from.1..=self.to.1).contains(&row)
    }
}

/// A print area or title with the sheet's name of today; nothing but cells may be in it.
pub(super) fn printed(old: &str, sheet: &str) -> Option<String> {
    let quoted = format!("'{}'", sheet.replace('\'', "''"));
    let mut areas = Vec::new();
    // A sheet's name may hold a comma, but not what follows an exclamation mark.
    let last = old.rsplit('!').next()?;
    for piece in old.split('!').skip(1) {
        let area = piece.split(',').next().filter(|area| piece != last || *area == last)?;
        let cells = area.split(':').all(|end| {
            let end: String = end.chars().filter(|c| *c != '$').collect();
            let letters = end.trim_end_matches(|c: char| c.is_ascii_digit());
            !end.is_empty()
                && letters.len() <= 3
                && end.len() - letters.len() <= 7
                && letters.chars().all(|c| c.is_ascii_uppercase())
        });
        if !cells {
            return None;
        }
        areas.push(format!("{quoted}!{area}"));
    }
    (!areas.is_empty()).then(|| areas.join(","))
}

/// Which cells merged ranges cover, row by row from the top.
pub(super) struct Covered {
    areas: Vec<Area>,
    next: usize,
    active: Vec<Area>,
    row: u32,
}

impl Covered {
    pub(super) fn of(mut areas: Vec<Area>) -> Self {
        areas.sort_by_key(|area| area.from.1);
        Self { areas, next: 0, active: Vec::new(), row: 0 }
    }

    /// Whether a cell is covered by another one.
    pub(super) fn hides(&mut self, at: At) -> bool {
        if at.1 < self.row {
            (self.next, self.row) = (0, 0);
            self.active.clear();
        }
        if at.1 > self.row {
            self.row = at.1;
            self.active.retain(|area| area.to.1 >= at.1);
            while let Some(area) = self.areas.get(self.next).filter(|area| area.from.1 <= at.1) {
                if area.to.1 >= at.1 {
                    self.active.push(*area);
                }
                self.next += 1;
            }
        }
        self.active.iter().any(|area| area.holds(at) && area.from != at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read() {
        assert_eq!(cell("A1"), Some((1, 1)));
        assert_eq!(cell("$XFD$1048576"), Some((16_384, 1_048_576)));
        assert_eq!(cell("XFE1"), None);
        assert_eq!(cell("A0"), None);
        assert_eq!(printed("'Old, name'!$A$1:$B$2", "It's"), Some("'It''s'!$A$1:$B$2".into()));
        assert_eq!(printed("x!$A:$B,x!$1:$2", "y"), Some("'y'!$A:$B,'y'!$1:$2".into()));
        assert_eq!(printed("OFFSET(x!A1,1,1)", "y"), None);
    }

    #[test]
    fn merged_cells_cover_all_but_the_first() {
        let mut covered = Covered::of(vec![Area::of("A1:B2").unwrap(), Area::of("D3:D9").unwrap()]);
        let hidden: Vec<bool> = [(1, 1), (2, 1), (1, 2), (3, 2), (4, 3), (4, 4), (2, 1)]
            .into_iter()
            .map(|at| covered.hides(at))
            .collect();
        assert_eq!(hidden, [false, true, true, false, false, true, true]);
    }
}
