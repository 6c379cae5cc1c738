//! One public clip in the remote tier, as the replica sees it that wants to have it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::{Claim, Lease, RemoteTier};

/// How often a clip that another replica makes is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// One public clip in the remote tier.
#[derive(Clone)]
pub(crate) struct RemoteClip {
    tier: Arc<RemoteTier>,
    name: Arc<str>,
    runtime: Handle,
}

impl RemoteClip {
    /// The clip that the object `name` holds.
    pub(crate) fn new(tier: Arc<RemoteTier>, name: String, runtime: Handle) -> Self {
        Self {
            tier,
            name: name.into(),
            runtime,
        }
    }

    /// The clip, if it is there.
    pub(crate) async fn read(&self) -> Option<Bytes> {
        self.tier.read(&self.name).await
    }

    /// Claims the making of the clip. Called by a worker when it would begin, so that no lease
    /// expires while the job waits in the queue. Must be called outside the runtime's threads.
    pub(crate) fn claim(&self) -> Claim {
        self.runtime.block_on(self.tier.claim(&self.name))
    }

    /// Releases the lease of a clip that could not be made.
    pub(crate) fn release(&self, lease: Option<Lease>) {
        let Some(lease) = lease else {
            return;
        };
        let tier = self.tier.clone();
        self.runtime.spawn(async move { tier.release(lease).await });
    }

    /// Waits for the clip that another replica makes. `None` when its lease has ended without the
    /// clip.
    pub(crate) async fn wait_for_other_replica(&self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.read().await {
                return Some(bytes);
            }
            if !self.tier.is_leased(&self.name).await {
                // It may have been uploaded since the read above.
                return self.read().await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{id, mp3, sound};

    #[tokio::test]
    async fn what_another_makes_is_waited_for_as_long_as_it_has_the_lease() {
        let tier = RemoteTier::in_memory();
        let name = mp3().object_name(id("0")).unwrap();
        let clip = RemoteClip::new(tier.clone(), name.clone(), Handle::current());
        assert_eq!(clip.read().await, None);
        let Claim::Ours(lease) = tier.claim(&name).await else {
            panic!("nobody has it");
        };
        let waiting = tokio::spawn({
            let clip = clip.clone();
            async move { clip.wait_for_other_replica().await }
        });
        tokio::time::sleep(LOOK_EVERY * 2).await;
        assert!(!waiting.is_finished());
        clip.release(lease);
        assert_eq!(waiting.await.unwrap(), None, "it could not be made");

        let Claim::Ours(lease) = tier.claim(&name).await else {
            panic!("it was released");
        };
        tier.upload(name, sound(), lease);
        assert_eq!(clip.wait_for_other_replica().await, Some(sound()));
        assert_eq!(clip.read().await, Some(sound()));
    }
}
