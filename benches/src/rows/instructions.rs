//! Instructions of the hot paths.
