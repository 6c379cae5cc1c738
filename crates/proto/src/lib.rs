//! The contract's messages, clients and servers, generated from `proto/langdu`, and those of Google's that it
//! builds on. What has no version in its path is `langdu.v1`.

#![allow(missing_docs, unreachable_pub, clippy::all)]

pub use langdu::v1::*;
pub use langdu::{v1, v2};

/// The package `langdu`.
mod langdu {
    pub mod v1 {
        tonic::include_proto!("langdu.v1");
    }

    pub mod v2 {
        tonic::include_proto!("langdu.v2");
    }
}

/// The package `google`, as far as the contract needs it.
pub mod google {
    pub mod longrunning {
        tonic::include_proto!("google.longrunning");
    }
}

/// For reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/langdu_descriptor.bin"));
