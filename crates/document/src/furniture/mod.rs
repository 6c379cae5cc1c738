//! What Chinese government pages carry around a document: menus, share buttons, disclaimers, footers.
//!
//! `names` looks at the names of elements, `words` at what a line says. Neither decides what is left
//! out: that depends on how much text stands there too.

pub(crate) mod names;
pub(crate) mod words;
