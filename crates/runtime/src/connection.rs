//! The daemon's side of one shim's socket: calls out, answers and events in.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::protocol::{self, Call, FrameReader, Message, Reply, Request};
use crate::{RuntimeError, RuntimeEvent};

/// Calls of one Pod that wait to be written. A caller beyond it waits; nobody has so many for one Pod.
const CALLS_MAX: usize = 64;

/// A connection to a shim. Its task ends with it.
#[derive(Debug)]
pub(crate) struct Connection {
    uid: String,
    calls: mpsc::Sender<(Call, oneshot::Sender<Reply>)>,
    /// The end of the socket is expected.
    is_removing: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Connection {
    /// Serves `stream` in a task of its own, until either side ends.
    pub(crate) fn new(
        uid: &str,
        stream: UnixStream,
        events: mpsc::UnboundedSender<RuntimeEvent>,
    ) -> Connection {
        let (calls, receiver) = mpsc::channel(CALLS_MAX);
        let is_removing = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(serve(
            uid.to_owned(),
            stream,
            receiver,
            events,
            Arc::clone(&is_removing),
        ));
        Connection {
            uid: uid.to_owned(),
            calls,
            is_removing,
            task: task.abort_handle(),
        }
    }

    /// Sends a call and waits for its answer.
    pub(crate) async fn call(&self, call: Call) -> Result<Reply, RuntimeError> {
        let lost = || RuntimeError::PodLost {
            uid: self.uid.clone(),
        };
        let (sender, receiver) = oneshot::channel();
        self.calls.send((call, sender)).await.map_err(|_| lost())?;
        match receiver.await.map_err(|_| lost())? {
            Reply::Refused { message } => Err(RuntimeError::Refused { message }),
            reply => Ok(reply),
        }
    }

    /// From now on the end of the shim is no loss; `false` takes that back.
    pub(crate) fn expect_end(&self, is_expected: bool) {
        self.is_removing.store(is_expected, Ordering::SeqCst);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    uid: String,
    mut stream: UnixStream,
    mut calls: mpsc::Receiver<(Call, oneshot::Sender<Reply>)>,
    events: mpsc::UnboundedSender<RuntimeEvent>,
    is_removing: Arc<AtomicBool>,
) {
    let ended = exchange(&uid, &mut stream, &mut calls, &events).await;
    if let Err(error) = ended {
        tracing::warn!(pod = uid, %error, "the shim's socket failed");
    }
    if !is_removing.load(Ordering::SeqCst) {
        // Nobody listens any more if the runtime is being dropped.
        let _ = events.send(RuntimeEvent::PodLost { pod: uid });
    }
}

/// Until the shim ends, or everybody who could call is gone.
async fn exchange(
    uid: &str,
    stream: &mut UnixStream,
    calls: &mut mpsc::Receiver<(Call, oneshot::Sender<Reply>)>,
    events: &mpsc::UnboundedSender<RuntimeEvent>,
) -> io::Result<()> {
    let (mut reading, mut writing) = stream.split();
    let mut frames = FrameReader::default();
    let mut waiting: HashMap<u64, oneshot::Sender<Reply>> = HashMap::new();
    let mut next_id = protocol::FIRST_REQUEST;
    let mut chunk = [0; 4096];
    loop {
        tokio::select! {
            call = calls.recv() => {
                let Some((call, answer)) = call else { return Ok(()) };
                let id = next_id;
                next_id += 1;
                waiting.insert(id, answer);
                // The shim always reads, so that this waits for no longer than it takes.
                writing.write_all(&protocol::frame(&Request { id, call })?).await?;
            }
            count = reading.read(&mut chunk) => {
                let count = count?;
                if count == 0 {
                    return Ok(());
                }
                frames.push(&chunk[..count]);
                while let Some(message) = frames.next()? {
                    match message {
                        Message::Reply { id, reply } => {
                            if let Some(answer) = waiting.remove(&id) {
                                // A caller that gave up does not want it.
                                let _ = answer.send(reply);
                            }
                        }
                        Message::Exited { container, attempt, exit } => {
                            let pod = uid.to_owned();
                            let _ = events.send(RuntimeEvent::Exited { pod, container, attempt, exit });
                        }
                    }
                }
            }
        }
    }
}
