//! Charts as SVG inside the page.

use crate::{
    chart::{Anchor, Chart, Shape, Step},
    colour::Colour,
    face,
    words::Language,
    xml::escaped,
};

/// Wide enough for a label beside a bar.
const WIDTH: f32 = 620.0;

pub(super) fn write(chart: &Chart<'_>, language: Language, out: &mut String) {
    let drawing = chart.drawing(WIDTH, language);
    let description = chart.description(language);
    out.push_str(&format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0} {:.0}\" style=\"max-width:{:.0}px\">\n",
        escaped(&description),
        drawing.width,
        drawing.height,
        drawing.width * 1.35,
    ));
    for shape in &drawing.shapes {
        self::shape(shape, out);
    }
    out.push_str("</svg>\n");
}

fn shape(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Path { steps, fill, stroke } => {
            out.push_str("<path d=\"");
            for step in steps {
                match *step {
                    Step::Move(x, y) => out.push_str(&format!("M{x:.1} {y:.1}")),
                    Step::Line(x, y) => out.push_str(&format!("L{x:.1} {y:.1}")),
                    Step::Cubic(points) => {
                        out.push('C');
                        out.push_str(&points.map(|(x, y)| format!("{x:.1} {y:.1}")).join(" "));
                    }
                    Step::Close => out.push('Z'),
                }
            }
            out.push('"');
            match fill {
                Some((colour, 1.0)) => out.push_str(&format!(" fill=\"#{}\"", colour.hex())),
                Some((colour, opacity)) => {
                    out.push_str(&format!(" fill=\"#{}\" fill-opacity=\"{opacity}\"", colour.hex()));
                }
                None => out.push_str(" fill=\"none\""),
            }
            if let Some((colour, width)) = stroke {
                out.push_str(&format!(" stroke=\"#{}\" stroke-width=\"{width}\"", colour.hex()));
            }
            out.push_str("/>\n");
        }
        Shape::Text { x, y, size, strong, colour, anchor, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *strong { " font-weight=\"bold\"" } else { "" };
            // Ink follows the page, which may be dark; what stands on a bar does not.
            let fill = match *colour {
                Colour::INK => String::new(),
                Colour::MUTED => " style=\"fill:var(--muted)\"".to_owned(),
                colour => format!(" style=\"fill:#{}\"", colour.hex()),
            };
            // The reader's typeface may be wider than ours: a long text is held to the room it was given.
            let held = match text.chars().count() {
                0..12 => String::new(),
                _ => format!(
                    " textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\"",
                    face::width(text, *size, *strong)
                ),
            };
            out.push_str(&format!(
                "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\"{weight}{fill}{held}>{}</text>\n",
                escaped(text)
            ));
        }
    }
}
