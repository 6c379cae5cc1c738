//! Characters per second of the text stage, its start-up, and the same text through jieba and
//! pypinyin in the same run where a Python with both is on the path (`LANGDU_BENCH_PYTHON`, or
//! `python3`), as a ratio.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use langdu_text::{Change, FrontEnd, Lexicon};

/// Sentences of policy prose with dates, numbers and polyphones.
const SENTENCES: &[&str] = &[
    "为进一步做好老年人照护服务工作，各地要在2025年底前建成不少于1.2万个社区服务站点。",
    "申请人应当自收到通知之日起15个工作日内提交材料，逾期未提交的，视为放弃申请。",
    "符合条件的家庭每月可以领取800元至1500元的补贴，由街道办事处负责发放。",
    "根据国办发〔2020〕45号文件要求，相关部门应当为老年人保留线下办理渠道。",
    "各级行政机关要着力解决群众反映强烈的问题，不得增设任何前置条件。",
    "如有疑问，请拨打12345热线，或者在工作日上午9:00到街道服务大厅咨询。",
];

const SECONDS_PYTHON: &str = "
import sys, time
import jieba, pypinyin
text = sys.stdin.read()
jieba.setLogLevel(60)
jieba.initialize()

def read(lines):
    start = time.perf_counter()
    for line in lines:
        words = jieba.lcut(line)
        for word in words:
            pypinyin.lazy_pinyin(word, style=pypinyin.Style.TONE3, neutral_tone_with_five=True)
    return time.perf_counter() - start

lines = text.splitlines()
read(lines[: len(lines) // 10])
print(read(lines))
";

/// Rounds of ours and theirs in turn, so that what else the machine does meets both.
const ROUNDS: usize = 5;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn corpus(repeats: usize) -> String {
    let mut text = String::new();
    for _ in 0..repeats {
        for sentence in SENTENCES {
            let _ = writeln!(text, "{sentence}");
        }
    }
    text
}

/// Seconds that the text takes here, after a tenth of it to get warm, as there.
fn warm_seconds_here(front_end: &FrontEnd, text: &str) -> f64 {
    let lines = text.lines().count();
    let tenth: Vec<&str> = text.lines().take(lines / 10).collect();
    seconds_here(front_end, &tenth.join("\n"));
    seconds_here(front_end, text)
}

fn seconds_here(front_end: &FrontEnd, text: &str) -> f64 {
    let start = Instant::now();
    for line in text.lines() {
        black_box(front_end.explain(line));
    }
    start.elapsed().as_secs_f64()
}

/// Seconds that jieba and pypinyin need; `None` where no Python has them.
fn seconds_there(text: &str) -> Option<f64> {
    let python = std::env::var("LANGDU_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args(["-c", SECONDS_PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Resident memory of this process in MiB, where the system tells it.
fn resident_mib() -> Option<f64> {
    langdu_process::Status::own().map(|status| status.resident_mib())
}

/// Ten thousand words as editors correct them: villages, families, and single characters of the commonest, which
/// are looked up at every place.
fn ten_thousand_corrections() -> Lexicon {
    let mut lexicon = Lexicon::default();
    let say = Change::Say("某处".to_owned());
    let firsts = ('\u{4e00}'..='\u{9fff}').cycle();
    for (number, first) in firsts.enumerate() {
        let tail = ["家庄", "镇政府", "村委会", "书记"][number % 4];
        let word = format!("{first}{}{tail}", ["", "小", "大"][number / 20_992 % 3]);
        lexicon.change(&word, &say).expect("a word of hanzi");
        if lexicon.len() == 10_000 {
            return lexicon;
        }
    }
    lexicon
}

fn reading(criterion: &mut Criterion) {
    let before = resident_mib();
    let start = Instant::now();
    let front_end = FrontEnd::new();
    let start_up = start.elapsed();
    let text = corpus(1000);
    let characters = text.chars().count() as f64;
    println!("start-up {start_up:?}");
    if let (Some(before), Some(now)) = (before, resident_mib()) {
        println!("memory {:.0} MiB", now - before);
    }
    let rounds = (0..ROUNDS).map(|_| (warm_seconds_here(&front_end, &text), seconds_there(&text)));
    let (ours, theirs): (Vec<f64>, Vec<Option<f64>>) = rounds.unzip();
    println!(
        "langdu {:.0} characters a second, median of {ROUNDS} rounds",
        characters / median(ours.clone())
    );
    match theirs.into_iter().collect::<Option<Vec<f64>>>() {
        Some(theirs) => {
            let ratios = theirs.iter().zip(&ours).map(|(theirs, ours)| theirs / ours);
            let ratio = median(ratios.collect());
            println!(
                "jieba + pypinyin {:.0} characters a second, ratio {ratio:.1}, median of pairs",
                characters / median(theirs)
            );
        }
        None => println!("jieba + pypinyin: no Python with both found, set LANGDU_BENCH_PYTHON"),
    }
    let many = front_end.with_lexicon(ten_thousand_corrections());
    // In turns, so that a machine that is busy for a while slows both.
    let ratios = (0..ROUNDS).map(|_| {
        let plain = warm_seconds_here(&front_end, &text);
        warm_seconds_here(&many, &text) / plain
    });
    println!(
        "with 10,000 corrections {:+.1} % of the time, median of {ROUNDS} pairs",
        (median(ratios.collect()) - 1.0) * 100.0
    );
    let small = corpus(1);
    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Elements(small.chars().count() as u64));
    group.sample_size(20);
    group.bench_function("explain", |bencher| {
        bencher.iter(|| seconds_here(&front_end, &small));
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
