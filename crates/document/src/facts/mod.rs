//! What a page or a text says about its document: title, number, dates, issuer, attachments.
//!
//! Each module answers for one place where it may be said. Which of several answers is believed is
//! decided in `assembly`.

pub(crate) mod annotations;
pub(crate) mod attachments;
pub(crate) mod date;
pub(crate) mod head;
pub(crate) mod labels;
pub(crate) mod markup;
pub(crate) mod outline;
pub(crate) mod signature;
pub(crate) mod title;
