//! How long a withdrawal takes among many pages, and whether a reading waits for it.
//!
//! ```sh
//! cargo bench --bench ledger
//! cargo bench --bench ledger -- --pages 20000
//! ```
//!
//! A ledger on disk is filled with pages of thirty clips each, of which ten are sentences that many
//! pages have. Then pages are withdrawn one after the other, while others are read all the time: each is
//! looked up and recorded, as the service does, one in fifty of them for the first time. Before each withdrawal a
//! file of one block is written and made to last, in the same folder, so that what the ledger takes and what the
//! disk takes can be told apart. The run fails where a withdrawal takes longer than [`LONGEST_WITHDRAWAL`] and than
//! [`MOST_WRITES`] such writes, or where a reading waits longer than [`LONGEST_WAIT`].

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use langdu::ledger::{ContentKey, DocumentRecord, Ledger, LedgerError, PageIdentity, PageRules};
use langdu_clips::ClipId;

/// The longest that nine withdrawals in ten may take, unless the disk is slow.
const LONGEST_WITHDRAWAL: Duration = Duration::from_millis(100);

/// The most lasting writes of one block that nine withdrawals in ten may take, each in its percentile. A
/// withdrawal waits for a transaction of records and then has its own, and SQLite makes each last in four
/// steps: the journal and its header, the pages, and the journal's end.
const MOST_WRITES: u32 = 20;

/// What the disk writes at once.
const BLOCK: usize = 4096;

/// The longest that ninety-nine readings in a hundred may wait beyond what they wait for the machine: a
/// fraction of what one withdrawal takes.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// Clips of a page.
const CLIPS: u64 = 30;

/// Of them, clips that a page has in common with others.
const COMMON: u64 = 10;

/// Pages that are withdrawn.
const WITHDRAWN: u64 = 50;

/// How long a reading takes beside the ledger: a busy gateway reads a thousand pages a second.
const READING: Duration = Duration::from_millis(1);

/// Between two pages that are read again one after the other: a prime, so that all of them come.
const STRIDE: u64 = 7919;

#[derive(Parser, Clone)]
struct Arguments {
    /// Pages in the ledger.
    #[arg(long, default_value_t = 100_000)]
    pages: u64,
    /// Of a hundred readings, those of a page that nobody has read before: what is read most is read again and
    /// again, and a voice makes no more than some ten new documents a second.
    #[arg(long, default_value_t = 2)]
    new_percent: u64,
    /// As cargo calls it.
    #[arg(long, hide = true)]
    bench: bool,
}

fn url(page: u64) -> String {
    format!(
        "https://www.example.gov.cn/zwgk/{}/{page}.html",
        page % 1000
    )
}

fn clip(number: u64) -> ClipId {
    let hash = blake3::hash(&number.to_le_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    ClipId::from_bytes(bytes)
}

fn identity(page: u64) -> PageIdentity {
    let said = format!(
        "关于第{page}号事项的通知，请各单位遵照执行，并将办理情况于月底以前报送本局办公室。"
    );
    PageIdentity {
        title: format!("关于第{page}号事项的通知"),
        content: ContentKey::of([said.as_str()]),
        ..PageIdentity::of_address(&url(page))
    }
}

fn document(page: u64) -> DocumentRecord {
    let own = (COMMON..CLIPS).map(|number| clip(page * CLIPS + number));
    // The common ones are those of a thousand kinds of page.
    let common = (0..COMMON).map(|number| clip(u64::MAX - (page % 1000) * COMMON - number));
    DocumentRecord {
        identity: identity(page),
        voice: "zf_xiaoyi".to_owned(),
        rate_milli: 1000,
        reading_id: format!("{page:032x}"),
        clips: common.chain(own).collect(),
    }
}

async fn fill(ledger: &Ledger, pages: u64) {
    for page in 0..pages {
        let document = document(page);
        while let Err(LedgerError::Busy) = ledger.record(document.clone()) {
            ledger.flushed().await.expect("the ledger works");
        }
    }
    ledger.flushed().await.expect("the ledger works");
}

/// Times, sorted.
struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that so many in a hundred do not exceed, from 0 to 100.
    fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() - 1) * percent / 100]
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [middle, ninety, ninety_nine, most] =
            [50, 90, 99, 100].map(|percent| self.percentile(percent).as_secs_f64() * 1e3);
        write!(
            f,
            "{middle:.2} ms in the middle, {ninety:.2} in nine of ten, {ninety_nine:.2} in 99 of 100, \
             {most:.2} at most"
        )
    }
}

/// Reads pages until `stop`; answers with how long each waited for the ledger, and how many were refused
/// because it has more to write than it may.
fn read_on(ledger: &Ledger, arguments: &Arguments, stop: &AtomicBool) -> (Vec<Duration>, usize) {
    let pages = arguments.pages;
    let (mut waited, mut refused) = (Vec::new(), 0);
    let mut reading = 0;
    while !stop.load(Ordering::Relaxed) {
        let document = document(if reading % 100 < arguments.new_percent {
            pages + reading
        } else {
            reading * STRIDE % pages
        });
        let started = Instant::now();
        // A page that was withdrawn meanwhile is not read.
        if !ledger.is_identity_withdrawn(&document.identity) {
            match ledger.record(document) {
                Ok(()) => {}
                Err(LedgerError::Busy) => refused += 1,
                Err(error) => panic!("the ledger works: {error}"),
            }
        }
        waited.push(started.elapsed());
        reading += 1;
        std::thread::sleep(READING);
    }
    (waited, refused)
}

/// How long one block takes to be written so that it lasts.
fn write_one(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("block")).expect("a file beside the ledger");
    let started = Instant::now();
    file.write_all(&[1; BLOCK])
        .and_then(|()| file.sync_all())
        .expect("the disk takes a block");
    started.elapsed()
}

async fn run(arguments: Arguments) -> bool {
    let pages = arguments.pages;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let opened = Ledger::open(Some(folder.path()), u64::MAX, PageRules::default());
    let ledger = opened.await.expect("a new ledger");
    let started = Instant::now();
    fill(&ledger, pages).await;
    let bytes =
        std::fs::metadata(folder.path().join("ledger.sqlite3")).map_or(0, |file| file.len());
    println!(
        "{pages} pages of {CLIPS} clips: {} MB, recorded in {:.1} s",
        bytes >> 20,
        started.elapsed().as_secs_f64()
    );
    let quiet = Ledger::open(None, u64::MAX, PageRules::default());
    let quiet = quiet.await.expect("a ledger in memory");
    let stop = Arc::new(AtomicBool::new(false));
    let [reading, beside] = [ledger.clone(), quiet].map(|ledger| {
        let (stop, arguments) = (stop.clone(), arguments.clone());
        std::thread::spawn(move || read_on(&ledger, &arguments, &stop))
    });
    let (mut took, mut writes) = (Vec::new(), Vec::new());
    for number in 0..WITHDRAWN {
        let page = number * pages / WITHDRAWN;
        writes.push(write_one(folder.path()));
        let started = Instant::now();
        let withdrawn = ledger
            .withdraw(&url(page), "benchmark")
            .await
            .expect("the ledger works");
        took.push(started.elapsed());
        let own = usize::try_from(CLIPS - COMMON).expect("a small number");
        assert!(
            withdrawn.clips.len() >= own,
            "{} clips",
            withdrawn.clips.len()
        );
    }
    stop.store(true, Ordering::Relaxed);
    let [(waited, refused), (beside, _)] =
        [reading, beside].map(|readings| readings.join().expect("the reader does not panic"));
    let [took, writes, waited, beside] = [took, writes, waited, beside].map(Times::new);
    println!("{WITHDRAWN} withdrawals: {took}");
    println!("a block that lasts: {writes}");
    println!(
        "{} readings waited: {waited}; {refused} refused",
        waited.0.len()
    );
    println!("{} beside a quiet ledger: {beside}", beside.0.len());
    let in_writes =
        |percent| took.percentile(percent).as_secs_f64() / writes.percentile(percent).as_secs_f64();
    let [middle, ninety] = [50, 90].map(in_writes);
    println!("a withdrawal is {middle:.1} such writes in the middle, {ninety:.1} in nine of ten");
    let longest = LONGEST_WITHDRAWAL.max(writes.percentile(90) * MOST_WRITES);
    // A reading that is refused has waited for ever.
    took.percentile(90) <= longest
        && waited.percentile(99) <= beside.percentile(99) + LONGEST_WAIT
        && refused == 0
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if !runtime.block_on(run(arguments)) {
        eprintln!(
            "withdrawals took more than {} ms and {MOST_WRITES} lasting writes, or readings waited {} ms \
             for them",
            LONGEST_WITHDRAWAL.as_millis(),
            LONGEST_WAIT.as_millis()
        );
        std::process::exit(1);
    }
}
