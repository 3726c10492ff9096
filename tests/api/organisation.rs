//! Folders, perimeters, assets and the words and labels they are sorted by.

mod assets;
mod folders;
mod objectives;
mod words;
