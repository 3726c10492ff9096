//! A ring of parts with a legend that names and counts them.

use super::{
    Anchor, Drawing, Shape, Slice, Step,
    shape::{arc, on_circle},
};
use crate::{colour::Colour, face, terms::share, words::Language};

const RADIUS: f32 = 62.0;
const HOLE: f32 = 38.0;

pub(super) fn draw(slices: &[Slice], centre: &str, width: f32, language: Language) -> Drawing {
    let legend_height = row_of(slices.len()) + 8.0;
    let height = (2.0 * RADIUS + 8.0).max(legend_height);
    let middle = (RADIUS + 4.0, height / 2.0);
    let total: usize = slices.iter().map(|slice| slice.count).sum();
    let mut shapes = Vec::new();
    let mut from = 0.0;
    for slice in slices.iter().filter(|slice| slice.count > 0) {
        let to = from + share_of(slice.count, total);
        shapes.push(segment(middle, from, to, slice.colour));
        from = to;
    }
    if total == 0 {
        shapes.push(segment(middle, 0.0, 1.0, Colour::LINE));
    }
    shapes.push(Shape::strong((middle.0, middle.1 + 6.0), 17.0, Anchor::Middle, centre));

    let left = 2.0 * RADIUS + 32.0;
    let top = (height - row_of(slices.len())) / 2.0;
    let right = (left + 230.0).min(width);
    for (line, slice) in slices.iter().enumerate() {
        let y = top + row_of(line);
        shapes.push(Shape::rectangle(left, y, 9.0, 9.0, slice.colour));
        let label = face::shortened(&slice.label, right - left - 84.0, 9.0, false);
        shapes.push(Shape::text((left + 15.0, y + 8.0), 9.0, Anchor::Start, label));
        shapes.push(Shape::strong((right - 42.0, y + 8.0), 9.0, Anchor::End, slice.count.to_string()));
        let percent = share(slice.count, total).unwrap_or_default();
        shapes.push(Shape::text((right, y + 8.0), 9.0, Anchor::End, language.percent(percent)));
    }
    Drawing { width: right, height, shapes }
}

fn segment(centre: (f32, f32), from: f32, to: f32, colour: Colour) -> Shape {
    let start = on_circle(centre, RADIUS, from);
    let inner = on_circle(centre, HOLE, to);
    let mut steps = vec![Step::Move(start.0, start.1)];
    arc(&mut steps, centre, RADIUS, from, to);
    steps.push(Step::Line(inner.0, inner.1));
    arc(&mut steps, centre, HOLE, to, from);
    steps.push(Step::Close);
    Shape::Path { steps, fill: Some((colour, 1.0)), stroke: Some((Colour::WHITE, 1.0)) }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a circle needs no more precision")]
fn share_of(count: usize, total: usize) -> f32 {
    share(count, total).unwrap_or_default() as f32
}

#[expect(clippy::cast_precision_loss, reason = "lines of a legend")]
fn row_of(line: usize) -> f32 {
    line as f32 * 17.0
}
