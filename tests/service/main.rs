//! The whole service: the real model, real servers on free ports, real sockets. Only outside web
//! pages are played by a local server.

mod bad_input;
mod clips;
mod command_line;
mod crash;
mod gateway;
mod packs;
mod stream;
mod support;
mod voice;
