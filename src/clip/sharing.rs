//! Where clips meet the tier that replicas share.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::shared::{Lease, Shared, Turn};
use super::{ClipId, Form, RECIPE, Shelves, object_name};

/// How often a clip that another replica makes is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// One public clip in the shared tier.
#[derive(Clone)]
pub(super) struct Sharing {
    shared: Arc<Shared>,
    name: Arc<str>,
    runtime: Handle,
}

impl Sharing {
    /// The clip, if it is there.
    pub(super) async fn read(&self) -> Option<Bytes> {
        self.shared.read(&self.name).await
    }

    /// Whether this replica makes the clip. Asked by a worker when it would begin, so that no
    /// lease runs out in a queue.
    pub(super) fn turn(&self) -> Turn {
        self.runtime.block_on(self.shared.turn(&self.name))
    }

    /// Ends a lease whose clip could not be made.
    pub(super) fn give_back(&self, lease: Option<Lease>) {
        let Some(lease) = lease else {
            return;
        };
        let shared = self.shared.clone();
        self.runtime
            .spawn(async move { shared.give_back(lease).await });
    }

    /// Waits for what another replica makes. `None` when its lease has ended without the clip.
    pub(super) async fn of_another(&self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.read().await {
                return Some(bytes);
            }
            if !self.shared.is_leased(&self.name).await {
                // It may have come between both looks.
                return self.read().await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Shelves {
    /// The clip in the shared tier; `None` for what is not shared.
    pub(super) fn sharing(&self, id: ClipId, form: Form, private: bool) -> Option<Sharing> {
        let name = form.object_name(id).filter(|_| !private)?;
        Some(Sharing {
            shared: self.shared.clone()?,
            name: name.into(),
            runtime: self.runtime.clone(),
        })
    }

    /// Keeps what came from the shared tier nearer.
    pub(super) fn keep_shared(&self, id: ClipId, form: Form, bytes: &Bytes) {
        self.remember(id, form, bytes, false);
        if let Some(name) = form.object_name(id) {
            self.write_behind(name, bytes.clone());
        }
    }

    /// Hands an object in to the shared tier, and then the lease back.
    pub(super) fn hand_in(&self, name: &str, bytes: &Bytes, lease: Option<Lease>) {
        if let Some(shared) = &self.shared {
            shared.hand_in(name.to_owned(), bytes.clone(), lease);
        }
    }

    /// A recipe from the nearest tier that has it.
    pub(super) async fn stored_recipe(&self, id: ClipId) -> Option<Bytes> {
        let name = object_name(id, RECIPE);
        if let Some(store) = &self.store
            && let Some(bytes) = store.read(&name).await
        {
            return Some(bytes);
        }
        let bytes = self.shared.as_ref()?.read(&name).await?;
        self.write_behind(name, bytes.clone());
        Some(bytes)
    }
}
