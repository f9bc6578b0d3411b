//! Objects that content streams name: written once each, on first use.

use super::emit;
use super::fonts::Fonts;
use super::model::{Item, MaskId, PatternId, PictureId};
use super::pictures;
use super::store::{Pattern, Store};
use super::write::{Objects, number, numbers};
use hayro::hayro_interpret::{BlendMode, MaskType};
use hayro::kurbo::{Point, Rect};
use std::collections::{BTreeSet, HashMap};

/// What one stream names. Each name is a letter and the number of the object.
#[derive(Default)]
pub(super) struct Resources {
    fonts: BTreeSet<usize>,
    forms: BTreeSet<usize>,
    patterns: BTreeSet<usize>,
    graphics: BTreeSet<usize>,
}

impl Resources {
    pub(super) fn font(&mut self, object: usize) -> String {
        self.fonts.insert(object);
        format!("F{object}")
    }

    pub(super) fn form(&mut self, object: usize) -> String {
        self.forms.insert(object);
        format!("X{object}")
    }

    pub(super) fn pattern(&mut self, object: usize) -> String {
        self.patterns.insert(object);
        format!("P{object}")
    }

    pub(super) fn graphics(&mut self, object: usize) -> String {
        self.graphics.insert(object);
        format!("G{object}")
    }

    /// Takes up what another stream names.
    pub(super) fn merge(&mut self, other: Self) {
        self.fonts.extend(other.fonts);
        self.forms.extend(other.forms);
        self.patterns.extend(other.patterns);
        self.graphics.extend(other.graphics);
    }

    /// The dictionary.
    pub(super) fn dict(&self) -> String {
        let mut out = String::from("<<");
        for (kind, letter, set) in [
            ("ExtGState", 'G', &self.graphics),
            ("Font", 'F', &self.fonts),
            ("Pattern", 'P', &self.patterns),
            ("XObject", 'X', &self.forms),
        ] {
            if set.is_empty() {
                continue;
            }
            out.push_str(&format!("/{kind}<<"));
            for object in set {
                out.push_str(&format!("/{letter}{object} {object} 0 R"));
            }
            out.push_str(">>");
        }
        out.push_str(">>");
        out
    }
}

/// Takes objects and remembers which are there.
pub(super) struct Sink {
    pub(super) objects: Objects,
    /// What groups may paint on: the largest page.
    pub(super) canvas: Rect,
    graphics: HashMap<String, usize>,
    patterns: HashMap<PatternId, usize>,
    masks: HashMap<MaskId, usize>,
    pictures: HashMap<PictureId, Option<usize>>,
}

impl Sink {
    pub(super) fn new(canvas: Rect) -> Self {
        Self {
            objects: Objects::default(),
            canvas,
            graphics: HashMap::new(),
            patterns: HashMap::new(),
            masks: HashMap::new(),
            pictures: HashMap::new(),
        }
    }

    /// A picture's object.
    pub(super) fn picture(&mut self, id: PictureId, store: &Store) -> Option<usize> {
        if let Some(known) = self.pictures.get(&id) {
            return *known;
        }
        let object =
            store.picture(id).and_then(|picture| pictures::write(picture, &mut self.objects));
        self.pictures.insert(id, object);
        object
    }

    /// A group as a form of its own.
    pub(super) fn group(&mut self, items: &[Item], store: &Store, fonts: &Fonts) -> usize {
        self.form(items, "/Group<</S/Transparency/CS/DeviceRGB>>", store, fonts)
    }

    fn form(&mut self, items: &[Item], extra: &str, store: &Store, fonts: &Fonts) -> usize {
        let object = self.objects.reserve();
        let (content, resources) = emit::stream(items, false, store, fonts, self);
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[{}]{extra}/Resources{}",
            rect(self.canvas),
            resources.dict()
        );
        self.objects.set_stream(object, &entries, &content);
        object
    }

    /// A graphics state.
    pub(super) fn graphics(
        &mut self,
        alpha: f32,
        blend: BlendMode,
        mask: Option<MaskId>,
        store: &Store,
        fonts: &Fonts,
    ) -> usize {
        let mask = match mask {
            Some(id) => format!("{} 0 R", self.mask(id, store, fonts)),
            None => "/None".to_owned(),
        };
        let alpha = number(f64::from(alpha.clamp(0.0, 1.0)));
        let body = format!("<</ca {alpha}/CA {alpha}/BM/{}/SMask {mask}>>", blend_name(blend));
        if let Some(known) = self.graphics.get(&body) {
            return *known;
        }
        let object = self.objects.add(body.clone());
        self.graphics.insert(body, object);
        object
    }

    fn mask(&mut self, id: MaskId, store: &Store, fonts: &Fonts) -> usize {
        if let Some(known) = self.masks.get(&id) {
            return *known;
        }
        let object = self.objects.reserve();
        self.masks.insert(id, object);
        let Some(mask) = store.masks.get(id.0) else { return object };
        // the backdrop of luminosity is in the space of the group
        let group = "/Group<</S/Transparency/CS/DeviceRGB/I true>>";
        let form = self.form(&mask.items, group, store, fonts);
        let mut body = match mask.kind {
            MaskType::Alpha => format!("<</S/Alpha/G {form} 0 R"),
            MaskType::Luminosity => format!(
                "<</S/Luminosity/G {form} 0 R/BC[{}]",
                numbers(&mask.backdrop.map(f64::from))
            ),
        };
        if let Some(transfer) = &mask.transfer {
            let function = self.objects.reserve();
            self.objects.set_stream(
                function,
                "/FunctionType 0/Domain[0 1]/Range[0 1]/Size[256]/BitsPerSample 8",
                transfer,
            );
            body.push_str(&format!("/TR {function} 0 R"));
        }
        body.push_str(">>");
        self.objects.set(object, body);
        object
    }

    /// A pattern's object.
    pub(super) fn pattern(&mut self, id: PatternId, store: &Store, fonts: &Fonts) -> usize {
        if let Some(known) = self.patterns.get(&id) {
            return *known;
        }
        let object = self.objects.reserve();
        self.patterns.insert(id, object);
        match store.patterns.get(id.0) {
            Some(Pattern::Gradient { matrix, from, to, extend, background, stops }) => {
                let [before, after] = *extend;
                let background = background.map_or(String::new(), |colour| {
                    format!("/Background[{}]", numbers(&colour.map(f64::from)))
                });
                let kind = shading(*from, *to);
                let body = format!(
                    "<</PatternType 2/Matrix[{}]/Shading<<{kind}/ColorSpace/DeviceRGB/Extend[{before} {after}]{background}/Function {}>>>>",
                    numbers(&matrix.as_coeffs()),
                    stitched(stops)
                );
                self.objects.set(object, body);
            }
            Some(Pattern::Tiling { items, matrix, cell, step }) => {
                let (content, resources) = emit::stream(items, false, store, fonts, self);
                let entries = format!(
                    "/PatternType 1/PaintType 1/TilingType 1/BBox[{}]/XStep {}/YStep {}/Matrix[{}]/Resources{}",
                    rect(*cell),
                    number(step.0),
                    number(step.1),
                    numbers(&matrix.as_coeffs()),
                    resources.dict()
                );
                self.objects.set_stream(object, &entries, &content);
            }
            None => self.objects.set(object, "null"),
        }
        object
    }
}

fn shading(from: (Point, Option<f64>), to: (Point, Option<f64>)) -> String {
    match (from.1, to.1) {
        (Some(first), Some(second)) => format!(
            "/ShadingType 3/Coords[{}]",
            numbers(&[from.0.x, from.0.y, first, to.0.x, to.0.y, second])
        ),
        _ => format!("/ShadingType 2/Coords[{}]", numbers(&[from.0.x, from.0.y, to.0.x, to.0.y])),
    }
}

/// Straight pieces from stop to stop.
fn stitched(stops: &[(f32, [f32; 3])]) -> String {
    let color = |rgb: [f32; 3]| numbers(&rgb.map(f64::from));
    let mut pieces = Vec::new();
    let mut bounds = Vec::new();
    for pair in stops.windows(2) {
        if let [(start, first), (end, second)] = pair
            && end > start
        {
            if !pieces.is_empty() {
                bounds.push(f64::from(*start));
            }
            pieces.push(format!(
                "<</FunctionType 2/Domain[0 1]/N 1/C0[{}]/C1[{}]>>",
                color(*first),
                color(*second)
            ));
        }
    }
    if pieces.is_empty() {
        let only = stops.first().map_or([0.0; 3], |stop| stop.1);
        pieces.push(format!("<</FunctionType 2/Domain[0 1]/N 1/C0[{0}]/C1[{0}]>>", color(only)));
    }
    let encode = "0 1 ".repeat(pieces.len());
    format!(
        "<</FunctionType 3/Domain[0 1]/Functions[{}]/Bounds[{}]/Encode[{}]>>",
        pieces.concat(),
        numbers(&bounds),
        encode.trim_end()
    )
}

pub(super) fn rect(rect: Rect) -> String {
    numbers(&[rect.x0, rect.y0, rect.x1, rect.y1])
}

fn blend_name(blend: BlendMode) -> &'static str {
    match blend {
        BlendMode::Normal => "Normal",
        BlendMode::Multiply => "Multiply",
        BlendMode::Screen => "Screen",
        BlendMode::Overlay => "Overlay",
        BlendMode::Darken => "Darken",
        BlendMode::Lighten => "Lighten",
        BlendMode::ColorDodge => "ColorDodge",
        BlendMode::ColorBurn => "ColorBurn",
        BlendMode::HardLight => "HardLight",
        BlendMode::SoftLight => "SoftLight",
        BlendMode::Difference => "Difference",
        BlendMode::Exclusion => "Exclusion",
        BlendMode::Hue => "Hue",
        BlendMode::Saturation => "Saturation",
        BlendMode::Color => "Color",
        BlendMode::Luminosity => "Luminosity",
    }
}
