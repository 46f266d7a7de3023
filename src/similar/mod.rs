//! Near-duplicates: the same article from several feeds, or published again under a longer title.
//!
//! An editor would rather see an article twice than miss one, so two are the same only where the
//! title of one is the title of the other with a few words added. Titles of two articles on one
//! topic each have a word of their own ("fire in Lund", "fire in Kiel"), and those of a series differ
//! by a number ("day 1,418", "day 1,419"): such stay apart, at any threshold and in any language. A
//! summary never makes two articles one, for feeds repeat the same sentence under all articles of a
//! topic; where one publisher has two, it tells them apart.

mod words;

mod fingerprint;

mod group;

pub use fingerprint::{Fingerprint, Text};
pub use group::{Limits, Match, group};
