//! The whole service: the real model, real servers on free ports, real sockets. Only outside web
//! pages are played by a local server.

mod admission;
mod bad_input;
mod clients;
mod clips;
mod command_line;
mod cors;
mod crash;
mod feeds;
mod gateway;
mod packs;
mod pages;
mod pinned_player;
mod prepare;
mod routes;
mod security;
mod stream;
mod support;
mod voice;
mod withdraw;
