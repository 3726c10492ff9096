//! Writing sheets as PDF.

use chrono::Datelike;
use krilla::{
    Document as Pdf, SerializeSettings,
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, SpanTag},
    text::{GlyphId, KrillaGlyph},
};

use super::{
    flow::Heading,
    sheet::{Frame, Ink, Op, Owner, Sheet, Style},
    tree::Tree,
};
use crate::{ReportError, chart::Step, colour::Colour, document::Document, face::Face};

/// The sheets as a file; each is let go as soon as it is written.
pub(super) fn write(
    document: &Document<'_>,
    frame: &Frame,
    sheets: Vec<Sheet>,
    mut tree: Tree,
    headings: &[Heading],
) -> Result<Vec<u8>, ReportError> {
    let mut pdf = Pdf::new_with(settings()?);
    pdf.set_metadata(metadata(document));
    for sheet in sheets {
        let size = PageSettings::from_wh(frame.width, frame.height)
            .ok_or_else(|| ReportError::Pdf("a page without size".to_owned()))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        draw(&mut surface, &sheet, &mut tree);
        surface.finish();
        for link in &sheet.links {
            let [left, top, right, bottom] = link.area;
            let Some(area) = Rect::from_ltrb(left, top, right, bottom) else { continue };
            let target = XyzDestination::new(link.sheet, Point::from_xy(frame.left, link.y));
            let annotation = LinkAnnotation::new(area, Target::Destination(target.into()));
            let annotation = Annotation::new_link(annotation, Some(link.text.clone()));
            let identifier = page.add_tagged_annotation(annotation);
            tree.draw(link.node, identifier);
        }
        page.finish();
    }
    pdf.set_outline(outline(document, headings, frame));
    pdf.set_tag_tree(tree.finish(document.language.tag()));
    pdf.finish().map_err(|error| ReportError::Pdf(error.to_string()))
}

fn settings() -> Result<SerializeSettings, ReportError> {
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| ReportError::Pdf(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(document: &Document<'_>) -> Metadata {
    let date = document.date;
    let date = DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(u8::try_from(date.month()).unwrap_or(1))
        .day(u8::try_from(date.day()).unwrap_or(1));
    // All authors together are one text, which an archivable PDF holds no more than 32,767 bytes of.
    let cut = |text: &str, most| crate::face::drawable(text).chars().take(most).collect::<String>();
    let short = |text: &str| cut(text, 500);
    let title = format!("{} – {}", document.kind, short(&document.title));
    Metadata::new()
        .title(title)
        .description(short(&document.subtitle))
        .language(document.language.tag().to_owned())
        .authors(document.authors.iter().take(50).map(|author| cut(author, 120)).collect())
        .creator("Tessera".to_owned())
        .creation_date(date)
}

fn outline(document: &Document<'_>, headings: &[Heading], frame: &Frame) -> Outline {
    let mut outline = Outline::new();
    let place = |heading: &Heading| XyzDestination::new(heading.sheet, Point::from_xy(frame.left, heading.y));
    let mut open: Option<OutlineNode> = None;
    for heading in headings {
        let node = OutlineNode::new(heading.text.trim().to_owned(), place(heading));
        match (heading.level, open.as_mut()) {
            (2.., Some(parent)) => parent.push_child(node),
            _ => {
                if let Some(done) = open.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    let first = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(open.unwrap_or_else(|| OutlineNode::new(document.kind.to_owned(), first)));
    outline
}

/// Draws what belongs together under one mark.
fn draw(surface: &mut Surface<'_>, sheet: &Sheet, tree: &mut Tree) {
    for run in sheet.ops.chunk_by(|one, next| one.owner == next.owner) {
        let Some(first) = run.first() else { continue };
        let only_text = run.iter().all(|op| matches!(op.ink, Ink::Text { .. }));
        let tag = match first.owner {
            Owner::Node(_) if only_text => ContentTag::Span(SpanTag::empty()),
            Owner::Node(_) => ContentTag::Other,
            Owner::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            Owner::Header => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)),
            Owner::Footer => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
        };
        let identifier = surface.start_tagged(tag);
        for op in run {
            ink(surface, op);
        }
        surface.end_tagged();
        if let Owner::Node(node) = first.owner {
            tree.draw(node, identifier);
        }
    }
}

fn ink(surface: &mut Surface<'_>, op: &Op) {
    match &op.ink {
        Ink::Blank => {}
        Ink::Text { x, y, style, text } => write_text(surface, (*x, *y), *style, text),
        Ink::Path { steps, fill, stroke } => {
            let mut path = PathBuilder::new();
            for step in steps {
                match *step {
                    Step::Move(x, y) => path.move_to(x, y),
                    Step::Line(x, y) => path.line_to(x, y),
                    Step::Cubic([first, second, end]) => {
                        path.cubic_to(first.0, first.1, second.0, second.1, end.0, end.1);
                    }
                    Step::Close => path.close(),
                }
            }
            surface.set_fill(fill.map(|(colour, opacity)| paint(colour, opacity)));
            surface.set_stroke(stroke.map(|(colour, width)| Stroke {
                paint: rgb_of(colour).into(),
                width,
                ..Stroke::default()
            }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn write_text(surface: &mut Surface<'_>, (x, y): (f32, f32), style: Style, text: &str) {
    let face = Face::of(style.strong);
    let Some(font) = face.font.clone() else { return };
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .filter_map(|(at, character)| {
            let glyph = face.glyph(character)?;
            let range = at..at + character.len_utf8();
            Some(KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, 0.0, 0.0, 0.0, range, None))
        })
        .collect();
    surface.set_stroke(None);
    surface.set_fill(Some(paint(style.colour, 1.0)));
    surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, text, style.size, false);
}

fn paint(colour: Colour, opacity: f32) -> Fill {
    let opacity = NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE);
    Fill { paint: rgb_of(colour).into(), opacity, rule: FillRule::NonZero }
}

fn rgb_of(colour: Colour) -> rgb::Color {
    rgb::Color::new(colour.0, colour.1, colour.2)
}
