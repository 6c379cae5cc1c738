//! Pages of every kind, and what must be found on them.

mod announced;
mod beside;
mod hostile;
mod kinds;
mod never_invents;
mod pages;
