//! Our own content, part of the program, so that a fresh instance can do its main job without any
//! file. Our words throughout, free to use under the program's licence.

/// One built-in file.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// Its text, to be given to [`read`](super::read).
    pub text: &'static str,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(File { name: $name, text: include_str!(concat!("builtin/", $name)) }),+]
    };
}

/// All built-in files, in the order in which they are to be loaded.
pub const FILES: &[File] = files!["matrix-3x3.yaml", "matrix-4x4.yaml", "matrix-5x5.yaml", "tessera-starter.yaml"];
