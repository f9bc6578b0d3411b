//! Items as instructions of a content stream.

use super::fonts::Fonts;
use super::model::{GlyphId, How, Ink, Item, Look, MaskId, PatternId, PictureId, Placed, scale_of};
use super::resources::{Resources, Sink};
use super::store::Store;
use super::write::{number, numbers};
use hayro::hayro_interpret::{BlendMode, StrokeProps};
use hayro::kurbo::{Affine, BezPath, Cap, Join, PathEl, Vec2};

/// What is in force in the stream.
#[derive(Clone, Default, PartialEq)]
struct State {
    fill: String,
    stroke: String,
    graphics: Option<String>,
    lines: String,
}

/// A content stream that grows.
pub(super) struct Emitter<'s> {
    store: &'s Store,
    fonts: &'s Fonts,
    sink: &'s mut Sink,
    out: Vec<u8>,
    resources: Resources,
    state: State,
    saved: Vec<State>,
    /// Colours are those of whoever uses the stream.
    colourless: bool,
}

/// The instructions and the resources that they name.
pub(super) fn stream(
    items: &[Item],
    colourless: bool,
    store: &Store,
    fonts: &Fonts,
    sink: &mut Sink,
) -> (Vec<u8>, Resources) {
    let mut emitter = Emitter {
        store,
        fonts,
        sink,
        out: Vec::new(),
        resources: Resources::default(),
        state: State::default(),
        saved: Vec::new(),
        colourless,
    };
    for item in items {
        emitter.item(item);
    }
    (emitter.out, emitter.resources)
}

impl Emitter<'_> {
    fn op(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'\n');
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Clip { path, even_odd } => {
                self.op("q");
                self.saved.push(self.state.clone());
                if path.elements().is_empty() {
                    self.op("0 0 0 0 re");
                } else {
                    self.path(path);
                }
                self.op(if *even_odd { "W* n" } else { "W n" });
            }
            Item::Unclip => {
                if let Some(state) = self.saved.pop() {
                    self.op("Q");
                    self.state = state;
                }
            }
            Item::Path { path, matrix, how, look } => self.painted_path(path, *matrix, how, look),
            Item::Text { glyphs, how, scale, look } => self.text(glyphs, how, *scale, look),
            Item::Picture { id, matrix, look } => {
                self.graphics(look.alpha, look.blend, look.mask);
                self.picture(*id, *matrix);
            }
            Item::Stencil { id, matrix, look } => {
                self.graphics(look.alpha, look.blend, look.mask);
                self.ink(look.ink, false);
                self.picture(*id, *matrix);
            }
            Item::Group { items, alpha, blend, mask } => {
                self.graphics(*alpha, *blend, *mask);
                let form = self.sink.group(items, self.store, self.fonts);
                let name = self.resources.form(form);
                self.op(&format!("/{name} Do"));
            }
        }
    }

    fn painted_path(&mut self, path: &BezPath, matrix: Affine, how: &How, look: &Look) {
        match how {
            How::Invisible => {}
            How::Fill { even_odd } => {
                self.graphics(look.alpha, look.blend, look.mask);
                self.ink(look.ink, false);
                self.path(&(matrix * path));
                self.op(if *even_odd { "f*" } else { "f" });
            }
            How::Stroke(props) => {
                self.graphics(look.alpha, look.blend, look.mask);
                self.ink(look.ink, true);
                if let Some(scale) = even_scale(matrix) {
                    self.lines(props, scale);
                    self.path(&(matrix * path));
                    self.op("S");
                } else {
                    self.op("q");
                    let before = self.state.clone();
                    self.op(&format!("{} cm", numbers(&matrix.as_coeffs())));
                    self.lines(props, 1.0);
                    self.path(path);
                    self.op("S");
                    self.op("Q");
                    self.state = before;
                }
            }
        }
    }

    fn picture(&mut self, id: PictureId, matrix: Affine) {
        let Some(image) = self.sink.picture(id, self.store) else { return };
        let name = self.resources.form(image);
        self.op(&format!("q\n{} cm\n/{name} Do\nQ", numbers(&matrix.as_coeffs())));
    }

    fn path(&mut self, path: &BezPath) {
        if let Some(rect) = as_rect(path) {
            self.op(&format!("{} re", numbers(&rect)));
            return;
        }
        let mut last = hayro::kurbo::Point::ZERO;
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => {
                    self.op(&format!("{} m", numbers(&[to.x, to.y])));
                    last = to;
                }
                PathEl::LineTo(to) => {
                    self.op(&format!("{} l", numbers(&[to.x, to.y])));
                    last = to;
                }
                PathEl::QuadTo(control, to) => {
                    let first = last.lerp(control, 2.0 / 3.0);
                    let second = to.lerp(control, 2.0 / 3.0);
                    let all = [first.x, first.y, second.x, second.y, to.x, to.y];
                    self.op(&format!("{} c", numbers(&all)));
                    last = to;
                }
                PathEl::CurveTo(first, second, to) => {
                    let all = [first.x, first.y, second.x, second.y, to.x, to.y];
                    self.op(&format!("{} c", numbers(&all)));
                    last = to;
                }
                PathEl::ClosePath => self.op("h"),
            }
        }
    }

    /// Width, caps, joins and dashes of lines.
    fn lines(&mut self, props: &StrokeProps, scale: f64) {
        let cap = match props.line_cap {
            Cap::Butt => 0,
            Cap::Round => 1,
            Cap::Square => 2,
        };
        let join = match props.line_join {
            Join::Miter => 0,
            Join::Round => 1,
            Join::Bevel => 2,
        };
        let dashes: Vec<f64> =
            props.dash_array.iter().map(|dash| f64::from(*dash).abs() * scale).collect();
        let dashes =
            if dashes.iter().sum::<f64>() > 0.0 { numbers(&dashes) } else { String::new() };
        let wanted = format!(
            "{} w {cap} J {join} j {} M [{dashes}] {} d",
            number(f64::from(props.line_width).abs() * scale),
            number(f64::from(props.miter_limit).max(1.0)),
            number(f64::from(props.dash_offset) * scale),
        );
        if self.state.lines != wanted {
            self.op(&wanted);
            self.state.lines = wanted;
        }
    }

    /// Opacity, blending and masks.
    fn graphics(&mut self, alpha: f32, blend: BlendMode, mask: Option<MaskId>) {
        if self.colourless {
            return;
        }
        let plain = alpha >= 1.0 && blend == BlendMode::Normal && mask.is_none();
        if plain && self.state.graphics.is_none() {
            return;
        }
        let object = self.sink.graphics(alpha, blend, mask, self.store, self.fonts);
        let name = self.resources.graphics(object);
        if self.state.graphics.as_ref() != Some(&name) {
            self.op(&format!("/{name} gs"));
            self.state.graphics = Some(name);
        }
    }

    fn ink(&mut self, ink: Ink, stroke: bool) {
        if self.colourless {
            return;
        }
        let wide = |values: &[f32]| {
            numbers(&values.iter().map(|value| f64::from(*value)).collect::<Vec<_>>())
        };
        let wanted = match ink {
            Ink::Gray(gray) => format!("{} {}", wide(&[gray]), if stroke { "G" } else { "g" }),
            Ink::Rgb(rgb) => format!("{} {}", wide(&rgb), if stroke { "RG" } else { "rg" }),
            Ink::Cmyk(cmyk) => format!("{} {}", wide(&cmyk), if stroke { "K" } else { "k" }),
            Ink::Pattern(id) => {
                let name = self.pattern(id);
                if stroke {
                    format!("/Pattern CS /{name} SCN")
                } else {
                    format!("/Pattern cs /{name} scn")
                }
            }
        };
        let current = if stroke { &mut self.state.stroke } else { &mut self.state.fill };
        if *current != wanted {
            *current = wanted.clone();
            self.op(&wanted);
        }
    }

    fn pattern(&mut self, id: PatternId) -> String {
        let object = self.sink.pattern(id, self.store, self.fonts);
        self.resources.pattern(object)
    }

    fn text(&mut self, glyphs: &[Placed], how: &How, scale: f64, look: &Look) {
        let own_colours = glyphs.iter().any(|placed| self.fonts.coloured(placed.glyph));
        if own_colours {
            self.graphics(1.0, BlendMode::Normal, None);
        } else {
            self.graphics(look.alpha, look.blend, look.mask);
        }
        let mode = match how {
            How::Fill { .. } => {
                self.ink(look.ink, false);
                0
            }
            How::Stroke(props) => {
                self.ink(look.ink, true);
                self.lines(props, scale);
                1
            }
            How::Invisible => 3,
        };
        self.op("BT");
        if mode != 0 {
            self.op(&format!("{mode} Tr"));
        }
        let mut line = Line::default();
        for placed in glyphs {
            self.glyph(placed, &mut line);
        }
        self.end_line(&mut line);
        if mode != 0 {
            self.op("0 Tr");
        }
        self.op("ET");
    }

    fn glyph(&mut self, placed: &Placed, line: &mut Line) {
        let Some(code) = self.fonts.code(placed.glyph) else { return };
        let advance = self.advance(placed.glyph);
        let [a, b, c, d, e, f] = placed.matrix.as_coeffs();
        let linear = [a * 1000.0, b * 1000.0, c * 1000.0, d * 1000.0];
        let at = Vec2::new(e, f);
        let same = line.font == Some(code.font)
            && line
                .linear
                .iter()
                .zip(linear)
                .all(|(known, new)| (known - new).abs() <= 1e-4 * new.abs().max(1e-3));
        if same {
            // how far the glyph is from where the last one left the pen, in 1/1000 em along the line
            let gap = at - line.pen;
            let [a, b, c, d] = line.linear;
            let determinant = a * d - b * c;
            if determinant.abs() > 1e-12 {
                let along = (gap.x * d - gap.y * c) / determinant * 1000.0;
                let across = (gap.y * a - gap.x * b) / determinant * 1000.0;
                if across.abs() < 0.5 && along.abs() < 20_000.0 {
                    let shift = along.round();
                    if shift != 0.0 {
                        line.close_string();
                        line.out.push_str(&number(-shift));
                    }
                    line.push(code.bytes);
                    let moved = (shift + advance) / 1000.0;
                    line.pen += Vec2::new(a * moved, b * moved);
                    return;
                }
            }
        }
        self.end_line(line);
        if line.font != Some(code.font) || !line.started {
            let name = self.resources.font(code.object);
            self.op(&format!("/{name} 1 Tf"));
        }
        let [a, b, c, d] = linear;
        self.op(&format!("{} Tm", numbers(&[a, b, c, d, e, f])));
        *line = Line {
            font: Some(code.font),
            linear,
            pen: at + Vec2::new(a * advance / 1000.0, b * advance / 1000.0),
            started: true,
            ..Line::default()
        };
        line.push(code.bytes);
    }

    fn advance(&self, glyph: GlyphId) -> f64 {
        self.store.glyph(glyph).map_or(0.0, |glyph| glyph.advance.round())
    }

    fn end_line(&mut self, line: &mut Line) {
        line.close_string();
        if !line.out.is_empty() {
            let text = format!("[{}] TJ", line.out);
            self.op(&text);
        }
        line.out.clear();
    }
}

/// Glyphs of one font on one base line.
#[derive(Default)]
struct Line {
    font: Option<usize>,
    linear: [f64; 4],
    /// Where the last glyph left the pen, on the page.
    pen: Vec2,
    out: String,
    in_string: bool,
    started: bool,
}

impl Line {
    fn push(&mut self, bytes: (u8, u8, bool)) {
        if !self.in_string {
            self.out.push('<');
            self.in_string = true;
        }
        let (high, low, wide) = bytes;
        let code = if wide { format!("{high:02X}{low:02X}") } else { format!("{low:02X}") };
        self.out.push_str(&code);
    }

    fn close_string(&mut self) {
        if self.in_string {
            self.out.push('>');
            self.in_string = false;
        }
    }
}

/// By how much a matrix enlarges, if it does so alike in all directions.
fn even_scale(matrix: Affine) -> Option<f64> {
    let [a, b, c, d, ..] = matrix.as_coeffs();
    let first = a.hypot(b);
    let second = c.hypot(d);
    let dot = a * c + b * d;
    let limit = 1e-3 * first.max(second);
    ((first - second).abs() <= limit && dot.abs() <= limit * first.max(second))
        .then(|| scale_of(matrix))
}

/// Left, bottom, width and height of a path that is an upright rectangle.
fn as_rect(path: &BezPath) -> Option<[f64; 4]> {
    let (a, b, c, d) = match path.elements() {
        [
            PathEl::MoveTo(a),
            PathEl::LineTo(b),
            PathEl::LineTo(c),
            PathEl::LineTo(d),
            PathEl::ClosePath,
        ] => (a, b, c, d),
        _ => return None,
    };
    let close = |x: f64, y: f64| (x - y).abs() < 1e-6;
    let along = close(a.y, b.y) && close(b.x, c.x) && close(c.y, d.y) && close(d.x, a.x);
    along.then_some([a.x, a.y, c.x - a.x, c.y - a.y])
}
