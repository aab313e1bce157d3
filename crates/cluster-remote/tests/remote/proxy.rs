//! A network between us and the server that fails when told to.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It carries everything.
    Open,
    /// What the server says does not come through.
    Deaf,
    /// Connections end, and new ones end at once.
    Down,
}

/// The mode, and how often the network went down: a connection that lived then
/// ends, also when it looks later.
type State = (Mode, u32);

/// A port that leads to the server.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
    accepted: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let state = watch::Sender::new((Mode::Open, 0));
        let accepted = Arc::new(AtomicUsize::new(0));
        tokio::spawn({
            let (state, accepted) = (state.subscribe(), accepted.clone());
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    accepted.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(carry(client, server, state.clone()));
                }
            }
        });
        Self {
            address,
            state,
            accepted,
        }
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.state.send_modify(|(now, falls)| {
            *now = mode;
            *falls += u32::from(mode == Mode::Down);
        });
    }

    /// How many connections were made.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

async fn carry(client: TcpStream, server: SocketAddr, mut state: watch::Receiver<State>) {
    let (mode, falls) = *state.borrow();
    if mode == Mode::Down {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let hears = state.clone();
    tokio::select! {
        () = copy(from_client, to_server, || true) => {}
        () = copy(from_server, to_client, || hears.borrow().0 == Mode::Open) => {}
        _ = state.wait_for(|state| state.1 != falls) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, carries: impl Fn() -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if carries() && to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
