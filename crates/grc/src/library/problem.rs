//! What is wrong with a file: where, what to do, and which answer of the wire it leads to.

use super::yaml::Position;
use std::fmt;

/// One reason to refuse a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Where it stands; line 0 when the file as a whole is meant.
    pub at: Position,
    /// Key path, as `objects.framework.requirement_nodes[3]`; empty for the file as a whole.
    pub path: String,
    /// What is wrong.
    pub kind: Kind,
    /// The same in words, with what to do about it.
    pub message: String,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The file is empty.
    Empty,
    /// The file is larger than allowed.
    TooLarge,
    /// The file is not text: wrong encoding, or characters that no text has.
    NotText,
    /// The file is not YAML, or uses what a library may not use (tags, several documents).
    NotYaml,
    /// Lists and maps lie too deep in each other.
    TooDeep,
    /// More values than allowed.
    TooManyValues,
    /// Aliases stand for more than allowed.
    Aliases,
    /// The file is YAML but not a map of keys.
    NotMap,
    /// `version` is missing or not a whole number.
    Version,
    /// The library's `urn` is missing or not a URN.
    LibraryUrn,
    /// The library's `name` is missing.
    LibraryName,
    /// `objects` is missing, empty, or not a map.
    Objects,
    /// An object has no `urn`.
    MissingUrn,
    /// Two objects of one kind share a `urn`.
    DuplicateUrn,
    /// A key that must be there is not.
    MissingKey,
    /// A value is not of the kind that its key takes.
    BadValue,
    /// A requirement's `parent_urn` is no requirement of this framework.
    UnknownParent,
    /// Requirements are each other's parents.
    ParentLoop,
    /// A matrix' grid does not match its axes, or ids are not indexes.
    Grid,
    /// A mapping rule has a relationship that does not exist.
    Relationship,
    /// A score scale's minimum is not below its maximum.
    Scale,
    /// A question has a type that does not exist.
    QuestionType,
    /// A question depends on a question that does not exist.
    DependsOn,
}

impl Kind {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::NotText => "not_text",
            Self::NotYaml => "not_yaml",
            Self::TooDeep => "too_deep",
            Self::TooManyValues => "too_many_values",
            Self::Aliases => "aliases",
            Self::NotMap => "not_a_map",
            Self::Version => "version",
            Self::LibraryUrn => "library_urn",
            Self::LibraryName => "library_name",
            Self::Objects => "objects",
            Self::MissingUrn => "missing_urn",
            Self::DuplicateUrn => "duplicate_urn",
            Self::MissingKey => "missing_key",
            Self::BadValue => "bad_value",
            Self::UnknownParent => "unknown_parent",
            Self::ParentLoop => "parent_loop",
            Self::Grid => "grid",
            Self::Relationship => "relationship",
            Self::Scale => "scale",
            Self::QuestionType => "question_type",
            Self::DependsOn => "depends_on",
        }
    }
}

/// Which of the wire's refusals a problem leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// `noFileDetected`.
    Empty,
    /// `invalidFileFormat`.
    Binary,
    /// `invalidLibraryFileError`.
    File,
    /// `Failed to store library content.`
    Header,
    /// `libraryLoadFailed`; [`Problem::part`] says in what.
    Content,
}

impl Problem {
    /// Which refusal it leads to.
    pub fn class(&self) -> Class {
        match self.kind {
            Kind::Empty => Class::Empty,
            Kind::NotText => Class::Binary,
            Kind::TooLarge | Kind::NotYaml | Kind::TooDeep | Kind::TooManyValues | Kind::Aliases | Kind::NotMap => {
                Class::File
            }
            Kind::Version | Kind::LibraryUrn | Kind::LibraryName | Kind::Objects => Class::Header,
            _ if self.part().is_none() => Class::Header,
            _ => Class::Content,
        }
    }

    /// The kind of object it is in: `framework`, `risk_matrix`, …; nothing outside `objects`.
    pub fn part(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("objects.")?;
        rest.split(['.', '[']).next().filter(|part| !part.is_empty())
    }
}

/// Longest message, in characters. A file may hold one word of many megabytes.
const LONGEST: usize = 400;

/// A message of bearable length.
pub(super) fn shortened(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(end);
        message.push('…');
    }
    message
}

impl fmt::Display for Problem {
    /// `mylib.yaml:42:7: objects.framework.requirement_nodes[3]: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if self.at.line > 0 {
            write!(f, "{}:{}:", self.at.line, self.at.column)?;
        }
        if !self.path.is_empty() {
            write!(f, " {}:", self.path)?;
        }
        write!(f, " {}", self.message)
    }
}
