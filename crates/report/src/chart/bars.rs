//! One bar for each thing compared, divided by result, with the legend below.

use super::{Anchor, Bar, Drawing, Shape};
use crate::{colour::Colour, face, terms::share};

const ROW: f32 = 18.0;
const THICKNESS: f32 = 11.0;
const SIZE: f32 = 8.0;

pub(super) fn draw(series: &[(&'static str, Colour)], bars: &[Bar<'_>], width: f32) -> Drawing {
    let label_width =
        bars.iter().map(|bar| face::width(&bar.label, SIZE, false)).fold(40.0, f32::max).min(width * 0.36);
    let (left, right) = (label_width + 8.0, width - 36.0);
    let mut shapes = Vec::new();
    let mut y = 2.0;
    for bar in bars {
        let baseline = y + THICKNESS - 2.5;
        let label = face::shortened(&bar.label, label_width, SIZE, false);
        shapes.push(Shape::text((label_width, baseline), SIZE, Anchor::End, label));
        let total: usize = bar.counts.iter().sum();
        if total == 0 {
            shapes.push(Shape::rectangle(left, y, right - left, THICKNESS, Colour::TINT));
        }
        let mut x = left;
        for (&count, (_, colour)) in bar.counts.iter().zip(series).filter(|(count, _)| **count > 0) {
            let length = (right - left) * part(count, total);
            shapes.push(Shape::rectangle(x, y, length, THICKNESS, *colour));
            let figure = count.to_string();
            if length > face::width(&figure, 6.5, true) + 4.0 {
                shapes.push(on_bar((x + length / 2.0, y + THICKNESS - 3.2), *colour, figure));
            }
            x += length;
        }
        shapes.push(Shape::strong((width, baseline), SIZE, Anchor::End, bar.figure.clone()));
        y += ROW;
    }
    let height = legend(&mut shapes, series, left, width, y + 4.0);
    Drawing { width, height, shapes }
}

/// A number on a bar, in the tone that is easier to read there.
fn on_bar(at: (f32, f32), ground: Colour, text: String) -> Shape {
    let bright = u32::from(ground.0) * 3 + u32::from(ground.1) * 6 + u32::from(ground.2) > 1400;
    let colour = if bright { Colour::BLACK } else { Colour::WHITE };
    Shape::Text { x: at.0, y: at.1, size: 6.5, strong: true, colour, anchor: Anchor::Middle, text }
}

/// Draws the names of the series in as many lines as they need; answers where they end.
pub(super) fn legend(
    shapes: &mut Vec<Shape>,
    series: &[(&'static str, Colour)],
    left: f32,
    right: f32,
    top: f32,
) -> f32 {
    let (mut x, mut y) = (left, top);
    for (label, colour) in series {
        let length = 12.0 + face::width(label, SIZE, false) + 14.0;
        if x > left && x + length > right {
            (x, y) = (left, y + 13.0);
        }
        shapes.push(Shape::rectangle(x, y, 8.0, 8.0, *colour));
        shapes.push(Shape::text((x + 12.0, y + 7.2), SIZE, Anchor::Start, *label));
        x += length;
    }
    y + 14.0
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar needs no more precision")]
fn part(count: usize, total: usize) -> f32 {
    share(count, total).unwrap_or_default() as f32
}
