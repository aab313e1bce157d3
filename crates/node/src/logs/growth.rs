//! Which log files grow, told to the readers that follow them.
//!
//! All readers share one inotify instance. One each would need no bookkeeping,
//! but the kernel allows a user 128 of them, and closing one waits some 20 ms
//! until nobody in the kernel looks at its watches any more, on a thread that
//! the tasks of all Pods share. Taking a single watch out waits for nothing.
//!
//! One task passes the kernel's notices on. It starts with the first reader and
//! ends with the last clone of [`super::Logs`].
//!
//! Source: inotify(7); the kernel's fs/notify/group.c, `fsnotify_destroy_group`.

use std::{collections::HashMap, io, mem::MaybeUninit, os::fd::OwnedFd, path::Path, sync::Arc};

use parking_lot::Mutex;
use rustix::{
    fs::inotify::{self, ReadFlags, WatchFlags},
    io::Errno,
};
use tokio::{
    io::unix::AsyncFd,
    sync::watch,
    task::{self, AbortHandle},
};

/// Room for some 60 notices of the kernel.
const NOTICES_BYTES: usize = 1024;

/// Watches the files of all readers.
#[derive(Debug, Default)]
pub(crate) struct Growths {
    /// The lock is held for a look-up.
    watching: Mutex<Option<Watching>>,
}

impl Growths {
    /// Watches a file from now on. Call inside a tokio runtime.
    ///
    /// # Errors
    /// The file cannot be watched: it is not there, or the user has too many watches.
    pub(crate) fn of(&self, path: &Path) -> io::Result<Growth> {
        let mut watching = self.watching.lock();
        let running = watching.take().filter(|it| !it.task.is_finished());
        let running = running.map_or_else(Watching::start, Ok)?;
        let growth = running.files.add(path);
        *watching = Some(running);
        growth
    }
}

/// The task, and what it works on.
#[derive(Debug)]
struct Watching {
    files: Arc<Files>,
    task: AbortHandle,
}

impl Watching {
    fn start() -> io::Result<Self> {
        let fd = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
        #[expect(
            deprecated,
            reason = "its successor is unsafe because a descriptor might change under it; an OwnedFd does not"
        )]
        let inotify = AsyncFd::new(fd)?;
        let files = Arc::new(Files {
            inotify,
            watched: Mutex::default(),
        });
        let task = task::spawn({
            let files = files.clone();
            async move {
                let Err(error) = files.pass_on().await;
                tracing::warn!(%error, "growing logs are not followed any more");
                // Their readers see that nobody will tell them.
                files.watched.lock().clear();
            }
        });
        Ok(Self {
            files,
            task: task.abort_handle(),
        })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Files {
    inotify: AsyncFd<OwnedFd>,
    /// By watch descriptor, which the kernel gives a file once an instance. The
    /// lock also orders adding and removing the kernel's watches.
    watched: Mutex<HashMap<i32, Watched>>,
}

#[derive(Debug)]
struct Watched {
    grown: watch::Sender<()>,
    readers: usize,
}

impl Files {
    fn add(self: &Arc<Self>, path: &Path) -> io::Result<Growth> {
        let mut watched = self.watched.lock();
        let descriptor = inotify::add_watch(&self.inotify, path, WatchFlags::MODIFY)?;
        let file = watched.entry(descriptor).or_insert_with(|| Watched {
            grown: watch::Sender::new(()),
            readers: 0,
        });
        file.readers += 1;
        Ok(Growth {
            files: self.clone(),
            descriptor,
            grown: file.grown.subscribe(),
        })
    }

    fn remove(&self, descriptor: i32) {
        let mut watched = self.watched.lock();
        let Some(file) = watched.get_mut(&descriptor) else {
            return;
        };
        file.readers -= 1;
        if file.readers == 0 {
            watched.remove(&descriptor);
            // The kernel has done so itself when the file is gone.
            let _ = inotify::remove_watch(&self.inotify, descriptor);
        }
    }

    async fn pass_on(&self) -> io::Result<std::convert::Infallible> {
        let mut notices = [MaybeUninit::uninit(); NOTICES_BYTES];
        loop {
            let mut ready = self.inotify.readable().await?;
            let mut notices = inotify::Reader::new(ready.get_inner(), &mut notices);
            loop {
                match notices.next() {
                    Ok(notice) if notice.events().contains(ReadFlags::QUEUE_OVERFLOW) => {
                        self.tell_all();
                    }
                    Ok(notice) => self.tell(notice.wd()),
                    Err(Errno::AGAIN) => break,
                    Err(Errno::INTR) => {}
                    Err(errno) => return Err(errno.into()),
                }
            }
            ready.clear_ready();
        }
    }

    fn tell(&self, descriptor: i32) {
        if let Some(file) = self.watched.lock().get(&descriptor) {
            file.grown.send_replace(());
        }
    }

    /// Notices got lost: any file may have grown.
    fn tell_all(&self) {
        for file in self.watched.lock().values() {
            file.grown.send_replace(());
        }
    }
}

/// One reader's watch of one file.
#[derive(Debug)]
pub(crate) struct Growth {
    files: Arc<Files>,
    descriptor: i32,
    grown: watch::Receiver<()>,
}

impl Growth {
    /// Waits until the file may have grown since the last call.
    pub(crate) async fn wait(&mut self) -> io::Result<()> {
        self.grown
            .changed()
            .await
            .map_err(|_| io::Error::other("the kernel tells no more whether the log grows"))
    }

    /// How many files are watched, by whomever.
    #[cfg(test)]
    pub(super) fn files_watched(&self) -> usize {
        self.files.watched.lock().len()
    }
}

impl Drop for Growth {
    fn drop(&mut self) {
        self.files.remove(self.descriptor);
    }
}
