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

#[cfg(test)]
mod tests {
    use super::super::shelves::tests::limits;
    use super::super::{Part, Store};
    use super::*;
    use langdu_audio::Encoding;

    const FORM: Form = Form {
        encoding: Encoding::Mp3,
        sample_rate_hz: 24_000,
        gain_centi_db: 0,
        part: Part::Stream,
    };

    fn id() -> ClipId {
        "0".repeat(32).parse().unwrap()
    }

    fn sound() -> Bytes {
        Bytes::from_static(b"sound")
    }

    fn shelves(store: Option<Arc<Store>>) -> (Shelves, Arc<Shared>) {
        let shared = Shared::in_memory();
        (Shelves::new(store, Some(shared.clone()), &limits()), shared)
    }

    #[tokio::test]
    async fn what_is_private_or_kept_nowhere_is_not_shared() {
        let (shelves, _) = shelves(None);
        assert!(shelves.sharing(id(), FORM, false).is_some());
        assert!(shelves.sharing(id(), FORM, true).is_none());
        let telephone = Form {
            sample_rate_hz: 8_000,
            ..FORM
        };
        assert!(shelves.sharing(id(), telephone, false).is_none());
    }

    #[tokio::test]
    async fn what_another_makes_is_waited_for_as_long_as_it_has_the_lease() {
        let (shelves, shared) = shelves(None);
        let sharing = shelves.sharing(id(), FORM, false).unwrap();
        let name = FORM.object_name(id()).unwrap();
        assert_eq!(sharing.read().await, None);
        let Turn::Ours(lease) = shared.turn(&name).await else {
            panic!("nobody has it");
        };
        let waiting = tokio::spawn({
            let sharing = sharing.clone();
            async move { sharing.of_another().await }
        });
        tokio::time::sleep(LOOK_EVERY * 2).await;
        assert!(!waiting.is_finished());
        sharing.give_back(lease);
        assert_eq!(waiting.await.unwrap(), None, "it could not be made");

        let Turn::Ours(lease) = shared.turn(&name).await else {
            panic!("it was given back");
        };
        shelves.hand_in(&name, &sound(), lease);
        assert_eq!(sharing.of_another().await, Some(sound()));
        assert_eq!(sharing.read().await, Some(sound()));
    }

    #[tokio::test]
    async fn what_comes_from_the_shared_tier_is_kept_nearer() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path(), 1 << 20).await.unwrap();
        let store = Arc::new(store);
        let (shelves, shared) = shelves(Some(store.clone()));
        shelves.keep_shared(id(), FORM, &sound());
        assert!(shelves.encoded.contains_key(&(id(), FORM)));
        let recipe = object_name(id(), RECIPE);
        assert_eq!(shelves.stored_recipe(id()).await, None);
        shared.hand_in(recipe.clone(), sound(), None);
        shared.settled().await;
        while shelves.stored_recipe(id()).await.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        shelves.settled().await;
        for name in [recipe, FORM.object_name(id()).unwrap()] {
            assert_eq!(store.read(&name).await, Some(sound()), "{name}");
        }
        assert!(shared.remove(&object_name(id(), RECIPE)).await);
        assert_eq!(shelves.stored_recipe(id()).await, Some(sound()));
    }
}
