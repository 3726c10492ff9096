//! Shares around a centre, one axis for each thing compared.

use std::borrow::Cow;

use super::{
    Anchor, Drawing, Ring, Shape, bars,
    shape::{on_circle, polygon},
};
use crate::{colour::Colour, face, words::Language};

const RADIUS: f32 = 96.0;
const SIZE: f32 = 7.5;

pub(super) fn draw(axes: &[Cow<'_, str>], series: &[Ring], width: f32, language: Language) -> Drawing {
    let centre = (width / 2.0, RADIUS + 24.0);
    let turns = |at: usize| turn(at, axes.len());
    let mut shapes = Vec::new();
    for level in [0.25, 0.5, 0.75, 1.0] {
        let corners: Vec<_> = (0..axes.len()).map(|at| on_circle(centre, RADIUS * level, turns(at))).collect();
        shapes.push(Shape::Path { steps: polygon(&corners), fill: None, stroke: Some((Colour::LINE, 0.6)) });
    }
    for (at, axis) in axes.iter().enumerate() {
        shapes.push(Shape::line(centre, on_circle(centre, RADIUS, turns(at)), Colour::LINE));
        shapes.push(label(axis, centre, turns(at), width));
    }
    for ring in series {
        let place = |(at, share): (usize, &f64)| on_circle(centre, RADIUS * length(*share), turns(at));
        let corners: Vec<_> = ring.shares.iter().enumerate().map(place).collect();
        let (fill, stroke) = (Some((ring.colour, 0.15)), Some((ring.colour, 1.4)));
        shapes.push(Shape::Path { steps: polygon(&corners), fill, stroke });
    }
    for level in [0.5, 1.0] {
        let at = (centre.0 + 2.0, centre.1 - RADIUS * length(level) + 7.0);
        let mut text = Shape::text(at, 6.0, Anchor::Start, language.percent(level));
        if let Shape::Text { colour, .. } = &mut text {
            *colour = Colour::MUTED;
        }
        shapes.push(text);
    }
    let names: Vec<_> = series.iter().map(|ring| (ring.label, ring.colour)).collect();
    let length: f32 = names.iter().map(|(name, _)| face::width(name, 8.0, false) + 26.0).sum();
    let left = ((width - length) / 2.0).max(0.0);
    let height = bars::legend(&mut shapes, &names, left, width, centre.1 + RADIUS + 24.0);
    Drawing { width, height, shapes }
}

/// The name of an axis outside its end, as long as the ground has room.
fn label(axis: &str, centre: (f32, f32), turns: f32, width: f32) -> Shape {
    let (x, y) = on_circle(centre, RADIUS + 8.0, turns);
    let (anchor, room) = match x - centre.0 {
        side if side > 4.0 => (Anchor::Start, width - x),
        side if side < -4.0 => (Anchor::End, x),
        _ => (Anchor::Middle, width / 2.0),
    };
    let below = if y > centre.1 + RADIUS / 2.0 { 5.0 } else { 2.0 };
    Shape::text((x, y + below), SIZE, anchor, face::shortened(axis, room, SIZE, false))
}

#[expect(clippy::cast_precision_loss, reason = "a handful of axes")]
fn turn(at: usize, of: usize) -> f32 {
    at as f32 / of.max(1) as f32
}

#[expect(clippy::cast_possible_truncation, reason = "a length on paper needs no more precision")]
fn length(share: f64) -> f32 {
    share.clamp(0.0, 1.0) as f32
}
