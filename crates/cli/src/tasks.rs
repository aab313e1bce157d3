//! The tasks of a yard: owned, named, and missed when they die.
//!
//! A yard whose Job controller or node is gone answers clients and does
//! nothing. So every task is told from one that was asked to end: the first
//! that ends by itself is reported at once and breaks the yard, which the
//! command then ends.

use std::{future::Future, panic::AssertUnwindSafe};

use anyhow::{Context as _, Result, anyhow};
use futures::FutureExt as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::say::say;

/// Starts tasks and watches over them. Clones watch together.
#[derive(Clone, Debug)]
pub(crate) struct Tasks {
    /// From here on tasks may end.
    shutdown: CancellationToken,
    /// One ended that should not have.
    broken: CancellationToken,
}

impl Tasks {
    /// Tasks that go on until `shutdown`.
    pub(crate) fn until(shutdown: CancellationToken) -> Self {
        Self {
            shutdown,
            broken: CancellationToken::new(),
        }
    }

    /// Starts a task that has to run until it is told to end; without an error
    /// even then. `None` comes of one that failed, which stderr tells.
    pub(crate) fn start<T: Send + 'static>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<T>> + Send + 'static,
    ) -> JoinHandle<Option<T>> {
        let shutdown = self.shutdown.clone();
        self.start_finite(name, async move {
            let result = task.await?;
            if shutdown.is_cancelled() {
                Ok(result)
            } else {
                Err(anyhow!("nobody had asked it to end"))
            }
        })
    }

    /// Starts a task that may end by itself, but not with an error.
    pub(crate) fn start_finite<T: Send + 'static>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<T>> + Send + 'static,
    ) -> JoinHandle<Option<T>> {
        let broken = self.broken.clone();
        tokio::spawn(async move {
            // The panic's own message is on stderr already.
            let caught = AssertUnwindSafe(task).catch_unwind().await;
            let result = caught.unwrap_or_else(|_| Err(anyhow!("it panicked, see above")));
            match result.with_context(|| format!("{name} has ended")) {
                Ok(result) => Some(result),
                Err(error) => {
                    say(format_args!("jobyard: {error:#}"));
                    broken.cancel();
                    None
                }
            }
        })
    }

    /// Waits until a task ended that should not have. What became of it is told by then.
    pub(crate) async fn broken(&self) {
        self.broken.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_fails_or_ends_by_itself_breaks_the_yard() {
        type Dies = fn() -> Result<()>;
        let deaths: [(&str, Dies); 3] = [
            ("panics", || panic!("a defect")),
            ("fails", || Err(anyhow!("the disk is gone"))),
            ("ends", || Ok(())),
        ];
        for (name, dies) in deaths {
            let tasks = Tasks::until(CancellationToken::new());
            let task = tasks.start(name, async move { dies() });
            tasks.broken().await;
            assert_eq!(task.await.expect("panics are caught"), None, "{name}");
        }
    }

    #[tokio::test]
    async fn a_task_that_was_asked_to_end_breaks_nothing() {
        let shutdown = CancellationToken::new();
        let tasks = Tasks::until(shutdown.clone());
        let task = tasks.start("obedient", {
            let shutdown = shutdown.clone();
            async move {
                shutdown.cancelled().await;
                Ok(7)
            }
        });
        shutdown.cancel();
        assert_eq!(task.await.expect("panics are caught"), Some(7));
        let finite = tasks.start_finite("finite", async { Ok(8) });
        assert_eq!(finite.await.expect("panics are caught"), Some(8));
        assert!(tasks.broken().now_or_never().is_none());
    }
}
