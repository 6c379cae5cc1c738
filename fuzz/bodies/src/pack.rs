//! A voice pack's files. The first byte says which: `{` begins a Piper configuration, `p` an export
//! that becomes a plain pack, anything else one that becomes a fused pack.

use langdu_voice::pack::{PiperConfig, rewrite};

/// Reads the input as a file of a pack.
pub fn read(input: &[u8]) {
    match input.split_first() {
        None => {}
        Some((b'{', _)) => read_config(input),
        Some((kind, export)) => read_export(export, *kind == b'p'),
    }
}

fn read_config(json: &[u8]) {
    let Ok(config) = PiperConfig::parse(json) else {
        return;
    };
    assert!(config.sample_rate() > 0);
    let speakers = config.speakers();
    assert!(speakers.len() != 1 && speakers.is_sorted_by_key(|(_, id)| *id));
    let _ = (config.scheme(), config.language(), config.symbols());
}

fn read_export(export: &[u8], plain: bool) {
    let moments: Option<&[f32]> = if plain { None } else { Some(&[]) };
    let Ok(models) = rewrite(export, &[], moments) else {
        return;
    };
    assert_eq!(models.halves.is_none(), plain);
    if plain {
        // Two graphs, each no longer than the export with its numbers written at length.
        let written = models.model.len() + models.timing.len();
        assert!(written < export.len() * 4 + (64 << 10), "{written} bytes");
    }
}
