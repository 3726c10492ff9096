//! The words of assessments and controls that reports know: results, findings, progress and the like, by the codes of the
//! API.

use crate::{colour::Colour, words::Language};

/// Declares an enumeration with its codes.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code, as the API writes it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// From the code of the API.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|item| item.code() == code)
            }
        }
    };
}

coded! {
    /// Whether a requirement is met.
    Outcome {
        /// Met.
        Compliant = "compliant",
        /// Met in part.
        PartiallyCompliant = "partially_compliant",
        /// Not met.
        NonCompliant = "non_compliant",
        /// Nobody has looked yet.
        NotAssessed = "not_assessed",
        /// Does not apply here.
        NotApplicable = "not_applicable",
    }
}

coded! {
    /// What an auditor adds to a result.
    Finding {
        /// A major nonconformity.
        MajorNonconformity = "major_nonconformity",
        /// A minor nonconformity.
        MinorNonconformity = "minor_nonconformity",
        /// An observation, a sensitive point.
        ObservationSensitivePoint = "observation_sensitive_point",
        /// An opportunity for improvement.
        OpportunityForImprovement = "opportunity_for_improvement",
        /// A good practice.
        GoodPractice = "good_practice",
    }
}

coded! {
    /// How far the work on a requirement is.
    Progress {
        /// Not begun.
        ToDo = "to_do",
        /// Begun.
        InProgress = "in_progress",
        /// Waiting for a review.
        InReview = "in_review",
        /// Done.
        Done = "done",
    }
}

coded! {
    /// How far a control is.
    Standing {
        /// Not begun.
        ToDo = "to_do",
        /// Begun.
        InProgress = "in_progress",
        /// Begun, and waiting.
        OnHold = "on_hold",
        /// It works.
        Active = "active",
        /// It works in part.
        Degraded = "degraded",
        /// It is no longer used.
        Deprecated = "deprecated",
        /// Nobody has said.
        Undefined = "--",
    }
}

coded! {
    /// What a control is made of.
    Category {
        /// A rule.
        Policy = "policy",
        /// A way of working.
        Process = "process",
        /// A machine or a program.
        Technical = "technical",
        /// A thing that can be touched.
        Physical = "physical",
        /// A way of working, step by step.
        Procedure = "procedure",
    }
}

impl Standing {
    /// What readers of a language call it.
    pub fn label(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::ToDo => words.to_do,
            Self::InProgress => words.in_progress,
            Self::OnHold => words.on_hold,
            Self::Active => words.active,
            Self::Degraded => words.degraded,
            Self::Deprecated => words.deprecated,
            Self::Undefined => words.undefined,
        }
    }
}

impl Category {
    /// What readers of a language call it.
    pub fn label(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::Policy => words.policy,
            Self::Process => words.process,
            Self::Technical => words.technical,
            Self::Physical => words.physical,
            Self::Procedure => words.procedure,
        }
    }
}

impl Outcome {
    /// What readers of a language call it.
    pub fn label(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::Compliant => words.compliant,
            Self::PartiallyCompliant => words.partially_compliant,
            Self::NonCompliant => words.non_compliant,
            Self::NotAssessed => words.not_assessed,
            Self::NotApplicable => words.not_applicable,
        }
    }

    pub(crate) fn colour(self) -> Colour {
        match self {
            Self::Compliant => Colour::GREEN,
            Self::PartiallyCompliant => Colour::AMBER,
            Self::NonCompliant => Colour::RED,
            Self::NotAssessed => Colour::GREY,
            Self::NotApplicable => Colour::SLATE,
        }
    }
}

impl Finding {
    /// What readers of a language call it.
    pub fn label(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::MajorNonconformity => words.major_nonconformity,
            Self::MinorNonconformity => words.minor_nonconformity,
            Self::ObservationSensitivePoint => words.sensitive_point,
            Self::OpportunityForImprovement => words.opportunity,
            Self::GoodPractice => words.good_practice,
        }
    }
}

impl Progress {
    /// What readers of a language call it.
    pub fn label(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::ToDo => words.to_do,
            Self::InProgress => words.in_progress,
            Self::InReview => words.in_review,
            Self::Done => words.done,
        }
    }
}

/// How many requirements have which result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Met.
    pub compliant: usize,
    /// Met in part.
    pub partially_compliant: usize,
    /// Not met.
    pub non_compliant: usize,
    /// Not looked at.
    pub not_assessed: usize,
    /// Outside.
    pub not_applicable: usize,
}

impl Counts {
    /// One more of a result.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Compliant => self.compliant += 1,
            Outcome::PartiallyCompliant => self.partially_compliant += 1,
            Outcome::NonCompliant => self.non_compliant += 1,
            Outcome::NotAssessed => self.not_assessed += 1,
            Outcome::NotApplicable => self.not_applicable += 1,
        }
    }

    /// How many of a result.
    pub fn of(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Compliant => self.compliant,
            Outcome::PartiallyCompliant => self.partially_compliant,
            Outcome::NonCompliant => self.non_compliant,
            Outcome::NotAssessed => self.not_assessed,
            Outcome::NotApplicable => self.not_applicable,
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.applicable() + self.not_applicable
    }

    /// Those that apply.
    pub fn applicable(&self) -> usize {
        self.compliant + self.partially_compliant + self.non_compliant + self.not_assessed
    }

    /// Those that apply and somebody has looked at.
    pub fn assessed(&self) -> usize {
        self.applicable() - self.not_assessed
    }

    /// The share that is met of what applies, from 0 to 1; nothing where nothing applies.
    pub fn compliance(&self) -> Option<f64> {
        share(self.compliant, self.applicable())
    }
}

/// A part of a whole, from 0 to 1.
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}
