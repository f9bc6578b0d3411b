//! Encodes FLAC frames: the sound is the same, how it is coded is ours.

use super::super::bytes::{BitWriter, crc16};
use super::Info;
use super::decode::{RATES, crc8};
use super::predict;

/// How one channel is coded.
enum Coding {
    Constant,
    Verbatim,
    /// Order; the differences.
    Fixed(usize, Vec<i64>, Rice),
    /// Factors, shift; the differences.
    Linear(Vec<i64>, u32, Vec<i64>, Rice),
}

/// How differences are coded (RFC 9639, section 9.2.7).
struct Rice {
    /// Order of the partition.
    partition: u32,
    /// Of each part.
    parameters: Vec<u32>,
    /// About how many bits it takes.
    bits: u64,
}

/// A coding, its wasted bits and about how many bits it takes.
struct Choice {
    coding: Coding,
    wasted: u32,
    bits: u64,
}

/// Bits of each factor of a linear prediction.
const PRECISION: u32 = 14;

/// One frame of all channels.
pub(super) fn frame(channels: &[&[i64]], number: u64, info: &Info) -> Vec<u8> {
    let size = channels.first().map_or(0, |channel| channel.len());
    let mut out = BitWriter::default();
    let mut assignment = channels.len().saturating_sub(1) as u64;
    let mut owned;
    let mut chosen: Vec<(&[i64], u32, Choice)> =
        channels.iter().map(|c| (*c, info.bits, choose(c, info.bits))).collect();
    if let [left, right] = channels {
        let side: Vec<i64> = left.iter().zip(*right).map(|(l, r)| l - r).collect();
        let middle: Vec<i64> = left.iter().zip(*right).map(|(l, r)| (l + r) >> 1).collect();
        owned = [side, middle];
        let [side, middle] = &mut owned;
        let (of_side, of_middle) = (choose(side, info.bits + 1), choose(middle, info.bits));
        let cost = |place: usize| chosen.get(place).map_or(0, |(.., choice)| choice.bits);
        let (l, r, s, m) = (cost(0), cost(1), of_side.bits, of_middle.bits);
        let best = [(l + r, 1), (l + s, 8), (s + r, 9), (m + s, 10)].into_iter().min();
        assignment = best.map_or(1, |(_, which)| which);
        let sides = (side.as_slice(), info.bits + 1, of_side);
        let mut both = chosen.into_iter();
        let (first, second) = (both.next(), both.next());
        chosen = match assignment {
            8 => first.into_iter().chain([sides]).collect(),
            9 => [sides].into_iter().chain(second).collect(),
            10 => vec![(middle.as_slice(), info.bits, of_middle), sides],
            _ => first.into_iter().chain(second).collect(),
        };
    }
    header(&mut out, size, assignment, number, info);
    for (samples, depth, choice) in &chosen {
        subframe(&mut out, samples, *depth, choice);
    }
    out.align();
    let sum = crc16(0x8005, 0, &[out.bytes()]);
    out.put(u64::from(sum), 16);
    out.finish()
}

fn header(out: &mut BitWriter, size: usize, assignment: u64, number: u64, info: &Info) {
    out.put(0xFFF8, 16);
    // 4,096 samples have a code; the last frame says its size in two bytes.
    let usual = size == super::BLOCK;
    out.put(if usual { 12 } else { 7 }, 4);
    let rate = RATES.iter().skip(1).position(|rate| *rate == info.rate).map_or(0, |at| at + 1);
    out.put(rate as u64, 4);
    out.put(assignment, 4);
    let depth = [0, 8, 12, 0, 16, 20, 24, 32].iter().skip(1).position(|bits| *bits == info.bits);
    out.put(depth.map_or(0, |at| at as u64 + 1), 3);
    out.put(0, 1);
    put_number(out, number);
    if !usual {
        out.put(size as u64 - 1, 16);
    }
    let sum = crc8(out.bytes());
    out.put(u64::from(sum), 8);
}

fn put_number(out: &mut BitWriter, number: u64) {
    if number < 0x80 {
        out.put(number, 8);
        return;
    }
    let mut more = 1;
    while number >> (6 * more) >= 1 << (6 - more) && more < 6 {
        more += 1;
    }
    let lead = (0xFF80u64 >> more) & 0xFF;
    out.put(lead | number >> (6 * more), 8);
    for place in (0..more).rev() {
        out.put(0x80 | (number >> (6 * place)) & 0x3F, 8);
    }
}

fn choose(samples: &[i64], depth: u32) -> Choice {
    let all = samples.iter().fold(0, |all, sample| all | sample);
    let first = samples.first().copied().unwrap_or(0);
    if samples.iter().all(|sample| *sample == first) {
        return Choice { coding: Coding::Constant, wasted: 0, bits: u64::from(depth) };
    }
    let wasted = all.trailing_zeros().min(depth - 1);
    let small: Vec<i64> = samples.iter().map(|sample| sample >> wasted).collect();
    let depth = depth - wasted;
    let mut best =
        Choice { coding: Coding::Verbatim, wasted, bits: u64::from(depth) * samples.len() as u64 };
    let mut differences = small.clone();
    for order in 0..=4.min(small.len() - 1) {
        if order > 0 {
            for place in (order..differences.len()).rev() {
                let before = differences.get(place - 1).copied().unwrap_or(0);
                if let Some(difference) = differences.get_mut(place) {
                    *difference -= before;
                }
            }
        }
        let rest = differences.get(order..).unwrap_or_default();
        let Some(rice) = rice(rest, order, small.len()) else { continue };
        let bits = rice.bits + u64::from(depth) * order as u64;
        if bits < best.bits {
            best = Choice { coding: Coding::Fixed(order, rest.to_vec(), rice), wasted, bits };
        }
    }
    for (factors, shift) in predict::linear(&small, PRECISION) {
        let order = factors.len();
        let Some(rest) = predict::differences(&small, &factors, shift) else { continue };
        let Some(rice) = rice(&rest, order, small.len()) else { continue };
        let bits = rice.bits + (u64::from(depth) + u64::from(PRECISION)) * order as u64 + 9;
        if bits < best.bits {
            best = Choice { coding: Coding::Linear(factors, shift, rest, rice), wasted, bits };
        }
    }
    best
}

fn subframe(out: &mut BitWriter, samples: &[i64], depth: u32, choice: &Choice) {
    let kind = match &choice.coding {
        Coding::Constant => 0,
        Coding::Verbatim => 1,
        Coding::Fixed(order, ..) => 8 + order,
        Coding::Linear(factors, ..) => 31 + factors.len(),
    };
    out.put(kind as u64, 7);
    out.put(u64::from(choice.wasted > 0), 1);
    if choice.wasted > 0 {
        out.unary(u64::from(choice.wasted) - 1);
    }
    let depth = depth - choice.wasted;
    let raw = |out: &mut BitWriter, count: usize| {
        let few = samples.iter().take(count);
        few.for_each(|sample| out.put((sample >> choice.wasted) as u64, depth));
    };
    match &choice.coding {
        Coding::Constant => raw(out, 1),
        Coding::Verbatim => raw(out, samples.len()),
        Coding::Fixed(order, rest, rice) => {
            raw(out, *order);
            residual(out, rest, *order, samples.len(), rice);
        }
        Coding::Linear(factors, shift, rest, rice) => {
            raw(out, factors.len());
            out.put(u64::from(PRECISION) - 1, 4);
            out.put(u64::from(*shift), 5);
            factors.iter().for_each(|factor| out.put(*factor as u64, PRECISION));
            residual(out, rest, factors.len(), samples.len(), rice);
        }
    }
}

fn fold(difference: i64) -> u64 {
    ((difference << 1) ^ (difference >> 63)) as u64
}

/// The parts of the differences at a partition order.
fn parts(rest: &[i64], order: usize, size: usize, partition: u32) -> impl Iterator<Item = &[i64]> {
    let each = size >> partition;
    let first = rest.get(..each - order).unwrap_or_default();
    let others = rest.get(each - order..).unwrap_or_default();
    std::iter::once(first).chain(others.chunks(each.max(1)))
}

/// The best parameter for a part of so many differences that are so large together, and the bits that it takes at most.
fn parameter(count: u64, sum: u64) -> (u32, u64) {
    let guess = sum.checked_div(count).map_or(0, |mean| 63 - (mean + 1).leading_zeros());
    let candidates = guess.saturating_sub(1)..=(guess + 1).min(30);
    let bits = |k: u32| count * (u64::from(k) + 1) + (sum >> k);
    candidates.map(|k| (k, bits(k))).min_by_key(|(k, bits)| (*bits, *k)).unwrap_or((0, 0))
}

/// The partition and parameters that take the least; `None` for differences beyond 32 bits, which cannot be coded. It
/// counts by sums, each difference being looked at once.
fn rice(rest: &[i64], order: usize, size: usize) -> Option<Rice> {
    let whole = |partition: &u32| size.is_multiple_of(1 << partition) && size >> partition > order;
    let finest = (0..=8).filter(whole).max()?;
    let sum = |part: &[i64]| {
        let short = |d: &i64| i32::try_from(*d).is_ok().then(|| fold(*d));
        part.iter().map(short).sum::<Option<u64>>()
    };
    let mut sums = parts(rest, order, size, finest).map(sum).collect::<Option<Vec<u64>>>()?;
    let mut best: Option<Rice> = None;
    for partition in (0..=finest).rev() {
        let each = size >> partition;
        let chosen = sums.iter().enumerate().map(|(place, sum)| {
            let count = if place == 0 { each - order } else { each };
            parameter(count as u64, *sum)
        });
        let (parameters, bits): (Vec<u32>, Vec<u64>) = chosen.unzip();
        let bits = 6 + bits.iter().map(|bits| bits + 5).sum::<u64>();
        if best.as_ref().is_none_or(|known| bits <= known.bits) {
            best = Some(Rice { partition, parameters, bits });
        }
        sums = sums.chunks(2).map(|pair| pair.iter().sum()).collect();
    }
    best
}

fn residual(out: &mut BitWriter, rest: &[i64], order: usize, size: usize, rice: &Rice) {
    let wide = rice.parameters.iter().any(|parameter| *parameter > 14);
    out.put(u64::from(wide), 2);
    out.put(u64::from(rice.partition), 4);
    for (part, k) in parts(rest, order, size, rice.partition).zip(&rice.parameters) {
        out.put(u64::from(*k), if wide { 5 } else { 4 });
        for difference in part {
            let folded = fold(*difference);
            out.unary(folded >> k);
            out.put(folded, *k);
        }
    }
}
