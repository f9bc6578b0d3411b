//! Listens to the interpreter and writes down what is painted.

use super::ink;
use super::model::{How, Item, Look, MaskId, scale_of};
use super::store::{Failure, Mask, Store};
use super::{glyphs, picture};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps,
    SoftMask,
};
use hayro::kurbo::{Affine, BezPath};

/// What is being collected: the page, or a group on it.
struct Frame {
    items: Vec<Item>,
    alpha: f32,
    blend: BlendMode,
    mask: Option<MaskId>,
    clips: u32,
}

/// Writes down what is painted.
pub(super) struct Recorder<'s> {
    pub(super) store: &'s mut Store,
    frames: Vec<Frame>,
}

impl<'s> Recorder<'s> {
    pub(super) fn new(store: &'s mut Store) -> Self {
        let base =
            Frame { items: Vec::new(), alpha: 1.0, blend: BlendMode::Normal, mask: None, clips: 0 };
        Self { store, frames: vec![base] }
    }

    /// What was painted, in order.
    pub(super) fn finish(mut self) -> Vec<Item> {
        while self.frames.len() > 1 {
            self.store.fail(Failure::Unbalanced);
            self.close_group();
        }
        let Some(mut frame) = self.frames.pop() else { return Vec::new() };
        for _ in 0..frame.clips {
            frame.items.push(Item::Unclip);
        }
        frame.items
    }

    fn push(&mut self, item: Item) {
        if !self.store.counts(1) {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.items.push(item);
        }
    }

    fn close_group(&mut self) {
        let Some(mut frame) = self.frames.pop() else { return };
        for _ in 0..frame.clips {
            frame.items.push(Item::Unclip);
        }
        let Some(parent) = self.frames.last_mut() else { return };
        let plain = frame.alpha >= 1.0 && frame.blend == BlendMode::Normal && frame.mask.is_none();
        if plain && frame.items.iter().all(blends_plainly) {
            parent.items.append(&mut frame.items);
            return;
        }
        if let [only] = frame.items.as_mut_slice()
            && let Some(look) = look_of(only)
            && look.blend == BlendMode::Normal
            && look.mask.is_none()
        {
            look.alpha *= frame.alpha;
            look.blend = frame.blend;
            look.mask = frame.mask;
            parent.items.append(&mut frame.items);
            return;
        }
        parent.items.push(Item::Group {
            items: frame.items,
            alpha: frame.alpha,
            blend: frame.blend,
            mask: frame.mask,
        });
    }

    fn mask<'a>(&mut self, mask: Option<SoftMask<'a>>) -> Option<MaskId> {
        let mask = mask?;
        let key = mask.cache_key();
        if let Some(known) = self.store.mask_keys.get(&key) {
            return *known;
        }
        if !self.store.enter() {
            return None;
        }
        let mut inner = Recorder::new(self.store);
        mask.interpret(&mut inner);
        let items = inner.finish();
        self.store.leave();
        let [red, green, blue, _] = mask.background_color().to_rgba().components();
        let transfer = mask.transfer_function().map(|function| {
            let mut values: Vec<u8> = (0..=255).collect();
            function.apply_to(&mut values);
            values
        });
        let id = self.store.add_mask(Mask {
            items,
            kind: mask.mask_type(),
            backdrop: [red, green, blue],
            transfer,
        });
        self.store.mask_keys.insert(key, Some(id));
        Some(id)
    }

    fn look(&mut self, props: DrawProps<'_>, stroke: bool, reach: Option<&BezPath>) -> Look {
        let mask = self.mask(props.soft_mask);
        let (ink, alpha) = ink::of(&props.paint, stroke, reach, self.store);
        Look { ink, alpha, blend: props.blend_mode, mask }
    }
}

/// Whether an item does not care what is below it.
fn blends_plainly(item: &Item) -> bool {
    match item {
        Item::Clip { .. } | Item::Unclip => true,
        Item::Path { look, .. }
        | Item::Text { look, .. }
        | Item::Picture { look, .. }
        | Item::Stencil { look, .. } => look.blend == BlendMode::Normal,
        Item::Group { blend, .. } => *blend == BlendMode::Normal,
    }
}

fn look_of(item: &mut Item) -> Option<&mut Look> {
    match item {
        Item::Path { look, .. } | Item::Picture { look, .. } | Item::Stencil { look, .. } => {
            Some(look)
        }
        Item::Clip { .. } | Item::Unclip | Item::Text { .. } | Item::Group { .. } => None,
    }
}

impl<'a> Device<'a> for Recorder<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if !finite(props.transform) || path.elements().is_empty() {
            return;
        }
        let matrix = props.transform;
        let reach = matrix * path;
        let stroke = |props| How::Stroke(props);
        let fill = |rule: &FillRule| How::Fill { even_odd: *rule == FillRule::EvenOdd };
        let both = match mode {
            DrawMode::Fill(rule) => [Some(fill(rule)), None],
            DrawMode::Stroke(props) => [None, Some(stroke(props.clone()))],
            DrawMode::FillAndStroke(rule, props) => [Some(fill(rule)), Some(stroke(props.clone()))],
            DrawMode::Invisible => [None, None],
        };
        for how in both.into_iter().flatten() {
            let is_stroke = matches!(how, How::Stroke(_));
            let look = self.look(props.clone(), is_stroke, Some(&reach));
            let item = if is_stroke {
                Item::Path { path: path.clone(), matrix, how, look }
            } else {
                Item::Path { path: reach.clone(), matrix: Affine::IDENTITY, how, look }
            };
            self.push(item);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        if let Some(frame) = self.frames.last_mut() {
            frame.clips += 1;
        }
        let even_odd = clip.fill == FillRule::EvenOdd;
        self.push(Item::Clip { path: clip.path.clone(), even_odd });
    }

    fn pop_clip(&mut self) {
        let open = self.frames.last_mut().is_some_and(|frame| {
            let open = frame.clips > 0;
            frame.clips = frame.clips.saturating_sub(1);
            open
        });
        if !open {
            self.store.fail(Failure::Unbalanced);
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.items.push(Item::Unclip);
        }
    }

    fn push_transparency_group(
        &mut self,
        alpha: f32,
        mask: Option<SoftMask<'a>>,
        blend: BlendMode,
    ) {
        let mask = self.mask(mask);
        self.frames.push(Frame { items: Vec::new(), alpha, blend, mask, clips: 0 });
    }

    fn pop_transparency_group(&mut self) {
        if self.frames.len() > 1 {
            self.close_group();
        } else {
            self.store.fail(Failure::Unbalanced);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if !finite(props.transform) || !self.store.counts(run.glyphs().len()) {
            return;
        }
        let how = match mode {
            DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => How::Fill { even_odd: false },
            DrawMode::Stroke(props) => How::Stroke(props.clone()),
            DrawMode::Invisible => How::Invisible,
        };
        let transform = props.transform;
        let glyphs = glyphs::place(run, &props, &how, self.store);
        if glyphs.is_empty() {
            return;
        }
        let stroke = matches!(how, How::Stroke(_));
        let reach = glyphs::reach(&glyphs, self.store);
        let look = self.look(props, stroke, Some(&reach));
        self.push(Item::Text { glyphs, how, scale: scale_of(transform), look });
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if !finite(props.transform) {
            return;
        }
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let matrix = props.transform * Affine::new([width, 0.0, 0.0, -height, 0.0, height]);
        let mask = self.mask(props.soft_mask);
        let Some((id, stencil)) = picture::of(&image, self.store) else { return };
        let mut look =
            Look { ink: super::model::Ink::Gray(0.0), alpha: 1.0, blend: props.blend_mode, mask };
        if let Some(paint) = stencil {
            let reach = hayro::kurbo::Shape::to_path(
                &matrix.transform_rect_bbox(hayro::kurbo::Rect::new(0.0, 0.0, 1.0, 1.0)),
                0.1,
            );
            let (ink, alpha) = ink::of(&paint, false, Some(&reach), self.store);
            look.ink = ink;
            look.alpha = alpha;
            self.push(Item::Stencil { id, matrix, look });
        } else {
            self.push(Item::Picture { id, matrix, look });
        }
    }
}

/// Whether all of a matrix is a number that can be written.
pub(super) fn finite(matrix: Affine) -> bool {
    matrix.as_coeffs().iter().all(|value| value.is_finite() && value.abs() < 1e9)
}
