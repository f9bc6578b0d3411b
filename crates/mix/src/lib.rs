//! The mix: opens packets, drops cover, pools what is real, and releases it on a fixed clock in batches of a fixed
//! size. It runs as a process of its own without network and without files, and never learns an address.

pub mod child;
pub mod core;
pub mod link;
pub mod noise;
pub mod sandbox;
pub mod state;
