//! `langdu explain --clip`: from a clip's id back to the text, readings and rules that made it.

use serde_json::json;

use super::readings;
use crate::cli::{CliError, print_line, runtime};
use crate::config::Config;
use langdu_clips::{ClipId, Read, Recipe, stored_recipe};
use langdu_text::{AppliedRule, FrontEnd};
use langdu_voice::pack::scan;

pub(super) fn explain(
    id: ClipId,
    front_end: &FrontEnd,
    config: &Config,
    json: bool,
) -> Result<(), CliError> {
    let found = runtime()?.block_on(stored_recipe(id, &config.clips));
    let recipe = found.map_err(crate::assemble::AssembleError::from)?;
    let recipe = recipe.ok_or(langdu_clips::ClipError::Unknown(id))?;
    let explained = Explained::of(id, recipe, front_end, config);
    if json {
        return print_line(&explained.json().to_string());
    }
    print_line(explained.table().trim_end())
}

struct Explained {
    id: ClipId,
    recipe: Recipe,
    /// The pack's name, while it is installed.
    pack: Option<String>,
    rules: Vec<AppliedRule>,
    /// Whether the rules in force would read the text alone the same way.
    reads_the_same: Option<bool>,
}

impl Explained {
    fn of(id: ClipId, recipe: Recipe, front_end: &FrontEnd, config: &Config) -> Self {
        let packs = scan(&config.voices.path).map_or_else(|_| Vec::new(), |(packs, _)| packs);
        let pack = packs.into_iter().find(|pack| pack.digest == recipe.pack);
        let text = recipe.read.as_ref().map(|read| read.text.clone());
        let rules = text.as_deref().map(|text| front_end.rules(text));
        let reads_the_same = recipe.read.as_ref().map(|read| {
            let now = front_end.explain(&read.text);
            let spoken: String = now.iter().map(|utterance| &*utterance.spoken).collect();
            let surface = |syllables: &[langdu_text::Syllable]| -> Vec<String> {
                syllables.iter().map(|s| s.surface.to_string()).collect()
            };
            let all: Vec<String> = now.iter().flat_map(|u| surface(&u.syllables)).collect();
            spoken == read.spoken && all == surface(&read.syllables)
        });
        Self {
            id,
            pack: pack.map(|pack| pack.name),
            rules: rules.unwrap_or_default(),
            reads_the_same,
            recipe,
        }
    }

    fn json(&self) -> serde_json::Value {
        let read = self.recipe.read.as_ref();
        json!({
            "clip": self.id.to_string(),
            "text": read.map(|read| &read.text),
            "spoken": read.map(|read| &read.spoken),
            "syllables": read.map(|read| &read.syllables),
            "rules": self.rules,
            "reads_the_same_now": self.reads_the_same,
            "phonemes": self.recipe.phonemes,
            "part": [self.recipe.part.start, self.recipe.part.end],
            "pack": self.pack,
            "pack_digest": self.digest(),
            "speaker": self.recipe.speaker,
            "rate": f64::from(self.recipe.rate_milli) / 1000.0,
            "pause_ms": self.recipe.pause_ms,
        })
    }

    fn digest(&self) -> String {
        blake3::Hash::from(self.recipe.pack).to_hex().to_string()
    }

    fn table(&self) -> String {
        use std::fmt::Write;
        let mut table = format!("片段  {}\n", self.id);
        match &self.recipe.read {
            Some(read) => table += &self.words(read),
            None => table += "原文  （这个片段是旧版本制作的，没有保存原文）\n",
        }
        let pack = self.pack.as_deref().unwrap_or("（已卸载）");
        // Writing into a string cannot fail.
        let _ = write!(
            table,
            "音素  {}（第 {} 至 {} 个）\n停顿  {} 毫秒\n声音  {}，{pack} {}，语速 {}\n",
            self.recipe.phonemes,
            self.recipe.part.start + 1,
            self.recipe.part.end,
            self.recipe.pause_ms,
            self.recipe.speaker,
            &self.digest()[..12],
            f64::from(self.recipe.rate_milli) / 1000.0,
        );
        table
    }

    fn words(&self, read: &Read) -> String {
        let mut words = format!("原文  {}\n读作  {}\n", read.text, read.spoken);
        words += &readings(&read.text, &read.syllables);
        for applied in &self.rules {
            words += &format!("规则  {}\t{}\n", applied.text, applied.rule);
        }
        if self.reads_the_same == Some(false) {
            words += "注意  单独读这句话，现在的规则和词表会有不同的读法\n";
        }
        words
    }
}
