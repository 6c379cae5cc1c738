//! What was written, read with everything that is wrong with it at once.
//!
//! A deserialiser stops at the first key that it does not know or whose value it cannot use. So that
//! key is taken out of every source, and the rest is read again.

use figment::error::Kind;
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

/// More complaints than anybody reads at once.
const MOST_COMPLAINTS: usize = 100;

/// The value as far as it can be understood, and what cannot be, each in words. `sources` makes the
/// sources in force without some keys: see [`Without`].
///
/// `None` where what is wrong is not a key's: a file that is not there, or no TOML.
pub(super) fn understand<T: DeserializeOwned>(
    sources: impl Fn(&Keys) -> Figment,
) -> (Option<T>, Vec<String>) {
    let mut wrong = Keys::default();
    let mut complaints = Vec::new();
    loop {
        let mut error = match sources(&wrong).extract::<T>() {
            Ok(value) => return (Some(value), complaints),
            Err(error) => error,
        };
        error.path = wrong.as_written(&error.path);
        // What is missing because it was taken out has been complained of.
        if !wrong.lack(&error) {
            complaints.push(error.to_string());
        }
        if complaints.len() == MOST_COMPLAINTS || !wrong.add(error.path) {
            return (None, complaints);
        }
    }
}

/// Keys as they are written: sections, places in lists, and a name.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<Vec<String>>);

impl Keys {
    /// False when nothing is named, or it was named before.
    fn add(&mut self, key: Vec<String>) -> bool {
        let is_new = !key.is_empty() && !self.0.contains(&key);
        if is_new {
            self.0.push(key);
        }
        is_new
    }

    /// True when the key that is missing is one of these.
    fn lack(&self, error: &Error) -> bool {
        let Kind::MissingField(name) = &error.kind else {
            return false;
        };
        let path = error.path.iter().map(String::as_str);
        let missing: Vec<&str> = path.chain([name.as_ref()]).collect();
        self.0.iter().any(|key| *key == missing)
    }

    /// A path in what is left, as a path in what was written: places in lists were moved up by those
    /// that are gone.
    fn as_written(&self, path: &[String]) -> Vec<String> {
        let mut written: Vec<String> = Vec::with_capacity(path.len());
        for part in path {
            let part = match part.parse() {
                Ok(place) => self.place_as_written(&written, place).to_string(),
                Err(_) => part.clone(),
            };
            written.push(part);
        }
        written
    }

    fn place_as_written(&self, list: &[String], place: usize) -> usize {
        let mut gone: Vec<usize> = self
            .0
            .iter()
            .filter_map(|key| key.split_last())
            .filter(|(_, of)| *of == list)
            .filter_map(|(last, _)| last.parse().ok())
            .collect();
        gone.sort_unstable();
        gone.into_iter()
            .fold(place, |place, gone| place + usize::from(gone <= place))
    }

    /// Names first and the deepest and last places next, so that each is where it was written.
    fn take_out_of(&self, dict: &mut Dict) {
        let mut places = Vec::new();
        for key in &self.0 {
            match key.last().map(|last| last.parse::<usize>()) {
                Some(Ok(place)) => places.push((key.len(), place, key)),
                Some(Err(_)) => take_out(dict, key),
                None => {}
            }
        }
        places.sort_unstable_by(|a, b| b.cmp(a));
        for (_, _, key) in places {
            take_out(dict, key);
        }
    }
}

fn take_out(dict: &mut Dict, key: &[String]) {
    match key {
        [] => {}
        [name] => {
            dict.remove(name);
        }
        [name, rest @ ..] => {
            if let Some(value) = dict.get_mut(name) {
                take_out_of_value(value, rest);
            }
        }
    }
}

fn take_out_of_value(value: &mut Value, key: &[String]) {
    match value {
        Value::Dict(_, dict) => take_out(dict, key),
        Value::Array(_, list) => {
            let Some((place, rest)) = key.split_first() else {
                return;
            };
            let Some(place) = place.parse().ok().filter(|place| *place < list.len()) else {
                return;
            };
            if rest.is_empty() {
                list.remove(place);
            } else {
                take_out_of_value(&mut list[place], rest);
            }
        }
        _ => {}
    }
}

/// A source of keys without some of them.
pub(super) struct Without<'a, P> {
    pub(super) source: P,
    pub(super) keys: &'a Keys,
}

impl<P: Provider> Provider for Without<'_, P> {
    fn metadata(&self) -> Metadata {
        self.source.metadata()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut data = self.source.data()?;
        for dict in data.values_mut() {
            self.keys.take_out_of(dict);
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use figment::providers::{Format, Toml};

    use super::*;
    use crate::config::Config;

    fn read(toml: &str) -> (Option<Config>, Vec<String>) {
        understand(|keys| {
            let source = Toml::string(toml);
            Figment::from(Without { source, keys })
        })
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_and_the_rest_holds() {
        let (config, complaints) = read(
            "languages = \"zh\"\nlog_json = true\n[clips]\nfolder = \"x\"\ndisk_bytes = \"much\"\n\
             [limits]\nmax_connections = -1\nmax_message_s = 60\n[fetch]\nportz = [80]\n",
        );
        let config = config.unwrap();
        assert!(config.log_json);
        assert_eq!(config.limits.max_message_s, 60);
        assert_eq!(complaints.len(), 5, "{complaints:#?}");
        for key in [
            "languages",
            "folder",
            "clips.disk_bytes",
            "limits.max_connections",
            "portz",
        ] {
            let named = complaints.iter().filter(|line| line.contains(key));
            assert_eq!(named.count(), 1, "{key}: {complaints:#?}");
        }
    }

    #[test]
    fn places_in_lists_are_those_that_were_written() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let (config, complaints) = read(&format!(
            "[[security.tokens]]\nname = \"a\"\nsha256 = \"my-secret\"\n\
             [[security.tokens]]\nname = \"b\"\nsha256 = \"{hash}\"\nmay = {{ voice = [] }}\n\
             [[security.tokens]]\nname = \"c\"\n\
             [[prepare]]\nlist = \"https://a.cn/\"\nevery_minutes = 60\n\
             [[prepare]]\nlist = \"https://b.cn/\"\nevery_minutes = 1\n"
        ));
        let config = config.unwrap();
        let names: Vec<&str> = config.security.tokens.iter().map(|t| &*t.name).collect();
        assert_eq!(names, ["b"]);
        assert_eq!(config.prepare.len(), 1);
        assert_eq!(complaints.len(), 4, "{complaints:#?}");
        for words in ["tokens.0", "tokens.1", "tokens.2", "prepare.1"] {
            let named = complaints.iter().any(|line| line.contains(words));
            assert!(named, "{words}: {complaints:#?}");
        }
        let said = complaints.join("\n");
        assert!(!said.contains("my-secret"), "{said}");
    }

    #[test]
    fn a_section_that_lacks_a_key_is_left_out_whole() {
        let (config, complaints) = read("[clips.shared]\nlease_ms = 9000\n[voices]\nworkers = 2\n");
        let config = config.unwrap();
        assert!(config.clips.shared.is_none());
        assert_eq!(config.voices.workers, 2);
        assert_eq!(complaints.len(), 1, "{complaints:#?}");
        assert!(complaints[0].contains("service"), "{complaints:#?}");
    }

    #[test]
    fn what_is_no_toml_is_said_once() {
        let (config, complaints) = read("[clips\n");
        assert!(config.is_none());
        assert_eq!(complaints.len(), 1, "{complaints:#?}");
    }
}
