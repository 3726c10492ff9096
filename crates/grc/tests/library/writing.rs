//! Advice for authors, and our own files, which need none.
