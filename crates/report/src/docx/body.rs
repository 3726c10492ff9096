//! The text of the document.

use super::{
    chart::{self, Native},
    parts::{field, measure, short, tab},
};
use crate::{
    colour::Colour,
    document::{Block, Cell, Document, Row, Table, Tone},
    xml::escaped,
};

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"";

/// The main part and the charts that it shows, in order.
pub(super) struct Body {
    pub xml: String,
    pub charts: Vec<Native>,
}

pub(super) fn write(document: &Document<'_>) -> Body {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let xml = format!("{head}<w:document {NAMESPACES}><w:body>");
    let mut body = Body { xml, charts: Vec::new() };
    body.title_page(document);
    if document.has_contents() {
        body.contents(document);
    }
    let mut place = 0;
    for block in &document.blocks {
        body.block(document, block, &mut place);
    }
    body.section(document);
    body.xml.push_str("</w:body></w:document>");
    body
}

impl Body {
    fn title_page(&mut self, document: &Document<'_>) {
        self.paragraph("Kind", "", &document.kind.to_uppercase());
        self.paragraph("Title", "", &short(&document.title, 160));
        self.paragraph("Subtitle", "", &short(&document.subtitle, 160));
        if document.facts.is_empty() {
            return;
        }
        let (left, right) = (2400, measure(document) - 2400);
        self.xml.push_str(&format!(
            "<w:p/><w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr>\
             <w:tblGrid><w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{right}\"/></w:tblGrid>",
            left + right
        ));
        for (label, value) in &document.facts {
            self.xml.push_str(&format!("<w:tr><w:tc><w:tcPr><w:tcW w:w=\"{left}\" w:type=\"dxa\"/></w:tcPr>"));
            self.paragraph("Note", "<w:b/>", &document.language.labelled(label, ""));
            self.xml.push_str(&format!("</w:tc><w:tc><w:tcPr><w:tcW w:w=\"{right}\" w:type=\"dxa\"/></w:tcPr>"));
            self.paragraph("Cell", "<w:sz w:val=\"19\"/>", &short(value, 200));
            self.xml.push_str("</w:tc></w:tr>");
        }
        self.xml.push_str("</w:tbl>");
    }

    /// The contents: links to the headings, and page numbers as references. A table-of-contents field could be rebuilt when
    /// somebody adds a heading, but shows no right number until then; references are right in every word processor.
    fn contents(&mut self, document: &Document<'_>) {
        let title = escaped(document.language.words().contents);
        self.xml.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"ContentsTitle\"/><w:pageBreakBefore/></w:pPr><w:r><w:t>{title}</w:t></w:r></w:p>"
        ));
        let tabs = tab(document, Some("dot"));
        for (place, (level, text)) in document.contents().enumerate() {
            self.xml.push_str(&format!(
                "<w:p><w:pPr><w:pStyle w:val=\"TOC{level}\"/>{tabs}</w:pPr>\
                 <w:hyperlink w:anchor=\"_Toc{place}\" w:history=\"1\"><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>\
                 <w:r><w:tab/></w:r>{}</w:hyperlink></w:p>",
                escaped(&short(text, 90)),
                field(&format!("PAGEREF _Toc{place} \\h"), "–"),
            ));
        }
    }

    fn block(&mut self, document: &Document<'_>, block: &Block<'_>, place: &mut usize) {
        match block {
            Block::Heading { level, text } if *level <= 2 => {
                let id = *place;
                self.xml.push_str(&format!(
                    "<w:p><w:pPr><w:pStyle w:val=\"Heading{level}\"/></w:pPr><w:bookmarkStart w:id=\"{id}\" w:name=\"_Toc{id}\"/>"
                ));
                self.run("", text);
                self.xml.push_str(&format!("<w:bookmarkEnd w:id=\"{id}\"/></w:p>"));
                *place += 1;
            }
            Block::Heading { text, .. } => self.paragraph("Heading3", "", text),
            Block::Paragraph(text) => self.paragraph("Normal", "", text),
            Block::Note(text) => self.paragraph("Note", "", text),
            Block::Figures(figures) => self.figures(document, figures),
            Block::Chart(chart) => {
                if chart.captioned {
                    self.paragraph("Caption", "", &chart.title);
                }
                let number = self.charts.len() + 1;
                let native = chart::native(chart, document);
                self.xml.push_str(&native.drawing(number, &chart.description(document.language)));
                self.charts.push(native);
            }
            Block::Table(table) => self.table(document, table),
        }
    }

    fn paragraph(&mut self, style: &str, properties: &str, text: &str) {
        self.xml.push_str(&format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>"));
        self.run(properties, text);
        self.xml.push_str("</w:p>");
    }

    fn run(&mut self, properties: &str, text: &str) {
        let properties = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
        self.xml.push_str(&format!("<w:r>{properties}"));
        for (at, line) in text.trim().lines().enumerate() {
            if at > 0 {
                self.xml.push_str("<w:br/>");
            }
            let line = line.trim_end();
            if !line.is_empty() {
                self.xml.push_str(&format!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(line)));
            }
        }
        self.xml.push_str("</w:r>");
    }

    fn figures(&mut self, document: &Document<'_>, figures: &[(String, &'static str)]) {
        let count = u32::try_from(figures.len()).unwrap_or(1).max(1);
        let width = measure(document) / count;
        let (ground, accent) = (Colour::TINT.hex(), Colour::ACCENT.hex());
        self.xml.push_str(&format!(
            "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>\
             <w:top w:w=\"80\" w:type=\"dxa\"/><w:left w:w=\"140\" w:type=\"dxa\"/><w:bottom w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar>\
             </w:tblPr><w:tblGrid>{}</w:tblGrid><w:tr>",
            width * count,
            format!("<w:gridCol w:w=\"{width}\"/>").repeat(figures.len().max(1)),
        ));
        for (figure, label) in figures {
            self.xml.push_str(&format!(
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:tcBorders>\
                 <w:left w:val=\"single\" w:sz=\"24\" w:space=\"0\" w:color=\"{accent}\"/></w:tcBorders>\
                 <w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{ground}\"/></w:tcPr>"
            ));
            let large = format!("<w:b/><w:color w:val=\"{accent}\"/><w:sz w:val=\"36\"/>");
            self.paragraph("Cell", &large, figure);
            self.paragraph("Cell", &format!("<w:color w:val=\"{}\"/>", Colour::MUTED.hex()), label);
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr></w:tbl><w:p/>");
    }

    fn table(&mut self, document: &Document<'_>, table: &Table<'_>) {
        let total: f32 = table.columns.iter().map(|column| column.weight).sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "twips of a page"
        )]
        let widths: Vec<u32> =
            table.columns.iter().map(|column| (measure(document) as f32 * column.weight / total) as u32).collect();
        let whole: u32 = widths.iter().sum();
        let line = Colour::LINE.hex();
        self.xml.push_str(&format!(
            "<w:tbl><w:tblPr><w:tblW w:w=\"{whole}\" w:type=\"dxa\"/><w:tblBorders>\
             <w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"{line}\"/>\
             <w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"{line}\"/></w:tblBorders>\
             <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:top w:w=\"60\" w:type=\"dxa\"/><w:left w:w=\"80\" w:type=\"dxa\"/>\
             <w:bottom w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar>\
             <w:tblLook w:firstRow=\"1\"/></w:tblPr><w:tblGrid>"
        ));
        for width in &widths {
            self.xml.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.xml.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (column, width) in table.columns.iter().zip(&widths) {
            self.cell_start(*width, 1, Some(Colour::ACCENT));
            self.paragraph("Cell", &format!("<w:b/><w:color w:val=\"{}\"/>", Colour::WHITE.hex()), column.title);
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr>");
        for row in &table.rows {
            match row {
                Row::Group(title) => {
                    self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
                    self.cell_start(whole, table.columns.len(), Some(Colour::TINT));
                    let properties = format!("<w:b/><w:color w:val=\"{}\"/>", Colour::ACCENT.hex());
                    self.xml.push_str("<w:p><w:pPr><w:pStyle w:val=\"Cell\"/><w:keepNext/></w:pPr>");
                    self.run(&properties, title);
                    self.xml.push_str("</w:p></w:tc></w:tr>");
                }
                Row::Cells(cells) => {
                    self.xml.push_str("<w:tr>");
                    for (cell, width) in cells.iter().zip(&widths) {
                        self.cell_start(*width, 1, None);
                        self.cell(cell);
                        self.xml.push_str("</w:tc>");
                    }
                    self.xml.push_str("</w:tr>");
                }
            }
        }
        self.xml.push_str("</w:tbl><w:p/>");
    }

    fn cell_start(&mut self, width: u32, span: usize, ground: Option<Colour>) {
        let span = if span > 1 { format!("<w:gridSpan w:val=\"{span}\"/>") } else { String::new() };
        let ground =
            ground.map(|colour| format!("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{}\"/>", colour.hex()));
        let ground = ground.unwrap_or_default();
        self.xml.push_str(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{ground}</w:tcPr>"));
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        if cell.lines.is_empty() {
            self.xml.push_str("<w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr></w:p>");
        }
        for (at, line) in cell.lines.iter().enumerate() {
            self.xml.push_str("<w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr>");
            if let (0, Some(colour)) = (at, cell.mark) {
                self.xml.push_str(&format!(
                    "<w:r><w:rPr><w:color w:val=\"{}\"/></w:rPr><w:t xml:space=\"preserve\">■ </w:t></w:r>",
                    colour.hex()
                ));
            }
            match line.tone {
                Tone::Plain => self.run("", &line.text),
                Tone::Strong => self.run("<w:b/>", &line.text),
                Tone::Muted => {
                    self.run(&format!("<w:color w:val=\"{}\"/><w:sz w:val=\"14\"/>", Colour::MUTED.hex()), &line.text);
                }
            }
            self.xml.push_str("</w:p>");
        }
    }

    fn section(&mut self, document: &Document<'_>) {
        let (width, height, orientation, side) =
            if document.landscape { (16838, 11906, " w:orient=\"landscape\"", 850) } else { (11906, 16838, "", 1000) };
        self.xml.push_str(&format!(
            "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"header\"/><w:footerReference w:type=\"default\" r:id=\"footer\"/>\
             <w:pgSz w:w=\"{width}\" w:h=\"{height}\"{orientation}/><w:pgMar w:top=\"1200\" w:right=\"{side}\" w:bottom=\"1100\" \
             w:left=\"{side}\" w:header=\"600\" w:footer=\"560\" w:gutter=\"0\"/><w:titlePg/></w:sectPr>"
        ));
    }
}
