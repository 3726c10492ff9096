//! The organisation: folders, perimeters, assets, and the words and labels they are sorted by.

mod asset;
mod asset_class;
mod builtins;
mod filtering_label;
mod folder;
mod perimeter;
mod quality;
mod terminology;
mod transfer;
mod translation;

pub use builtins::seed;

use engine::declare::{Resource, Shape};

/// Shapes that are only read.
const READ: &[Shape] = &[Shape::List, Shape::Detail];

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![
        folder::folder_resource(),
        filtering_label::filtering_label(),
        terminology::terminology(),
        asset_class::asset_class(),
        perimeter::perimeter(),
        asset::asset(),
    ]
}
