//! The whole service: the real model, real servers on free ports, real sockets. Only outside web
//! pages are played by a local server.

mod admission;
mod bad_input;
mod bench;
mod clients;
mod clips;
mod command_line;
mod config_check;
mod cors;
mod crash;
mod deploy;
mod docs;
mod feeds;
mod files;
mod gateway;
mod lexicon;
mod models;
mod packs;
mod pinned_player;
mod prepare;
mod privacy;
mod routes;
mod security;
mod seeing;
mod several_pages;
mod shared_tier;
mod shared_withdrawals;
mod stream;
mod tier;
mod timings;
mod tls;
mod traces;
mod unchanged_pages;
mod voice;
mod withdraw;
