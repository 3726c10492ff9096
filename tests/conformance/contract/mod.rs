//! What every declared resource must do.
