use jiff::civil::date;

use super::*;

fn key(day: Date, page: &str, device: Device) -> Key {
    Key {
        day,
        page: PageRules::default().key(page),
        device,
    }
}

fn heard(page: &str, started: u64, seconds: u64) -> Waiting {
    Waiting {
        portal: "www.example.gov.cn".to_owned(),
        page: page.to_owned(),
        title: "关于开展免费体检的通知".to_owned(),
        counts: Counts {
            started,
            seconds,
            ..Counts::default()
        },
    }
}

const A: &str = "https://www.example.gov.cn/a.html";
const B: &str = "https://www.example.gov.cn/b.html";

#[test]
fn counts_add_up_by_day_and_device_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let (first, second) = (date(2026, 5, 1), date(2026, 5, 2));
    let waiting = |lines: &[(Date, &str, Device, u64)]| {
        let lines = lines.iter();
        lines
            .map(|&(day, page, device, count)| (key(day, page, device), heard(page, count, 60)))
            .collect::<HashMap<_, _>>()
    };
    {
        let store = Store::open(Some(path.clone())).unwrap();
        let lines = [
            (first, A, Device::Phone, 2),
            (first, A, Device::Kiosk, 1),
            (first, B, Device::Phone, 9),
        ];
        store.add(&waiting(&lines), first).unwrap();
    }
    let store = Store::open(Some(path)).unwrap();
    let more = [(first, A, Device::Phone, 3), (second, A, Device::Phone, 1)];
    store.add(&waiting(&more), first).unwrap();
    let table = store.table(first, second).unwrap();
    let told: Vec<_> = table
        .iter()
        .map(|line| {
            (
                line.day,
                line.page.as_str(),
                line.device,
                line.counts.started,
            )
        })
        .collect();
    // The latest day first; of a day, what was heard most first.
    assert_eq!(
        told,
        [
            (second, A, Device::Phone, 1),
            (first, B, Device::Phone, 9),
            (first, A, Device::Kiosk, 1),
            (first, A, Device::Phone, 5),
        ]
    );
    assert_eq!(table[3].counts.seconds, 120);
    // What is older than it is kept goes with the next that is written.
    store.add(&waiting(&more[1..]), second).unwrap();
    assert_eq!(store.table(first, second).unwrap().len(), 1);
}

#[tokio::test]
async fn what_could_not_be_written_is_counted_later() {
    let folder = tempfile::tempdir().unwrap();
    let config = ListensConfig::default();
    let listens = Listens::open(Some(folder.path()), &config, PageRules::default());
    let listens = listens.await.unwrap();
    let day = today();
    let once = || HashMap::from([(key(day, A, Device::Phone), heard(A, 1, 5))]);
    listens.wait_on(once());
    // A database that fails, for whatever reason, and is mended.
    let held = rusqlite::Connection::open(folder.path().join("listens.sqlite3")).unwrap();
    held.execute_batch("DROP TABLE listen").unwrap();
    listens.write().await.unwrap_err();
    listens.wait_on(once());
    held.execute_batch(include_str!("schema.sql")).unwrap();
    let table = listens.table(day, day).await.unwrap();
    assert_eq!((table.len(), table[0].counts.started), (1, 2));
    assert_eq!(table[0].counts.seconds, 10);
}

#[tokio::test]
async fn nothing_is_kept_where_nothing_is_to_be_counted() {
    let folder = tempfile::tempdir().unwrap();
    let config = ListensConfig {
        enabled: false,
        ..ListensConfig::default()
    };
    let listens = Listens::open(Some(folder.path()), &config, PageRules::default());
    let listens = listens.await.unwrap();
    listens.write().await.unwrap();
    assert_eq!(listens.table(today(), today()).await.unwrap(), []);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
