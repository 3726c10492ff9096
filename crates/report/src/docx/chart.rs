//! Charts as word processors draw them themselves (`DrawingML`), each with the figures behind it as a workbook.

use super::parts::short;
use crate::{
    ReportError,
    chart::{Chart, Form},
    colour::Colour,
    document::Document,
    table::{Value, workbook},
    terms::share,
    xml::escaped,
};

/// English Metric Units in a point.
const UNITS: u32 = 12_700;

/// A chart as a part of the package.
pub(super) struct Native {
    pub xml: String,
    width: u32,
    height: u32,
    table: Data,
}

/// The figures of a chart: a column of labels and one for each series.
struct Data {
    labels: Vec<String>,
    series: Vec<(String, Colour, Vec<f64>)>,
    format: &'static str,
}

impl Native {
    /// The figures behind the chart, for whoever edits it.
    pub(super) fn workbook(&self) -> Result<Vec<u8>, ReportError> {
        let mut titles = vec![""];
        titles.extend(self.table.series.iter().map(|(name, ..)| name.as_str()));
        let rows = self.table.labels.iter().enumerate().map(|(at, label)| {
            let figures = self
                .table
                .series
                .iter()
                .map(move |(.., figures)| figures.get(at).map_or(Value::Empty, |figure| Value::Number(*figure)));
            std::iter::once(Value::Text(label)).chain(figures)
        });
        Ok(workbook("Sheet1", &titles, rows)?)
    }

    /// The paragraph that shows the chart.
    pub(super) fn drawing(&self, number: usize, description: &str) -> String {
        let (width, height) = (self.width * UNITS, self.height * UNITS);
        format!(
            "<w:p><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
             <wp:docPr id=\"{number}\" name=\"Chart {number}\" descr=\"{}\"/><wp:cNvGraphicFramePr/><a:graphic>\
             <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart r:id=\"chart{number}\"/>\
             </a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
            escaped(description)
        )
    }
}

pub(super) fn native(chart: &Chart<'_>, document: &Document<'_>) -> Native {
    let full = if document.landscape { 720 } else { 490 };
    let language = document.language;
    match &chart.form {
        Form::Donut { slices, .. } => {
            let total: usize = slices.iter().map(|slice| slice.count).sum();
            let told = slices.iter().map(|slice| {
                let percent = language.percent(share(slice.count, total).unwrap_or_default());
                format!("{} – {} ({percent})", short(&slice.label, 40), slice.count)
            });
            let figures = slices.iter().map(|slice| number(slice.count)).collect();
            let series = vec![(chart.title.to_string(), Colour::ACCENT, figures)];
            let table = Data { labels: told.collect(), series, format: "General" };
            let colours: Vec<_> = slices.iter().map(|slice| slice.colour).collect();
            Native { xml: page(&doughnut(&table, &colours), "r"), width: full.min(420), height: 150, table }
        }
        Form::Bars { series, bars } => {
            let labels = bars.iter().map(|bar| format!("{}  {}", short(&bar.label, 42), bar.figure)).collect();
            let series = series.iter().enumerate().map(|(at, (label, colour))| {
                let figures = bars.iter().map(|bar| number(bar.counts.get(at).copied().unwrap_or_default()));
                ((*label).to_owned(), *colour, figures.collect())
            });
            // Zeros are not written on the bars.
            let table = Data { labels, series: series.collect(), format: "0;;;" };
            let height = 60 + 20 * u32::try_from(bars.len()).unwrap_or(30);
            Native { xml: page(&stacked(&table), "b"), width: full, height, table }
        }
        Form::Radar { axes, series } => {
            let labels = axes.iter().map(|axis| short(axis, 28)).collect();
            let series = series.iter().map(|ring| (ring.label.to_owned(), ring.colour, ring.shares.clone()));
            let table = Data { labels, series: series.collect(), format: "0%" };
            Native { xml: page(&radar(&table), "b"), width: full.min(490), height: 300, table }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn number(count: usize) -> f64 {
    count as f64
}

fn page(plot: &str, legend: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><c:roundedCorners val=\"0\"/><c:chart>\
         <c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>{plot}</c:plotArea><c:legend><c:legendPos val=\"{legend}\"/>\
         <c:overlay val=\"0\"/></c:legend><c:plotVisOnly val=\"1\"/></c:chart><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>\
         <c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"800\"/></a:pPr><a:endParaRPr lang=\"en\"/></a:p></c:txPr>\
         <c:externalData r:id=\"data\"><c:autoUpdate val=\"0\"/></c:externalData></c:chartSpace>"
    )
}

fn solid(colour: Colour) -> String {
    format!("<a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill>", colour.hex())
}

/// A series up to its name; what its shape looks like comes next.
fn series_head(table: &Data, at: usize) -> String {
    let column = column_of(at + 1);
    format!(
        "<c:idx val=\"{at}\"/><c:order val=\"{at}\"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache>\
         <c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>{}</c:v></c:pt></c:strCache></c:strRef></c:tx>",
        escaped(&table.series[at].0)
    )
}

/// The labels and figures of a series.
fn series_data(table: &Data, at: usize) -> String {
    let (count, last) = (table.labels.len(), table.labels.len() + 1);
    let column = column_of(at + 1);
    let mut out = format!("<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache><c:ptCount val=\"{count}\"/>");
    for (at, label) in table.labels.iter().enumerate() {
        out.push_str(&format!("<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", escaped(label)));
    }
    out.push_str(&format!(
        "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache>\
         <c:formatCode>{}</c:formatCode><c:ptCount val=\"{count}\"/>",
        table.format
    ));
    for (at, figure) in table.series[at].2.iter().enumerate() {
        out.push_str(&format!("<c:pt idx=\"{at}\"><c:v>{figure}</c:v></c:pt>"));
    }
    out.push_str("</c:numCache></c:numRef></c:val>");
    out
}

/// The letter of a column; charts have a handful.
fn column_of(at: usize) -> char {
    u8::try_from(at).ok().and_then(|at| b'A'.checked_add(at)).map_or('B', char::from)
}

fn doughnut(table: &Data, colours: &[Colour]) -> String {
    let mut points = String::new();
    for (at, colour) in colours.iter().enumerate() {
        points.push_str(&format!(
            "<c:dPt><c:idx val=\"{at}\"/><c:bubble3D val=\"0\"/><c:spPr>{}<a:ln w=\"12700\">{}</a:ln></c:spPr></c:dPt>",
            solid(*colour),
            solid(Colour::WHITE)
        ));
    }
    format!(
        "<c:doughnutChart><c:varyColors val=\"1\"/><c:ser>{}{points}{}</c:ser><c:firstSliceAng val=\"0\"/>\
         <c:holeSize val=\"60\"/></c:doughnutChart>",
        series_head(table, 0),
        series_data(table, 0)
    )
}

fn stacked(table: &Data) -> String {
    let mut out = String::from(
        "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"percentStacked\"/><c:varyColors val=\"0\"/>",
    );
    for at in 0..table.series.len() {
        let colour = table.series[at].1;
        let ink = if colour == Colour::AMBER || colour == Colour::GREY { Colour::BLACK } else { Colour::WHITE };
        out.push_str(&format!(
            "<c:ser>{}<c:spPr>{}</c:spPr><c:invertIfNegative val=\"0\"/><c:dLbls><c:numFmt formatCode=\"0;;;\" sourceLinked=\"0\"/>\
             <c:spPr><a:noFill/></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"700\" b=\"1\">{}</a:defRPr></a:pPr>\
             <a:endParaRPr lang=\"en\"/></a:p></c:txPr><c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/>\
             <c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls>{}</c:ser>",
            series_head(table, at),
            solid(colour),
            solid(ink),
            series_data(table, at)
        ));
    }
    out.push_str(
        "<c:gapWidth val=\"50\"/><c:overlap val=\"100\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>\
         <c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"maxMin\"/></c:scaling><c:delete val=\"0\"/>\
         <c:axPos val=\"l\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>\
         <c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>\
         <c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"1\"/>\
         <c:axPos val=\"b\"/><c:crossAx val=\"1\"/><c:crosses val=\"autoZero\"/><c:crossBetween val=\"between\"/></c:valAx>",
    );
    out
}

fn radar(table: &Data) -> String {
    let mut out = String::from("<c:radarChart><c:radarStyle val=\"marker\"/><c:varyColors val=\"0\"/>");
    for at in 0..table.series.len() {
        out.push_str(&format!(
            "<c:ser>{}<c:spPr><a:ln w=\"19050\">{}</a:ln></c:spPr><c:marker><c:symbol val=\"none\"/></c:marker>{}</c:ser>",
            series_head(table, at),
            solid(table.series[at].1),
            series_data(table, at)
        ));
    }
    out.push_str(&format!(
        "<c:axId val=\"1\"/><c:axId val=\"2\"/></c:radarChart>\
         <c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"b\"/>\
         <c:majorGridlines/><c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>\
         <c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/><c:max val=\"1\"/><c:min val=\"0\"/></c:scaling>\
         <c:delete val=\"0\"/><c:axPos val=\"l\"/><c:majorGridlines><c:spPr><a:ln>{}</a:ln></c:spPr></c:majorGridlines>\
         <c:numFmt formatCode=\"0%\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>\
         <c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"1\"/><c:crosses val=\"autoZero\"/><c:crossBetween val=\"between\"/><c:majorUnit val=\"0.25\"/></c:valAx>",
        solid(Colour::LINE)
    ));
    out
}
