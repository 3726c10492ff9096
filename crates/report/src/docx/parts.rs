//! The parts of the package around the text.

use crate::{colour::Colour, document::Document, xml::escaped};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(super) const RELATIONSHIPS: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>",
    "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>",
    "</Relationships>"
);

/// Fields are brought up to date when the document is opened: page numbers in the contents are known only then.
pub(super) const SETTINGS: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">",
    "<w:defaultTabStop w:val=\"708\"/><w:updateFields w:val=\"true\"/>",
    "<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>",
    "</w:settings>"
);

pub(super) fn content_types(charts: usize) -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"xlsx\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("header1", "header"),
        ("footer1", "footer"),
    ] {
        out.push_str(&format!(
            "<Override PartName=\"/word/{part}.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml\"/>"
        ));
    }
    for number in 1..=charts {
        out.push_str(&format!(
            "<Override PartName=\"/word/charts/chart{number}.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.drawingml.chart+xml\"/>"
        ));
    }
    out.push_str("</Types>");
    out
}

pub(super) fn document_relationships(charts: usize) -> String {
    let mut out =
        format!("{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
    for (id, kind, target) in [
        ("styles", "styles", "styles.xml"),
        ("settings", "settings", "settings.xml"),
        ("header", "header", "header1.xml"),
        ("footer", "footer", "footer1.xml"),
    ] {
        out.push_str(&format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"));
    }
    for number in 1..=charts {
        out.push_str(&format!(
            "<Relationship Id=\"chart{number}\" Type=\"{OFFICE}/chart\" Target=\"charts/chart{number}.xml\"/>"
        ));
    }
    out.push_str("</Relationships>");
    out
}

pub(super) fn chart_relationships(number: usize) -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"data\" Type=\"{OFFICE}/package\" Target=\"../embeddings/chart{number}.xlsx\"/></Relationships>"
    )
}

pub(super) fn core(document: &Document<'_>) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{} – {}</dc:title><dc:subject>{}</dc:subject>\
         <dc:creator>{}</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{}T00:00:00Z</dcterms:created>\
         <dc:language>{}</dc:language></cp:coreProperties>",
        document.kind,
        escaped(&document.title),
        escaped(&document.subtitle),
        escaped(&document.authors.join("; ")),
        document.date,
        document.language.tag(),
    )
}

pub(super) fn header(document: &Document<'_>) -> String {
    let (title, subtitle) = (short(&document.title, 60), short(&document.subtitle, 45));
    format!(
        "{HEAD}<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:pStyle w:val=\"Header\"/>{}</w:pPr><w:r><w:t xml:space=\"preserve\">{}\
         </w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p></w:hdr>",
        tab(document, None),
        escaped(&title),
        escaped(&subtitle),
    )
}

pub(super) fn footer(document: &Document<'_>) -> String {
    let words = document.language.words();
    format!(
        "{HEAD}<w:ftr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>{}</w:pPr>\
         <w:r><w:t xml:space=\"preserve\">{} · {}</w:t></w:r><w:r><w:tab/></w:r>\
         <w:r><w:t xml:space=\"preserve\">{} </w:t></w:r>{}<w:r><w:t xml:space=\"preserve\"> {} </w:t></w:r>{}</w:p></w:ftr>",
        tab(document, None),
        document.kind,
        document.language.date(document.date),
        words.page,
        field("PAGE", "1"),
        words.of,
        field("NUMPAGES", "1"),
    )
}

/// A field with what it says until somebody computes it.
pub(super) fn field(code: &str, shown: &str) -> String {
    format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>{shown}</w:t></w:r>\
         <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    )
}

/// A tab at the right edge of the text.
pub(super) fn tab(document: &Document<'_>, leader: Option<&str>) -> String {
    let leader = leader.map(|leader| format!(" w:leader=\"{leader}\"")).unwrap_or_default();
    format!("<w:tabs><w:tab w:val=\"right\"{leader} w:pos=\"{}\"/></w:tabs>", measure(document))
}

/// The width of the text, in twentieths of a point.
pub(super) fn measure(document: &Document<'_>) -> u32 {
    if document.landscape { 16838 - 2 * 850 } else { 11906 - 2 * 1000 }
}

/// At most so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", flat[..end].trim_end()),
        None => flat,
    }
}

/// A style of paragraphs: name, size in half points, bold, colour, space before and after, further properties.
struct Style {
    id: &'static str,
    name: &'static str,
    size: u32,
    strong: bool,
    colour: Colour,
    spacing: (u32, u32),
    more: &'static str,
}

const STYLES: [Style; 13] = {
    const fn style(id: &'static str, name: &'static str, size: u32, strong: bool, colour: Colour) -> Style {
        Style { id, name, size, strong, colour, spacing: (0, 0), more: "" }
    }
    [
        Style { spacing: (0, 120), ..style("Title", "Title", 54, true, Colour::INK) },
        Style { spacing: (0, 240), ..style("Subtitle", "Subtitle", 28, false, Colour::MUTED) },
        Style { spacing: (2600, 120), ..style("Kind", "Kind of report", 22, true, Colour::ACCENT) },
        Style {
            spacing: (0, 200),
            more: "<w:keepNext/><w:pageBreakBefore/><w:outlineLvl w:val=\"0\"/>",
            ..style("Heading1", "heading 1", 36, true, Colour::ACCENT)
        },
        Style {
            spacing: (280, 120),
            more: "<w:keepNext/><w:outlineLvl w:val=\"1\"/>",
            ..style("Heading2", "heading 2", 26, true, Colour::ACCENT)
        },
        Style {
            spacing: (200, 80),
            more: "<w:keepNext/><w:outlineLvl w:val=\"2\"/>",
            ..style("Heading3", "heading 3", 21, true, Colour::INK)
        },
        Style { spacing: (60, 40), ..style("TOC1", "toc 1", 20, true, Colour::INK) },
        Style { more: "<w:ind w:left=\"280\"/>", spacing: (0, 30), ..style("TOC2", "toc 2", 18, false, Colour::INK) },
        Style { spacing: (0, 200), ..style("ContentsTitle", "Contents title", 36, true, Colour::ACCENT) },
        Style { spacing: (0, 120), ..style("Note", "Note", 17, false, Colour::MUTED) },
        Style { more: "<w:keepNext/>", spacing: (160, 60), ..style("Caption", "caption", 20, true, Colour::INK) },
        style("Header", "header", 15, false, Colour::MUTED),
        style("Footer", "footer", 15, false, Colour::MUTED),
    ]
};

pub(super) fn styles(document: &Document<'_>) -> String {
    let mut out = format!(
        "{HEAD}<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:eastAsia=\"Arial\" w:cs=\"Arial\"/><w:color w:val=\"{}\"/>\
         <w:sz w:val=\"19\"/><w:szCs w:val=\"19\"/><w:lang w:val=\"{}\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>\
         <w:spacing w:after=\"120\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"Table text\"/><w:basedOn w:val=\"Normal\"/><w:pPr>\
         <w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/></w:pPr><w:rPr><w:sz w:val=\"16\"/><w:szCs w:val=\"16\"/></w:rPr></w:style>",
        Colour::INK.hex(),
        document.language.tag(),
    );
    for Style { id, name, size, strong, colour, spacing: (before, after), more } in STYLES {
        let bold = if strong { "<w:b/><w:bCs/>" } else { "" };
        // The schema wants `outlineLvl` and `ind` after the spacing, `keepNext` before it.
        let (first, last) = match more.find("<w:outlineLvl").or_else(|| more.find("<w:ind")) {
            Some(place) => more.split_at(place),
            None => (more, ""),
        };
        out.push_str(&format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"Normal\"/><w:qFormat/><w:pPr>{first}<w:spacing w:before=\"{before}\" w:after=\"{after}\"/>{last}</w:pPr>\
             <w:rPr>{bold}<w:color w:val=\"{}\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
            colour.hex(),
        ));
    }
    out.push_str("</w:styles>");
    out
}
