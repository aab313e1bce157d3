//! Workers on a queue, owned by their controller.

use std::{future::Future, hash::Hash, sync::Arc};

use jobyard_cluster::{Work, WorkQueue};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// The tasks of one controller.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts `count` workers that take keys until the queue is shut down.
    pub(crate) fn start<K, F, W>(&mut self, count: usize, queue: &WorkQueue<K>, work: F)
    where
        K: Clone + Eq + Hash + Send + 'static,
        F: Fn(Work<K>) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send,
    {
        let work = Arc::new(work);
        for _ in 0..count {
            let (queue, work) = (queue.clone(), work.clone());
            self.tasks.spawn(async move {
                while let Some(key) = queue.next().await {
                    work(key).await;
                }
            });
        }
    }

    /// Starts one task that ends by itself.
    pub(crate) fn start_task(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits for the token. A panic of a worker is passed on at once: a
    /// controller must not go on with half of its workers.
    pub(crate) async fn run_until(&mut self, shutdown: &CancellationToken) {
        loop {
            tokio::select! {
                // In this order always, so that a simulated run can be repeated.
                biased;
                () = shutdown.cancelled() => return,
                Some(ended) = self.tasks.join_next() => pass_on(ended),
                else => return,
            }
        }
    }

    /// Waits until all have ended.
    pub(crate) async fn join(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            pass_on(ended);
        }
    }
}

fn pass_on(ended: Result<(), JoinError>) {
    match ended {
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Ok(()) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_panic_of_one_worker_ends_the_controller() {
        let queue = WorkQueue::new();
        let controller = tokio::spawn({
            let queue = queue.clone();
            async move {
                let mut workers = Workers::default();
                workers.start(2, &queue, |work: Work<u8>| async move {
                    assert!(*work.key() != 13, "unlucky");
                });
                workers.run_until(&CancellationToken::new()).await;
            }
        });
        queue.add(1);
        queue.add(13);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(1), controller).await;
        let error = ended.expect("it ends").expect_err("it panics");
        assert!(error.is_panic());
    }
}
