//! The second look at what was written reads it by the rules of cleaning, and makes nothing.

use std::convert::Infallible;

/// For a check, in which nothing is drawn by lot.
pub(crate) struct NoChance;

impl rand_core::TryRng for NoChance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for NoChance {}
