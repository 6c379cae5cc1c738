//! Under which name a request is counted: never more names than there are routes, whatever is asked for.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::extract::MatchedPath;
use axum::http::Extensions;
use langdu_metrics::SharedString;
use prost::Message;
use prost_types::FileDescriptorSet;

/// What no route of ours is asked by.
const OTHER: &str = "other";

/// The paths of the contract's calls.
static CALLS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let contract = FileDescriptorSet::decode(langdu_proto::FILE_DESCRIPTOR_SET);
    let files = contract.unwrap_or_default().file;
    let services = files.iter().flat_map(|file| {
        let services = file.service.iter();
        services.map(|service| (file.package(), service))
    });
    let calls = services.flat_map(|(package, service)| {
        let calls = service.method.iter();
        calls.map(move |call| format!("/{package}.{}/{}", service.name(), call.name()))
    });
    calls.collect()
});

/// The name of a call on gRPC or gRPC-Web, if `path` is one of the contract's.
pub(super) fn of_call(path: &str) -> Option<SharedString> {
    let call = CALLS.get(path)?;
    Some(SharedString::const_str(call))
}

/// The name of what has answered: the gateway leaves its route's path among the answer's extensions.
pub(super) fn of_answer(extensions: &Extensions) -> SharedString {
    match extensions.get::<MatchedPath>() {
        Some(path) => SharedString::from_owned(path.as_str().to_owned()),
        None => SharedString::const_str(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_of_the_contract_have_a_name() {
        for (path, is_known) in [
            ("/langdu.v1.ReadAloud/SynthesizeStream", true),
            ("/langdu.v1.ReadAloud/Withdraw", true),
            ("/langdu.v2.ReadAloudService/SynthesizeStream", true),
            ("/langdu.v2.OperatorService/Withdraw", true),
            ("/langdu.v2.ReadAloudService/Withdraw", false),
            ("/google.longrunning.Operations/WaitOperation", true),
            ("/langdu.v1.ReadAloud/withdraw", false),
            ("/langdu.v1.ReadAloud/Withdraw/1", false),
            ("/grpc.health.v1.Health/Check", false),
            ("/", false),
        ] {
            assert_eq!(of_call(path).is_some(), is_known, "{path}");
        }
        assert_eq!(
            of_answer(&Extensions::new()),
            SharedString::const_str(OTHER)
        );
    }
}
