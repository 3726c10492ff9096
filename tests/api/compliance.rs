//! Audits and their rows, what is asked, mapped and assigned in them, and evidence.

mod assignments;
mod audits;
mod comments;
mod controls;
mod documents;
mod evidence;
mod evidence_bad_files;
mod evidence_files;
mod evidence_revisions;
mod files;
mod following;
mod hidden;
mod hostile;
mod inferred;
mod inspect;
mod mailing;
mod mapping;
mod numbers;
mod other_end;
mod questionnaires;
mod rows;
mod seen;
mod shelf;
mod size;
mod suggestions;
mod views;
