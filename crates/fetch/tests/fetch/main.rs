//! The fetcher before servers and name servers that mean no good.

mod guard;
mod server;
