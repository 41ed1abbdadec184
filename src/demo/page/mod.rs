//! The files of the demo page, embedded.
//!
//! Served from the root of the demo's own plain listener with the content security policy
//! `default-src 'self'; style-src 'self'; script-src 'self'`.

/// One file of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageFile {
    /// The path it is served at.
    pub(super) path: &'static str,
    /// Its `content-type`.
    pub(super) media_type: &'static str,
    /// Its content.
    pub(super) body: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file of the page. Modules import each other by these paths.
pub(super) const PAGE_FILES: &[PageFile] = &[
    PageFile { path: "/", media_type: HTML, body: include_str!("index.html") },
    PageFile { path: "/style.css", media_type: CSS, body: include_str!("style.css") },
    PageFile { path: "/icon.svg", media_type: SVG, body: include_str!("icon.svg") },
    PageFile { path: "/app.js", media_type: SCRIPT, body: include_str!("app.js") },
    PageFile { path: "/clients.js", media_type: SCRIPT, body: include_str!("clients.js") },
    PageFile { path: "/entry.js", media_type: SCRIPT, body: include_str!("entry.js") },
    PageFile { path: "/hint.js", media_type: SCRIPT, body: include_str!("hint.js") },
    PageFile { path: "/page.js", media_type: SCRIPT, body: include_str!("page.js") },
    PageFile { path: "/phone.js", media_type: SCRIPT, body: include_str!("phone.js") },
    PageFile { path: "/sound.js", media_type: SCRIPT, body: include_str!("sound.js") },
    PageFile { path: "/trace.js", media_type: SCRIPT, body: include_str!("trace.js") },
];
