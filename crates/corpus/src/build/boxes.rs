//! Boxes of ISO 14496-12, and a tree of them that can be changed.

use crate::bytes::{be32, join};

pub(super) fn boxed(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    join([&be32(8 + data.len()), name, data])
}

/// A box with version and flags.
pub(super) fn full(name: &[u8; 4], version: u8, flags: u8, data: &[u8]) -> Vec<u8> {
    boxed(name, &join([&[version, 0, 0, flags], data]))
}

/// A box with its children, or with its data.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: [u8; 4],
    pub(super) data: Vec<u8>,
    pub(super) children: Vec<Node>,
}

const PARENTS: [&[u8; 4]; 7] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta"];

impl Node {
    pub(super) fn leaf(name: &[u8; 4], data: impl Into<Vec<u8>>) -> Self {
        Self { name: *name, data: data.into(), children: Vec::new() }
    }

    pub(super) fn parse(mut bytes: &[u8]) -> Vec<Self> {
        let mut all = Vec::new();
        while let Some(head) = bytes.get(..8) {
            let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
            let name: [u8; 4] = head[4..].try_into().unwrap();
            let data = &bytes[8..length];
            all.push(if PARENTS.contains(&&name) {
                Self { name, data: Vec::new(), children: Self::parse(data) }
            } else {
                Self::leaf(&name, data)
            });
            bytes = &bytes[length..];
        }
        all
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let children: Vec<u8> = self.children.iter().flat_map(Node::bytes).collect();
        boxed(&self.name, &join([&self.data, &children]))
    }

    /// The first box below this one at the path of names.
    pub(super) fn at(&mut self, path: &[&[u8; 4]]) -> &mut Node {
        match path {
            [] => self,
            [first, rest @ ..] => {
                self.children.iter_mut().find(|node| node.name == **first).expect("box").at(rest)
            }
        }
    }
}
