//! The fetcher before servers and name servers that mean no good.

mod bounds;
mod guard;
mod misbehaving;
mod pages;
mod ways;
