//! Drawings of a flow: SVG for people, Mermaid for documents, an outline for the terminal.
//!
//! | module | what it holds |
//! |---|---|
//! | [`chart`] | what is drawn: nodes, ways between them, and which ways become a reference instead of a line |
//! | `layers`, `columns` | where each thing is drawn: its row, its order there, its place |
//! | [`svg`] | the picture |
//! | [`mermaid`] | the same as text for Markdown |
//! | [`outline`] | the same for a terminal |
//!
//! The same flow gives the same drawing, byte for byte, so that a drawing can be committed and compared.

pub mod chart;
mod columns;
mod layers;
pub mod mermaid;
pub mod outline;
pub mod svg;

pub use chart::Chart;

#[cfg(test)]
mod tests;
