//! Reading a recipe without opening the tiers for service, so that a running one is not disturbed.

use std::sync::Arc;

use super::disk;
use super::remote::RemoteTier;
use crate::{ClipId, ClipsConfig, Recipe, TierError, object};

/// The recipe of a clip from the lasting tiers, with the text that was read. Must be called inside a
/// tokio runtime.
///
/// # Errors
///
/// When the remote tier's configuration is wrong.
pub async fn stored_recipe(id: ClipId, config: &ClipsConfig) -> Result<Option<Recipe>, TierError> {
    let name = object::recipe_name(id);
    let on_disk = config
        .path
        .as_ref()
        .and_then(|folder| disk::peek(folder, &name));
    let bytes = match (on_disk, &config.shared) {
        (Some(bytes), _) => Some(bytes),
        (None, Some(remote)) => Arc::new(RemoteTier::open(remote, None)?).read(&name).await,
        (None, None) => None,
    };
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}
