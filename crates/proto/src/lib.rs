//! The contract's messages, clients and servers, generated from `proto/langdu/v1`.

#![allow(missing_docs, unreachable_pub, clippy::all)]

tonic::include_proto!("langdu.v1");

/// For reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/langdu_descriptor.bin"));
