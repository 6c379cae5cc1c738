//! What opendal cannot ask of Redis: leases, as keys that are set only if they are not there and
//! that expire by themselves, and the existence of many objects at once. Its connection serves the
//! boards as well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, IntoConnectionInfo, RedisError, Script};
use tokio::sync::OnceCell;

use super::lease::Lease;
use crate::config::RemoteConfig;

/// As opendal's.
const DEFAULT_ENDPOINT: &str = "redis://127.0.0.1:6379";

/// Deletes the key only while it names the holder.
const RELEASE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

/// Gives the key its time again, only while it names the holder.
const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";

/// A connection beside opendal's own.
pub(super) struct Link {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    /// The prefix of an object's name in its key, as opendal has it.
    root: String,
}

impl Link {
    /// To the Redis of a configuration; nothing is connected to yet.
    pub(super) fn new(config: &RemoteConfig) -> opendal::Result<Self> {
        let root = config.option("root").unwrap_or_default();
        let folders = root.split('/').filter(|folder| !folder.is_empty());
        Ok(Self {
            client: client(config).map_err(failed)?,
            connection: OnceCell::new(),
            root: folders.map(|folder| format!("{folder}/")).collect(),
        })
    }

    /// True when all of these objects exist.
    pub(super) async fn all_exist(&self, names: &[String]) -> opendal::Result<bool> {
        let mut connection = self.connection().await?;
        let keys: Vec<String> = names.iter().map(|name| self.key(name)).collect();
        let found: usize = redis::cmd("EXISTS")
            .arg(&keys)
            .query_async(&mut connection)
            .await
            .map_err(failed)?;
        // A key that is named twice counts twice.
        Ok(found == keys.len())
    }

    /// The key that stands for a name.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.root)
    }

    /// The connection, which reconnects by itself.
    pub(super) async fn connection(&self) -> opendal::Result<ConnectionManager> {
        let connect = || async {
            // The caller has a time limit of its own, and a tier that is away is probed.
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
    release: Script,
    renew: Script,
    time: Duration,
}

impl RedisLeases {
    /// Leases beside the objects, each for so long.
    pub(super) fn new(link: Arc<Link>, time: Duration) -> Self {
        Self {
            link,
            release: Script::new(RELEASE),
            renew: Script::new(RENEW),
            time,
        }
    }

    fn key(&self, name: &str) -> String {
        self.link.key(&format!("lease:{name}"))
    }

    pub(super) async fn acquire(&self, name: &str) -> opendal::Result<Option<Lease>> {
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

    pub(super) async fn renew(&self, lease: &mut Lease) -> opendal::Result<bool> {
        let mut connection = self.link.connection().await?;
        let renewed: u32 = self
            .renew
            .key(self.key(&lease.name))
            .arg(&lease.holder)
            .arg(u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX))
            .invoke_async(&mut connection)
            .await
            .map_err(failed)?;
        lease.acquired = Instant::now();
        Ok(renewed == 1)
    }

    pub(super) async fn release(&self, lease: &Lease) -> opendal::Result<()> {
        let mut connection = self.link.connection().await?;
        self.release
            .key(self.key(&lease.name))
            .arg(&lease.holder)
            .invoke_async::<u32>(&mut connection)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn client(config: &RemoteConfig) -> Result<Client, RedisError> {
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

/// The tier has one type of error, opendal's.
pub(super) fn failed(error: RedisError) -> opendal::Error {
    opendal::Error::new(opendal::ErrorKind::Unexpected, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(options: &str) -> RemoteConfig {
        toml::from_str(&format!("service = \"redis\"\n[options]\n{options}")).unwrap()
    }

    #[test]
    fn the_options_reach_the_client() {
        let asked = config(
            "endpoint = \"tcp://127.0.0.1:7001\"\nusername = \"portal\"\npassword = \"secret\"\ndb = 3",
        );
        let client = client(&asked).unwrap();
        let info = client.get_connection_info();
        assert_eq!(info.addr().to_string(), "127.0.0.1:7001");
        let settings = info.redis_settings();
        assert_eq!(settings.username(), Some("portal"));
        assert_eq!(settings.password(), Some("secret"));
        assert_eq!(settings.db(), 3);
    }

    #[test]
    fn without_options_it_is_the_redis_of_this_machine() {
        let client = client(&config("")).unwrap();
        let info = client.get_connection_info();
        assert_eq!(info.addr().to_string(), "127.0.0.1:6379");
        let settings = info.redis_settings();
        assert_eq!((settings.username(), settings.password()), (None, None));
        assert_eq!(settings.db(), 0);
    }

    #[test]
    fn options_that_cannot_be_are_refused_in_words() {
        let refused = |options: &str| client(&config(options)).unwrap_err().to_string();
        let cluster = refused("cluster_endpoints = \"redis://127.0.0.1:7001\"");
        assert!(cluster.contains("name one server"), "{cluster}");
        let db = refused("db = \"first\"");
        assert!(db.contains("`db` is no number"), "{db}");
        refused("endpoint = \"http://127.0.0.1\"");
    }

    #[test]
    fn keys_stand_under_the_root_as_opendal_has_them() {
        for (root, leases) in [
            ("", "lease:a"),
            ("root = \"/langdu\"", "langdu/lease:a"),
            ("root = \"a//b/\"", "a/b/lease:a"),
            ("root = \"/\"", "lease:a"),
        ] {
            let link = Arc::new(Link::new(&config(root)).unwrap());
            let beside = RedisLeases::new(link, Duration::from_secs(1));
            assert_eq!(beside.key("a"), leases, "{root}");
        }
    }
}
