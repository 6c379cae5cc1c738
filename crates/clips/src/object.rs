//! The names of objects in the lasting tiers.

use super::ClipId;

/// The name of a clip's object. They lie in 256 folders, so that none grows too large to list.
pub(crate) fn name(id: ClipId, extension: &str) -> String {
    let id = id.to_string();
    format!("{}/{id}.{extension}", &id[..2])
}

/// The name of the object that holds what a clip is made from.
pub(crate) fn recipe_name(id: ClipId) -> String {
    name(id, "recipe.json")
}

/// The name of the object that holds what was recognised in a picture.
pub(crate) fn picture_name(id: ClipId) -> String {
    name(id, "picture")
}

/// The clip that an object belongs to; `None` for objects of the ledger and of withdrawals.
pub(crate) fn clip_of(name: &str) -> Option<ClipId> {
    let (_, file) = name.rsplit_once('/')?;
    file.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn an_object_is_named_by_its_clip_which_is_read_from_its_name() {
        let id: ClipId = ID.parse().unwrap();
        let name = recipe_name(id);
        assert_eq!(name, format!("01/{ID}.recipe.json"));
        assert_eq!(clip_of(&name), Some(id));
        for other in ["withdrawals.json", "01/x.pcm", ID, "ledger/01.json"] {
            assert_eq!(clip_of(other), None, "{other}");
        }
    }
}
