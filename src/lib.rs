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
pub mod selection;
pub mod issue;
pub mod subscriber;
pub mod delivery;
pub mod config;

// Edges.
pub mod library;
pub mod digests;
pub mod store;

// Stages.
pub mod similar;
pub mod selector;
pub mod composer;
pub mod lint;
pub mod message;
pub mod sender;

// Wiring.
pub mod pipeline;

// Faces.
pub mod preview;

// Command line.
pub mod cli;
