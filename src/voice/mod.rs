//! From phonemes to samples: voice packs, the models that run them, and who runs when.

pub mod pack;
