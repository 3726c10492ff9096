//! The few shapes that charts are made of. Units are points; y grows downwards.

use crate::colour::Colour;

/// Shapes on a ground of a size.
pub(crate) struct Drawing {
    pub width: f32,
    pub height: f32,
    pub shapes: Vec<Shape>,
}

/// A shape.
pub(crate) enum Shape {
    Path { steps: Vec<Step>, fill: Option<(Colour, f32)>, stroke: Option<(Colour, f32)> },
    Text { x: f32, y: f32, size: f32, strong: bool, colour: Colour, anchor: Anchor, text: String },
}

/// A step along a path.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    /// Two points that pull, and the end.
    Cubic([(f32, f32); 3]),
    Close,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Shape {
    pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32, colour: Colour) -> Self {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        Self::Path { steps: polygon(&corners), fill: Some((colour, 1.0)), stroke: None }
    }

    pub(crate) fn line(from: (f32, f32), to: (f32, f32), colour: Colour) -> Self {
        let steps = vec![Step::Move(from.0, from.1), Step::Line(to.0, to.1)];
        Self::Path { steps, fill: None, stroke: Some((colour, 0.6)) }
    }

    pub(crate) fn text(at: (f32, f32), size: f32, anchor: Anchor, text: impl Into<String>) -> Self {
        Self::Text { x: at.0, y: at.1, size, strong: false, colour: Colour::INK, anchor, text: text.into() }
    }

    pub(crate) fn strong(at: (f32, f32), size: f32, anchor: Anchor, text: impl Into<String>) -> Self {
        Self::Text { x: at.0, y: at.1, size, strong: true, colour: Colour::INK, anchor, text: text.into() }
    }
}

/// A closed path along corners.
pub(crate) fn polygon(corners: &[(f32, f32)]) -> Vec<Step> {
    let mut steps: Vec<Step> = corners.iter().map(|&(x, y)| Step::Line(x, y)).collect();
    if let Some(first) = steps.first_mut() {
        *first = Step::Move(corners[0].0, corners[0].1);
        steps.push(Step::Close);
    }
    steps
}

/// A point on a circle; turns count from the top, clockwise.
pub(crate) fn on_circle(centre: (f32, f32), radius: f32, turns: f32) -> (f32, f32) {
    let angle = turns * std::f32::consts::TAU;
    (centre.0 + radius * angle.sin(), centre.1 - radius * angle.cos())
}

/// Appends an arc as Bézier curves; the pen stands at its beginning.
pub(crate) fn arc(steps: &mut Vec<Step>, centre: (f32, f32), radius: f32, from: f32, to: f32) {
    // An eighth of a turn is close enough to a circle for the eye.
    let mut count = 1_u8;
    while (to - from).abs() / f32::from(count) > 0.125 {
        count += 1;
    }
    let part = (to - from) / f32::from(count);
    let reach = 4.0 / 3.0 * (part * std::f32::consts::TAU / 4.0).tan() * radius;
    let tangent = |turns: f32| {
        let angle = turns * std::f32::consts::TAU;
        (angle.cos(), angle.sin())
    };
    for step in 0..count {
        let (begin, end) = (from + part * f32::from(step), from + part * f32::from(step + 1));
        let (start, stop) = (on_circle(centre, radius, begin), on_circle(centre, radius, end));
        let ((sx, sy), (ex, ey)) = (tangent(begin), tangent(end));
        let pull = (start.0 + reach * sx, start.1 + reach * sy);
        let push = (stop.0 - reach * ex, stop.1 - reach * ey);
        steps.push(Step::Cubic([pull, push, stop]));
    }
}

impl Step {
    /// The same step on a ground that begins elsewhere.
    pub(crate) fn moved(self, (dx, dy): (f32, f32)) -> Self {
        match self {
            Self::Move(x, y) => Self::Move(x + dx, y + dy),
            Self::Line(x, y) => Self::Line(x + dx, y + dy),
            Self::Cubic(points) => Self::Cubic(points.map(|(x, y)| (x + dx, y + dy))),
            Self::Close => Self::Close,
        }
    }
}
