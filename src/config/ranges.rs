//! Values that have their type and yet cannot be used. What they name (files, hosts, voices) is not
//! looked at.

use langdu_audio::pcm::MAX_PAUSE_MS;
use langdu_clips::RemoteConfig;

use super::Config;

/// Shorter leases end while an utterance is made, so that every replica makes it; a replica that is
/// lost holds the others up for as long as a longer one.
const LEASE_MS: std::ops::RangeInclusive<u64> = 1_000..=600_000;

/// Longer than this nobody should wait before the shared tier is set aside.
const LONGEST_TIMEOUT_MS: u64 = 60_000;

/// Everything that is out of its range or contradicts another value, each in words.
pub(super) fn complaints(config: &Config) -> Vec<String> {
    let mut complaints = Vec::new();
    if let Err(error) = config.extract.check() {
        complaints.push(error.to_string());
    }
    for (name, value) in at_least_one(config) {
        if value == 0 {
            complaints.push(format!("{name} is 0: at least 1"));
        }
    }
    let longest_ms = config.pauses.longest_ms();
    if longest_ms > MAX_PAUSE_MS {
        complaints.push(format!(
            "a pause is {longest_ms} ms: at most {MAX_PAUSE_MS}, which is what a clip can hold"
        ));
    }
    let share = config.limits.capacity_share;
    if !(share.is_finite() && share > 0.0) {
        complaints.push(format!(
            "limits.capacity_share is {share}: a number above 0, such as 0.8"
        ));
    }
    if let Some(shared) = &config.clips.shared {
        complaints.extend(of_shared(shared));
    }
    if !config.voices.prepares && config.clips.shared.is_none() {
        complaints.push(
            "voices.prepares is false, but there is no clips.shared by which another replica could prepare"
                .to_owned(),
        );
    }
    complaints.extend(config.telemetry.complaints());
    complaints.extend(config.listen.complaints());
    complaints.extend(config.pages.complaints());
    complaints.extend(config.security.complaints());
    complaints
}

/// Settings that make the service useless when they are 0.
fn at_least_one(config: &Config) -> [(&'static str, u64); 30] {
    let of = |size: usize| size as u64;
    let (voices, clips, limits) = (&config.voices, &config.clips, &config.limits);
    let (fetch, extract, files) = (&config.fetch, &config.extract, &config.files);
    let ocr = &config.ocr;
    [
        ("voices.workers", of(voices.workers)),
        ("voices.max_waiting", of(voices.max_waiting)),
        ("clips.disk_bytes", clips.disk_bytes),
        ("clips.ledger_bytes", clips.ledger_bytes),
        ("clips.private_ttl_s", clips.private_ttl_s),
        ("limits.max_text_bytes", of(limits.max_text_bytes)),
        ("limits.max_html_bytes", of(limits.max_html_bytes)),
        ("limits.max_message_s", limits.max_message_s.into()),
        (
            "limits.max_readings_at_once",
            of(limits.max_readings_at_once),
        ),
        ("limits.max_connections", of(limits.max_connections)),
        ("limits.slow_client_seconds", limits.slow_client_seconds),
        ("fetch.timeout_seconds", fetch.timeout_seconds),
        ("fetch.max_bytes", of(fetch.max_bytes)),
        ("fetch.max_decoded_bytes", of(fetch.max_decoded_bytes)),
        ("fetch.max_pages", of(fetch.max_pages)),
        ("extract.max_bytes", of(extract.max_bytes)),
        ("extract.max_nodes", of(extract.max_nodes)),
        ("extract.max_blocks", of(extract.max_blocks)),
        ("files.max_bytes", of(files.max_bytes)),
        ("files.max_unpacked_bytes", files.max_unpacked_bytes),
        ("files.max_pages", of(files.max_pages)),
        ("files.max_parts", of(files.max_parts)),
        ("files.max_pixels", files.max_pixels),
        ("files.max_memory_bytes", files.max_memory_bytes),
        ("files.timeout_seconds", files.timeout_seconds),
        ("ocr.max_pages", of(ocr.max_pages)),
        ("ocr.max_waiting", of(ocr.max_waiting)),
        ("ocr.timeout_seconds", ocr.timeout_seconds),
        ("ocr.max_document_seconds", ocr.max_document_seconds),
        ("ocr.max_memory_bytes", ocr.max_memory_bytes),
    ]
}

fn of_shared(shared: &RemoteConfig) -> Vec<String> {
    let mut complaints = Vec::new();
    let (lease_ms, timeout_ms) = (shared.lease_ms, shared.timeout_ms);
    if !LEASE_MS.contains(&lease_ms) {
        complaints.push(format!(
            "clips.shared.lease_ms is {lease_ms}: from {} to {}, and longer than the longest \
             utterance takes",
            LEASE_MS.start(),
            LEASE_MS.end()
        ));
    }
    if timeout_ms == 0 || timeout_ms > LONGEST_TIMEOUT_MS {
        complaints.push(format!(
            "clips.shared.timeout_ms is {timeout_ms}: from 1 to {LONGEST_TIMEOUT_MS}"
        ));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(toml: &str) -> Vec<String> {
        complaints(&Config::from_toml(toml).unwrap())
    }

    #[test]
    fn the_defaults_are_in_their_ranges() {
        assert!(complaints(&Config::default()).is_empty());
    }

    #[test]
    fn a_value_out_of_its_range_is_named() {
        let redis = "[clips.shared]\nservice = \"redis\"\n";
        let lease = format!("{redis}lease_ms = 0\n");
        let timeout = format!("{redis}timeout_ms = 0\n");
        for (toml, key) in [
            ("[voices]\nworkers = 0\n", "voices.workers"),
            ("[clips]\ndisk_bytes = 0\n", "clips.disk_bytes"),
            ("[limits]\ncapacity_share = 0.0\n", "limits.capacity_share"),
            ("[limits]\ncapacity_share = -1\n", "limits.capacity_share"),
            ("[limits]\ncapacity_share = nan\n", "limits.capacity_share"),
            ("[fetch]\ntimeout_seconds = 0\n", "fetch.timeout_seconds"),
            (lease.as_str(), "clips.shared.lease_ms"),
            (timeout.as_str(), "clips.shared.timeout_ms"),
            ("[telemetry]\ntraced_share = 2\n", "telemetry.traced_share"),
            (
                "[telemetry]\notlp_endpoint = \"localhost:4317\"\n",
                "telemetry.otlp_endpoint",
            ),
            (
                "[telemetry]\notlp_endpoint = \"https://a.cn:4317\"\n",
                "telemetry.otlp_authority",
            ),
            ("[listen]\nhttp = \"127.0.0.1:7860\"\n", "listen.grpc"),
            ("[listen]\nadmin = \"0.0.0.0:7861\"\n", "listen.http"),
            (
                "[[extract.sites]]\nhost = \"a.cn\"\nbody = \"div[\"\n",
                "div[",
            ),
        ] {
            let complaints = of(toml);
            assert_eq!(complaints.len(), 1, "{toml}: {complaints:?}");
            assert!(complaints[0].contains(key), "{toml}: {complaints:?}");
        }
        assert!(of("[listen]\ngrpc = \"127.0.0.1:0\"\nhttp = \"127.0.0.1:0\"\n").is_empty());
    }

    #[test]
    fn callers_that_could_not_be_told_apart_are_named() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let token =
            |name: &str| format!("[[security.tokens]]\nname = \"{name}\"\nsha256 = \"{hash}\"\n");
        let complaints = of(&(token("cms") + &token("portal")));
        assert!(complaints[0].contains("portal"), "{complaints:?}");
        assert!(!complaints[0].contains(hash), "{complaints:?}");
        let origin = "[[security.origins]]\norigin = \"https://a.cn\"\n";
        let complaints = of(&origin.repeat(2));
        assert!(complaints[0].contains("https://a.cn"), "{complaints:?}");
    }
}
