//! The operators' Unix socket: who may open its file is an operator, and the system says who that is.
//!
//! It needs no token and no certificate, so that an operator's command works as it is; and a proxy or a
//! mesh, which makes every caller one of this machine, does not reach it.

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tonic::transport::server::Connected;

/// How long to wait when the system gives no connection.
const AFTER_ERROR: Duration = Duration::from_millis(200);

/// Root, who may do everything here anyway.
const ROOT: u32 = 0;

/// What a request that came by the operators' socket carries.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct OperatorsSocket;

/// A socket that is listened on. Its file goes with it.
#[derive(Debug)]
pub(in crate::server) struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
    /// Its device and number: another service may have put its own in its place.
    file: (u64, u64),
}

impl SocketFile {
    /// Listens on a socket at `path`, for this process's own user alone. A file that a process has left
    /// which was killed makes room.
    ///
    /// # Errors
    ///
    /// When another process listens there, when something lies there that is no socket, or when the file
    /// cannot be made: its path may have about 100 bytes.
    pub(in crate::server) fn open(path: &Path) -> io::Result<Self> {
        if BlockingStream::connect(path).is_ok() {
            return Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another service listens on it",
            ));
        }
        if path
            .symlink_metadata()
            .is_ok_and(|held| !held.file_type().is_socket())
        {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "something lies there that is no socket",
            ));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // Nobody can open it before it is closed to the others, and nobody finds it half made.
        let unfinished = path.with_extension(format!("{:08x}", rand::random::<u32>()));
        let listener = UnixListener::bind(&unfinished)?;
        let finished = std::fs::set_permissions(&unfinished, PermissionsExt::from_mode(0o600))
            .and_then(|()| std::fs::metadata(&unfinished))
            .and_then(|made| std::fs::rename(&unfinished, path).map(|()| made));
        let made = finished.inspect_err(|_| {
            let _ = std::fs::remove_file(&unfinished);
        })?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            owner: made.uid(),
            file: (made.dev(), made.ino()),
        })
    }

    /// The connections of this process's user, and of root.
    pub(in crate::server) fn connections(self) -> impl Stream<Item = io::Result<OperatorsStream>> {
        stream::unfold(self, |socket| async move {
            loop {
                match socket.listener.accept().await {
                    Ok((stream, _)) if socket.is_owners(&stream) => {
                        return Some((Ok(OperatorsStream(stream)), socket));
                    }
                    Ok(_) => tracing::warn!("another user has opened the operators' socket"),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(AFTER_ERROR).await;
                    }
                }
            }
        })
    }

    fn is_owners(&self, stream: &UnixStream) -> bool {
        let user = stream.peer_cred().map(|credentials| credentials.uid());
        user.is_ok_and(|user| user == self.owner || user == ROOT)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let held = self.path.symlink_metadata();
        if held.is_ok_and(|held| (held.dev(), held.ino()) == self.file) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A connection of an operator.
#[derive(Debug)]
pub(in crate::server) struct OperatorsStream(UnixStream);

impl Connected for OperatorsStream {
    type ConnectInfo = OperatorsSocket;

    fn connect_info(&self) -> OperatorsSocket {
        OperatorsSocket
    }
}

impl AsyncRead for OperatorsStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for OperatorsStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_is_the_owners_alone_and_a_dead_one_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger/operator.sock");
        let first = SocketFile::open(&path).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let refused = SocketFile::open(&path).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AddrInUse);
        assert!(BlockingStream::connect(&path).is_ok());
        drop(first);
        assert!(!path.exists());
        // A process that was killed leaves its file.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        drop(SocketFile::open(&path).unwrap());
        let left = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 0, "nothing half-made");
    }

    #[tokio::test]
    async fn what_is_no_socket_stays_and_so_does_the_socket_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.sock");
        std::fs::write(&path, "notes").unwrap();
        let refused = SocketFile::open(&path).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "notes");
        std::fs::remove_file(&path).unwrap();
        let first = SocketFile::open(&path).unwrap();
        // On a folder of the network the other service cannot see that somebody listens.
        std::fs::remove_file(&path).unwrap();
        let _second = SocketFile::open(&path).unwrap();
        drop(first);
        assert!(BlockingStream::connect(&path).is_ok());
    }
}
