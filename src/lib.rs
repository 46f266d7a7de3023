//! tidings turns a folder of articles into a newsletter: **articles → selection → issue →
//! deliveries**. Each arrow is a stage, each stage a module; `docs/design.md` tells the rest.
//!
//! The modules stand in order, ground first: one imports only those above it, and
//! `tests/layering.rs` holds it to that.

// Ground.
pub mod clock;
pub mod files;
pub mod term;

// Nouns.
pub mod article;
pub mod config;
pub mod delivery;
pub mod issue;
pub mod selection;
pub mod subscriber;

// Edges.
pub mod store;

// Stages.
pub mod composer;
