//! What stands before the text, the title page and the table of contents, and what stands around it: page numbers.

use super::{
    flow::{BODY, Heading, capped},
    lines::broken,
    sheet::{Frame, Link, Owner, Sheet, Style},
    tree::{NodeId, Role, Tree},
};
use crate::{colour::Colour, document::Document, face};

const KIND: Style = Style::new(11.0, true, Colour::ACCENT);
const TITLE: Style = Style::new(27.0, true, Colour::INK);
const SUBTITLE: Style = Style::new(14.0, false, Colour::MUTED);
const LABEL: Style = Style::new(8.5, true, Colour::MUTED);
const HEADING: Style = Style::new(18.0, true, Colour::ACCENT);
const FIRST: Style = Style::new(10.0, true, Colour::INK);
const SECOND: Style = Style::new(9.0, false, Colour::INK);
const AROUND: Style = Style::new(7.5, false, Colour::MUTED);
const ENTRY: f32 = 16.0;
/// Below the heading of the contents.
const BELOW: f32 = 40.0;

/// How many pages the contents take.
pub(super) fn sheets_needed(document: &Document<'_>, frame: &Frame) -> usize {
    if !document.has_contents() {
        return 0;
    }
    document.contents().filter(|(_, text)| !text.trim().is_empty()).count().max(1).div_ceil(entries_on_a_sheet(frame))
}

fn entries_on_a_sheet(frame: &Frame) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen lines")]
    let entries = ((frame.bottom - frame.top - BELOW) / ENTRY) as usize;
    entries.max(1)
}

/// The title page and the contents; headings already know their pages.
pub(super) fn lay_out(
    document: &Document<'_>,
    frame: &Frame,
    tree: &mut Tree,
    root: NodeId,
    headings: &[Heading],
    sheets: usize,
) -> Vec<Sheet> {
    let mut out = vec![title_page(document, frame, tree, root)];
    if sheets <= 1 {
        return out;
    }
    let contents = document.language.words().contents;
    let title = tree.add(Some(root), Role::Heading { level: 1, title: contents.to_owned() });
    let list = tree.add(Some(root), Role::Contents);
    let mut rest = headings.chunks(entries_on_a_sheet(frame));
    for at in 1..sheets {
        let mut sheet = Sheet::default();
        if at == 1 {
            sheet.text(Owner::Node(title), frame.left, frame.top + HEADING.ascent(), HEADING, contents);
        }
        let mut y = frame.top + BELOW;
        for heading in rest.next().unwrap_or_default() {
            entry(&mut sheet, frame, tree, list, heading, y);
            y += ENTRY;
        }
        out.push(sheet);
    }
    out
}

fn title_page(document: &Document<'_>, frame: &Frame, tree: &mut Tree, root: NodeId) -> Sheet {
    let mut sheet = Sheet::default();
    let measure = frame.measure();
    let mut y = frame.height * 0.2;
    let mut block = |sheet: &mut Sheet, role, text: &str, style: Style, most| {
        let node = tree.add(Some(root), role);
        for line in capped(broken(text, measure, style.size, style.strong), most) {
            sheet.text(Owner::Node(node), frame.left, y + style.ascent(), style, line);
            y += style.leading();
        }
        y
    };
    block(&mut sheet, Role::Paragraph, &document.kind.to_uppercase(), KIND, 1);
    block(&mut sheet, Role::Title, &document.title, TITLE, 5);
    let end = block(&mut sheet, Role::Paragraph, &document.subtitle, SUBTITLE, 3);
    sheet.rectangle(Owner::Decoration, [0.0, 0.0, frame.width, 14.0], Colour::ACCENT);
    sheet.rectangle(Owner::Decoration, [frame.left, end + 14.0, frame.left + 64.0, end + 18.0], Colour::ACCENT);

    let column = 118.0;
    let mut y = (end + 48.0).max(frame.height * 0.46);
    for (label, value) in &document.facts {
        let lines = capped(broken(value, measure - column, BODY.size, false), 3);
        if y + 40.0 > frame.bottom {
            break;
        }
        let node = Owner::Node(tree.add(Some(root), Role::Paragraph));
        let label = document.language.labelled(label, "");
        sheet.text(node, frame.left, y + BODY.ascent(), LABEL, label);
        for line in lines {
            sheet.text(node, frame.left + column, y + BODY.ascent(), BODY, line);
            y += BODY.leading();
        }
        y += 5.0;
    }
    sheet
}

fn entry(sheet: &mut Sheet, frame: &Frame, tree: &mut Tree, list: NodeId, heading: &Heading, y: f32) {
    let (style, indent) = if heading.level == 1 { (FIRST, 0.0) } else { (SECOND, 14.0) };
    let item = tree.add(Some(list), Role::Entry);
    let node = tree.add(Some(item), Role::Link);
    let number = (heading.sheet + 1).to_string();
    let baseline = y + style.ascent();
    let left = frame.left + indent;
    let text = face::shortened(&heading.text, frame.measure() - indent - 40.0, style.size, style.strong);
    let (from, to) = (
        left + face::width(&text, style.size, style.strong) + 4.0,
        frame.right - face::width(&number, style.size, style.strong) - 4.0,
    );
    sheet.text(Owner::Node(node), left, baseline, style, format!("{text} "));
    let step = face::width(". ", SECOND.size, false);
    if to - from > step {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the dots of a line")]
        let count = ((to - from) / step) as usize;
        let dots = ". ".repeat(count);
        let x = to - face::width(&dots, SECOND.size, false);
        sheet.text(Owner::Decoration, x, baseline, Style::new(SECOND.size, false, Colour::GREY), dots);
    }
    let x = frame.right - face::width(&number, style.size, style.strong);
    sheet.text(Owner::Node(node), x, baseline, style, number);
    let area = [left, y, frame.right, y + ENTRY];
    sheet.links.push(Link { node, area, sheet: heading.sheet, y: heading.y, text: heading.text.clone() });
}

/// Writes what stands above and below the text of each page but the first.
pub(super) fn number(sheets: &mut [Sheet], document: &Document<'_>, frame: &Frame) {
    let words = document.language.words();
    let total = sheets.len();
    let title = face::shortened(&face::drawable(&document.title), frame.measure() * 0.6, AROUND.size, false);
    let subtitle = face::shortened(&face::drawable(&document.subtitle), frame.measure() * 0.35, AROUND.size, false);
    let date = document.language.date(document.date);
    for (at, sheet) in sheets.iter_mut().enumerate().skip(1) {
        let above = 34.0;
        sheet.text(Owner::Header, frame.left, above, AROUND, format!("{title} "));
        let x = frame.right - face::width(&subtitle, AROUND.size, false);
        sheet.text(Owner::Header, x, above, AROUND, subtitle.as_str());
        sheet.rule(Owner::Header, frame.left, frame.right, above + 8.0, Colour::LINE, 0.5);
        let below = frame.height - 30.0;
        let left = format!("{} · {date} ", document.kind);
        sheet.text(Owner::Footer, frame.left, below, AROUND, left);
        let number = format!("{} {} {} {total}", words.page, at + 1, words.of);
        let x = frame.right - face::width(&number, AROUND.size, false);
        sheet.text(Owner::Footer, x, below, AROUND, number);
    }
}
