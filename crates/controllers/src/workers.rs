//! Workers on a queue, owned by their controller.

use std::{future::Future, hash::Hash, sync::Arc};

use jobyard_cluster::{Work, WorkQueue};
use tokio::task::JoinSet;

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

    /// Waits until all have ended. A panic of one is passed on: the controller
    /// must not go on with half of its workers.
    pub(crate) async fn join(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                _ => {}
            }
        }
    }
}
