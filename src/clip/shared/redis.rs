//! Leases as keys that Redis sets only if they are not there and forgets by itself, and whether
//! many objects are there.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, IntoConnectionInfo, RedisError, Script};
use tokio::sync::OnceCell;

use super::lease::Lease;
use crate::config::SharedConfig;

/// As opendal's.
const DEFAULT_ENDPOINT: &str = "redis://127.0.0.1:6379";

/// Deletes the key only while it names the holder.
const GIVE_BACK: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

/// A connection beside opendal's own, for what opendal cannot ask of Redis.
pub(super) struct Link {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    /// What stands before an object's name in its key, as opendal has it.
    root: String,
}

impl Link {
    /// To the Redis of a configuration; nothing is connected to yet.
    pub(super) fn new(config: &SharedConfig) -> opendal::Result<Self> {
        let root = config.option("root").unwrap_or_default();
        let folders = root.split('/').filter(|folder| !folder.is_empty());
        Ok(Self {
            client: client(config).map_err(failed)?,
            connection: OnceCell::new(),
            root: folders.map(|folder| format!("{folder}/")).collect(),
        })
    }

    /// True when all of these objects are there.
    pub(super) async fn hold_all(&self, names: &[String]) -> opendal::Result<bool> {
        let mut connection = self.connection().await?;
        let keys: Vec<String> = names
            .iter()
            .map(|name| format!("{}{name}", self.root))
            .collect();
        let there: usize = redis::cmd("EXISTS")
            .arg(&keys)
            .query_async(&mut connection)
            .await
            .map_err(failed)?;
        // A key that is named twice counts twice.
        Ok(there == keys.len())
    }

    /// The connection, which mends itself.
    async fn connection(&self) -> opendal::Result<ConnectionManager> {
        let connect = || async {
            // Whoever asks has a time limit of their own, and the tier is probed when it is away.
            let config = ConnectionManagerConfig::new().set_number_of_retries(1);
            ConnectionManager::new_with_config(self.client.clone(), config).await
        };
        let connection = self.connection.get_or_try_init(connect).await;
        connection.cloned().map_err(failed)
    }
}

/// Leases in Redis.
pub(super) struct RedisLeases {
    link: Arc<Link>,
    prefix: String,
    give_back: Script,
    time: Duration,
}

impl RedisLeases {
    /// Beside the objects of the same configuration.
    pub(super) fn new(link: Arc<Link>, config: &SharedConfig, time: Duration) -> Self {
        Self {
            link,
            prefix: format!("{}lease:", config.option("root").unwrap_or_default()),
            give_back: Script::new(GIVE_BACK),
            time,
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(super) async fn take(&self, name: &str) -> opendal::Result<Option<Lease>> {
        let mut connection = self.link.connection().await?;
        let lease = Lease::new(name);
        let set: Option<String> = redis::cmd("SET")
            .arg(self.key(name))
            .arg(&lease.holder)
            .arg("NX")
            .arg("PX")
            .arg(u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX))
            .query_async(&mut connection)
            .await
            .map_err(failed)?;
        Ok(set.map(|_| lease))
    }

    pub(super) async fn is_held(&self, name: &str) -> opendal::Result<bool> {
        let mut connection = self.link.connection().await?;
        redis::cmd("EXISTS")
            .arg(self.key(name))
            .query_async(&mut connection)
            .await
            .map_err(failed)
    }

    pub(super) async fn give_back(&self, lease: &Lease) -> opendal::Result<()> {
        let mut connection = self.link.connection().await?;
        self.give_back
            .key(self.key(&lease.name))
            .arg(&lease.holder)
            .invoke_async::<u32>(&mut connection)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn client(config: &SharedConfig) -> Result<Client, RedisError> {
    if config.option("cluster_endpoints").is_some() {
        return Err(RedisError::from((
            ErrorKind::InvalidClientConfig,
            "a cluster keeps no leases: name one server as `endpoint`",
        )));
    }
    let endpoint = config.option("endpoint").unwrap_or(DEFAULT_ENDPOINT);
    // opendal also takes tcp://.
    let endpoint = endpoint.replace("tcp://", "redis://");
    let info = endpoint.into_connection_info()?;
    let mut settings = info.redis_settings().clone();
    if let Some(username) = config.option("username") {
        settings = settings.set_username(username);
    }
    if let Some(password) = config.option("password") {
        settings = settings.set_password(password);
    }
    if let Some(db) = config.option("db") {
        settings = settings.set_db(db.parse().map_err(|_| {
            RedisError::from((ErrorKind::InvalidClientConfig, "`db` is no number"))
        })?);
    }
    Client::open(info.set_redis_settings(settings))
}

/// One kind of error for the whole tier.
fn failed(error: RedisError) -> opendal::Error {
    opendal::Error::new(opendal::ErrorKind::Unexpected, error.to_string())
}
