//! The newsroom that all vectors are of.

use crate::craft::{self, Box2, Cert, Hand};

/// 18 November 2026, 11:06:40 UTC.
pub const NOW: u64 = 1_795_000_000;
pub const DAY: u64 = 86_400;
pub const WEEK: u32 = (NOW / 604_800) as u32;

pub struct World {
    pub root: Hand,
    pub site: [u8; 32],
    pub signer: Hand,
    pub signer_cert: Cert,
    /// In the order of their ids.
    pub desks: Vec<Desk>,
    pub mix: Box2,
    pub older_mix: Box2,
    /// Somebody else's root.
    pub stranger: Hand,
}

pub struct Desk {
    pub hand: Hand,
    pub cert: Cert,
    pub keys: Box2,
    pub name: &'static str,
}

impl World {
    pub fn new() -> Self {
        let root = Hand::new("root");
        let site = root.public();
        let signer = Hand::new("signer");
        let dates = (NOW - 30 * DAY, NOW + 335 * DAY);
        let signer_cert = Cert::new(1, site, dates, signer.public(), "The site");
        let mut desks: Vec<Desk> = ["Investigations", "Rédaction étrangère", "調査報道"]
            .into_iter()
            .map(|name| {
                let hand = Hand::new(name);
                let cert = Cert::new(2, site, dates, hand.public(), name);
                Desk { hand, cert, keys: Box2::new(name), name }
            })
            .collect();
        desks.sort_by_key(|desk| desk.hand.desk_id());
        let (mix, older_mix) = (Box2::new("mix"), Box2::new("older mix"));
        Self {
            root,
            site,
            signer,
            signer_cert,
            desks,
            mix,
            older_mix,
            stranger: Hand::new("stranger"),
        }
    }

    /// Another newsroom's id.
    pub fn other_site(&self) -> [u8; 32] {
        self.stranger.public()
    }
}

impl Desk {
    /// When this week's keys end.
    pub const KEY_UNTIL: u64 = WEEK as u64 * 604_800 + 15 * DAY;

    pub fn key(&self, site: [u8; 32]) -> Vec<u8> {
        craft::desk_key(&self.hand, site, WEEK, Self::KEY_UNTIL, &self.keys)
    }
}
