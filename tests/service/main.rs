//! The whole service: the real model, real servers on free ports, real sockets. Only outside web
//! pages are played by a local server.

mod bad_input;
mod clients;
mod clips;
mod command_line;
mod cors;
mod crash;
mod feeds;
mod files;
mod gateway;
mod packs;
mod pinned_player;
mod routes;
mod stream;
mod support;
mod voice;
