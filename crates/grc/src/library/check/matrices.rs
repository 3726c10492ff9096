//! Risk matrices that confuse their readers.

use super::{Advice, path};
use crate::library::{Level, Library, RiskMatrix};

pub(super) fn check(library: &Library, advice: &mut Advice) {
    for (index, matrix) in library.objects.risk_matrices.iter().enumerate() {
        for (axis, levels) in [("probability", &matrix.probability), ("impact", &matrix.impact), ("risk", &matrix.risk)]
        {
            for (number, level) in levels.iter().enumerate() {
                let path = format!("{}.{axis}[{number}]", path::<RiskMatrix>(index));
                if level.name.is_none() {
                    advice.add(level.at, path.clone(), "no_name", "a level needs a name. Add \"name: …\"");
                }
                color(level, axis == "risk", path, advice);
            }
        }
        for (number, level) in matrix.risk.iter().enumerate() {
            if !matrix.grid.iter().flatten().any(|cell| *cell == number) {
                let path = format!("{}.risk[{number}]", path::<RiskMatrix>(index));
                advice.add(level.at, path, "unused_level", "no cell of the grid leads to this level of risk");
            }
        }
        if falls(&matrix.grid) {
            let message = "somewhere the risk falls while probability or impact rises. Look at the grid again";
            advice.about(index, matrix, "grid", message);
        }
    }
}

fn color(level: &Level, needed: bool, path: String, advice: &mut Advice) {
    match &level.hexcolor {
        Some(color) if !is_color(color) => {
            advice.add(level.at, path, "color", format!("{color:?} is no colour. Write it as #1A2B3C"));
        }
        None if needed => {
            advice.add(level.at, path, "color", "a level of risk is shown by its colour. Add \"hexcolor: '#…'\"");
        }
        _ => {}
    }
}

/// `#RGB` or `#RRGGBB`.
pub(super) fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a step to more probability or impact ever leads to less risk.
fn falls(grid: &[Vec<usize>]) -> bool {
    let along = grid.iter().any(|row| row.windows(2).any(|pair| pair[0] > pair[1]));
    let across = grid.windows(2).any(|rows| rows[0].iter().zip(&rows[1]).any(|(lower, upper)| lower > upper));
    along || across
}
