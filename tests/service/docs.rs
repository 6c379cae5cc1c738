//! What the pages at the top and under `docs` name is there: files, headings, commands, flags,
//! make targets, benchmarks, metrics and settings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A page of the documentation.
struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    fn about(&self, what: &str) -> String {
        format!("{}: {what}", self.path.display())
    }

    /// What stands between backticks on a line, and each line of a block of code with what it
    /// goes on with.
    fn code(&self) -> Vec<String> {
        let mut code = Vec::new();
        let mut block = false;
        let joined = self.text.replace("\\\n", " ");
        for line in joined.lines() {
            if line.trim_start().starts_with("```") {
                block = !block;
            } else if block {
                let command = line.split("   #").next().unwrap_or(line);
                code.push(command.trim().to_owned());
            } else {
                let spans = line.split('`').skip(1).step_by(2);
                code.extend(spans.map(|span| span.replace("\\|", "|")));
            }
        }
        code
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<Page> {
    let folders = ["", "docs", "docs/measurements"].into_iter();
    let entries = folders.flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| Page {
            text: fs::read_to_string(&path).unwrap(),
            path,
        })
        .collect()
}

fn langdu(arguments: &[&str]) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(said)
}

/// As GitHub makes an anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn has_heading(page: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(page).unwrap();
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|heading| anchor(heading) == wanted)
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        for link in page.text.split("](").skip(1) {
            let Some((link, _)) = link.split_once(')') else {
                continue;
            };
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.path.clone(),
                file => page.path.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}", page.about(link));
            assert!(
                heading.is_empty() || has_heading(&target, heading),
                "{}",
                page.about(link)
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// The calls of langdu in a line of code, each with its commands and its flags: `langdu voices list |
/// verify` are two.
fn calls(code: &str) -> Vec<(Vec<&str>, Vec<&str>)> {
    let Some((program, rest)) = code.split_once(' ') else {
        return Vec::new();
    };
    if program != "langdu" && !program.ends_with("/langdu") {
        return Vec::new();
    }
    let mut found: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for part in rest.split(" | ") {
        let (commands, flags) = call(part);
        match found.last() {
            // Another program's, or another value of the same flag.
            Some(_) if commands.is_empty() => found.last_mut().expect("it is").1.extend(flags),
            Some((before, _)) => {
                let mut path = before[..before.len() - 1].to_vec();
                path.extend(commands);
                found.push((path, flags));
            }
            None => found.push((commands, flags)),
        }
    }
    found
}

fn call(code: &str) -> (Vec<&str>, Vec<&str>) {
    let mut words = code.split_whitespace().peekable();
    let mut commands = Vec::new();
    while let Some(word) = words.next_if(|word| word.chars().all(|c| c.is_ascii_lowercase())) {
        commands.push(word);
    }
    let flags = words.map(|word| word.trim_matches(|c| "[]|(),".contains(c)));
    let flags = flags.filter(|word| word.starts_with("--")).map(|flag| {
        let end = flag.find(['=', '`']).unwrap_or(flag.len());
        &flag[..end]
    });
    (commands, flags.collect())
}

#[test]
fn every_command_and_flag_is_one() {
    let mut helps: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut seen = 0;
    for page in pages() {
        for code in page.code() {
            for (commands, flags) in calls(&code) {
                let help = helps
                    .entry(commands.iter().map(ToString::to_string).collect())
                    .or_insert_with(|| {
                        let mut arguments = commands.clone();
                        arguments.push("--help");
                        langdu(&arguments).unwrap_or_else(|| panic!("{}", page.about(&code)))
                    });
                for flag in flags {
                    let known = help
                        .split_whitespace()
                        .any(|word| word.trim_end_matches(',') == flag);
                    assert!(known, "{}: {flag}", page.about(&code));
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_make_target_benchmark_and_path_is_there() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter_map(|line| line.split_once(':').map(|(target, _)| target))
        .collect();
    let crates = || {
        let inside = fs::read_dir(root().join("crates")).unwrap();
        inside.map(|entry| entry.unwrap().path())
    };
    let is_file = |folder: &str, name: &str| {
        crates().chain([root().to_owned()]).any(|package| {
            let folder = package.join(folder);
            let alone = folder.join(format!("{name}.rs"));
            alone.is_file() || folder.join(name).join("main.rs").is_file()
        })
    };
    let is_package = |name: &str| {
        if name == "langdu" {
            return true;
        }
        let folder = name
            .trim_start_matches("langdu-")
            .replace("fuzz-bodies", "../fuzz/bodies");
        root()
            .join("crates")
            .join(folder)
            .join("Cargo.toml")
            .is_file()
    };
    let mut seen = 0;
    for page in pages() {
        for code in page.code() {
            let words: Vec<&str> = code.split_whitespace().collect();
            for pair in words.windows(2) {
                let there = match *pair {
                    ["make", target] => targets.contains(target),
                    ["--bench", name] => is_file("benches", name),
                    ["--test", name] => is_file("tests", name),
                    ["-p", name] if name.starts_with("langdu") => is_package(name),
                    _ => continue,
                };
                assert!(there, "{}", page.about(&code));
                seen += 1;
            }
            for word in words {
                let is_path = [
                    "src/", "tests/", "benches/", "scripts/", "deploy/", "fuzz/", "crates/", "web/",
                ]
                .iter()
                .any(|folder| word.starts_with(folder));
                let is_one = !word.contains(['*', '…', '<', '{', '$']);
                // What fuzzing gathers is not kept.
                if is_path && is_one && !word.starts_with("fuzz/corpus") {
                    assert!(root().join(word).exists(), "{}", page.about(word));
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_metric_is_recorded() {
    let mut source = String::new();
    sources(&root().join("src"), &mut source);
    sources(&root().join("crates"), &mut source);
    let mut named = pages();
    for file in ["grafana/langdu.json", "prometheus/alerts.yaml"] {
        let path = root().join("deploy").join(file);
        let text = fs::read_to_string(&path).unwrap();
        named.push(Page { path, text });
    }
    let mut seen = BTreeSet::new();
    for page in &named {
        for part in page.text.split("langdu_").skip(1) {
            let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            let name = format!("langdu_{}", &part[..end.unwrap_or(part.len())]);
            let metric = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|suffix| name.strip_suffix(suffix))
                .unwrap_or(&name);
            let known = source.contains(&format!("\"{metric}\""));
            assert!(known, "{}", page.about(&name));
            seen.insert(metric.to_owned());
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn every_setting_is_one() {
    let in_force = format!("{:#?}", langdu::config::Config::default());
    let sections = [
        "listen",
        "gateway",
        "voices",
        "clips",
        "fetch",
        "extract",
        "files",
        "limits",
        "security",
        "telemetry",
    ];
    let mut seen = 0;
    for page in pages() {
        for code in page.code() {
            let mut parts = code.split('.');
            let is_setting = sections.contains(&parts.next().unwrap_or_default())
                && code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || "._".contains(c));
            // `gateway.js` is a file of the player.
            let is_file = ["", "web/src"].map(|folder| root().join(folder).join(&code).exists());
            if !is_setting || is_file.contains(&true) {
                continue;
            }
            for part in parts {
                assert!(
                    in_force.contains(&format!(" {part}: ")),
                    "{}",
                    page.about(&code)
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}
