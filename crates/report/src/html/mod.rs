//! Documents as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. It can be read by
//! ear, by keyboard, on a phone, in the dark and on paper.

mod svg;

use crate::{
    document::{Block, Cell, Document, Row, Table, Tone},
    xml::escaped,
};

const STYLE: &str = include_str!("page.css");

/// The document as a page.
pub(crate) fn write(document: &Document<'_>) -> String {
    let words = document.language.words();
    let mut out = String::with_capacity(64 * 1024);
    let (title, subtitle) = (escaped(&document.title), escaped(&document.subtitle));
    out.push_str(&format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{} – {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">{}</a>\n<header>\n<p class=\"kind\">{}</p>\n<h1>{title}</h1>\n\
         <p class=\"subtitle\">{subtitle}</p>\n<dl>\n",
        document.language.tag(),
        document.kind,
        words.skip_to_content,
        document.kind,
    ));
    for (label, value) in &document.facts {
        out.push_str(&format!("<div><dt>{}</dt><dd dir=\"auto\">{}</dd></div>\n", escaped(label), escaped(value)));
    }
    out.push_str("</dl>\n</header>\n");
    if document.has_contents() {
        contents(document, &mut out);
    }
    out.push_str("<main id=\"content\">\n");
    let mut place = 0;
    let mut heading: &str = &document.title;
    for block in &document.blocks {
        if let Block::Heading { text, .. } = block {
            heading = text;
        }
        self::block(document, block, heading, &mut place, &mut out);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn contents(document: &Document<'_>, out: &mut String) {
    let title = document.language.words().contents;
    out.push_str(&format!("<nav aria-label=\"{title}\">\n<h2>{title}</h2>\n<ol>\n"));
    for (place, (level, text)) in document.contents().enumerate() {
        out.push_str(&format!("<li class=\"level{level}\"><a href=\"#s{place}\">{}</a></li>\n", escaped(text)));
    }
    out.push_str("</ol>\n</nav>\n");
}

fn block(document: &Document<'_>, block: &Block<'_>, heading: &str, place: &mut usize, out: &mut String) {
    match block {
        Block::Heading { level, text } if *level <= 2 => {
            let rank = level + 1;
            out.push_str(&format!("<h{rank} id=\"s{place}\">{}</h{rank}>\n", escaped(text)));
            *place += 1;
        }
        Block::Heading { text, .. } => out.push_str(&format!("<h4>{}</h4>\n", escaped(text))),
        Block::Paragraph(text) => out.push_str(&format!("<p dir=\"auto\">{}</p>\n", broken(text))),
        Block::Note(text) => out.push_str(&format!("<p class=\"note\">{}</p>\n", broken(text))),
        Block::Figures(figures) => {
            out.push_str("<ul class=\"figures\">\n");
            for (figure, label) in figures {
                out.push_str(&format!("<li><strong>{}</strong> <span>{label}</span></li>\n", escaped(figure)));
            }
            out.push_str("</ul>\n");
        }
        Block::Chart(chart) => {
            out.push_str("<figure>\n");
            if chart.captioned {
                out.push_str(&format!("<figcaption>{}</figcaption>\n", escaped(&chart.title)));
            }
            svg::write(chart, document.language, out);
            out.push_str("</figure>\n");
        }
        Block::Table(table) => self::table(table, heading, out),
    }
}

/// A table that a keyboard can scroll, named after the heading above it.
fn table(table: &Table<'_>, heading: &str, out: &mut String) {
    let name = escaped(heading);
    out.push_str(&format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{name}\"><table>\n<thead><tr>"
    ));
    for column in &table.columns {
        out.push_str(&format!("<th scope=\"col\" style=\"width:{:.0}%\">{}</th>", column.weight * 100.0, column.title));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        match row {
            Row::Group(title) => {
                let span = table.columns.len();
                out.push_str(&format!("<tr><th class=\"group\" colspan=\"{span}\">{}</th></tr>\n", escaped(title)));
            }
            Row::Cells(cells) => {
                out.push_str("<tr>");
                for cell in cells {
                    self::cell(cell, out);
                }
                out.push_str("</tr>\n");
            }
        }
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn cell(cell: &Cell<'_>, out: &mut String) {
    out.push_str("<td dir=\"auto\">");
    for (at, line) in cell.lines.iter().enumerate() {
        if at > 0 {
            out.push_str("<br>");
        } else if let Some(colour) = cell.mark {
            out.push_str(&format!("<span class=\"mark\" style=\"background:#{}\"></span>", colour.hex()));
        }
        let text = broken(&line.text);
        match (&line.target, line.tone) {
            (Some(target), _) => out.push_str(&format!("<a href=\"{}\">{text}</a>", escaped(target))),
            (None, Tone::Plain) => out.push_str(&text),
            (None, Tone::Strong) => out.push_str(&format!("<strong>{text}</strong>")),
            (None, Tone::Muted) => out.push_str(&format!("<small>{text}</small>")),
        }
    }
    out.push_str("</td>");
}

/// A text with its line ends.
fn broken(text: &str) -> String {
    escaped(text.trim()).replace("\r\n", "\n").replace(['\r', '\n'], "<br>")
}
