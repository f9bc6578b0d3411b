//! Colours: whatever profile a picture carried, the output is sRGB without one. The names in a profile tell of screens,
//! printers and programs; the colours must look as they did.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions, curve_from_gamma};

/// How far two colours may be apart, of 255, for a profile to count as sRGB.
const SAME: u8 = 2;

/// What a profile asks for.
pub(super) enum Plan {
    /// Nothing: it is sRGB, or so near that nobody sees it.
    Same,
    /// It cannot be read; viewers pass over it, and so do we.
    Unreadable,
    /// Colours must be converted.
    Convert(Box<ColorProfile>),
}

/// Reads a profile (ICC.1) for a picture with this many colour channels: 1, 3 or 4.
pub(super) fn plan(profile: &[u8], channels: usize) -> Plan {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return Plan::Unreadable };
    let fits = match profile.color_space {
        DataColorSpace::Gray => channels == 1,
        DataColorSpace::Rgb => channels == 3,
        DataColorSpace::Cmyk => channels == 4,
        _ => false,
    };
    if !fits {
        return Plan::Unreadable;
    }
    decide(profile)
}

/// A picture that states its gamma (of the file, such as 0.45) and perhaps its primaries instead of a profile.
pub(super) fn plan_gamma(gamma: f32, grey: bool) -> Plan {
    if !(0.05..=5.0).contains(&gamma) {
        return Plan::Unreadable;
    }
    if grey {
        return decide(ColorProfile::new_gray_with_gamma(1.0 / gamma));
    }
    let curve = || Some(curve_from_gamma(1.0 / gamma));
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve(), curve(), curve());
    decide(profile)
}

fn decide(profile: ColorProfile) -> Plan {
    match profile.color_space {
        DataColorSpace::Cmyk => return Plan::Convert(Box::new(profile)),
        DataColorSpace::Gray => {
            let all: Vec<u8> = (0..=255).collect();
            return match convert8(&profile, &all, Layout::Gray, Layout::Gray) {
                None => Plan::Unreadable,
                Some(after) if near(&all, &after) => Plan::Same,
                Some(_) => Plan::Convert(Box::new(profile)),
            };
        }
        _ => {}
    }
    let steps = || (0..=255_u8).step_by(51);
    let all: Vec<u8> = steps()
        .flat_map(|r| steps().flat_map(move |g| steps().flat_map(move |b| [r, g, b])))
        .collect();
    match convert8(&profile, &all, Layout::Rgb, Layout::Rgb) {
        None => Plan::Unreadable,
        Some(after) if near(&all, &after) => Plan::Same,
        Some(_) => Plan::Convert(Box::new(profile)),
    }
}

fn near(before: &[u8], after: &[u8]) -> bool {
    before.iter().zip(after).all(|(a, b)| a.abs_diff(*b) <= SAME)
}

/// The colours in sRGB; `None` if the profile does not allow it. Grey stays grey.
pub(super) fn convert8(
    profile: &ColorProfile,
    from: &[u8],
    layout: Layout,
    to: Layout,
) -> Option<Vec<u8>> {
    let srgb = destination(to);
    let transform =
        profile.create_transform_8bit(layout, &srgb, to, TransformOptions::default()).ok()?;
    let mut out = vec![0; from.len() / layout.channels() * to.channels()];
    transform.transform(from, &mut out).ok().map(|()| out)
}

/// The same for 16 bits.
pub(super) fn convert16(profile: &ColorProfile, from: &[u16], layout: Layout) -> Option<Vec<u16>> {
    let srgb = destination(layout);
    let transform =
        profile.create_transform_16bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
    let mut out = vec![0; from.len()];
    transform.transform(from, &mut out).ok().map(|()| out)
}

fn destination(layout: Layout) -> ColorProfile {
    let srgb = ColorProfile::new_srgb();
    match layout {
        Layout::Gray | Layout::GrayAlpha => {
            let mut grey = ColorProfile::new_gray_with_gamma(2.2);
            grey.gray_trc = srgb.red_trc;
            grey
        }
        _ => srgb,
    }
}
