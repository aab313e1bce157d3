//! What a client cannot do to others.

use std::io;

use bytes::Bytes;
use futures::{FutureExt as _, future::BoxFuture, stream};
use http::{Request, Response};
use http_body_util::{Full, StreamBody};
use hyper::body::Frame;
use jobyard_server::Body;

use crate::support::{Client, JOBS, admin, job};

/// A create whose body never comes.
fn stuck(client: &Client) -> BoxFuture<'_, Response<Body>> {
    let body = StreamBody::new(stream::pending::<io::Result<Frame<Bytes>>>());
    let request = Request::post(JOBS).body(body).expect("a request");
    client.api.handle(request, Some(admin())).boxed()
}

fn create<'a>(client: &'a Client, name: &str) -> BoxFuture<'a, Response<Body>> {
    let body = Full::new(Bytes::from(job(name).to_string()));
    let request = Request::post(JOBS).body(body).expect("a request");
    client.api.handle(request, Some(admin())).boxed()
}

#[tokio::test]
async fn writes_beyond_the_limit_wait_for_their_turn() {
    let client = Client::new();
    let mut others: Vec<_> = (0..200).map(|_| stuck(&client)).collect();
    for other in &mut others {
        assert!(futures::poll!(other).is_pending());
    }
    let mut one_more = create(&client, "pi");
    assert!(
        futures::poll!(&mut one_more).is_pending(),
        "all turns are taken"
    );
    assert_eq!(
        client.get(JOBS).await.code,
        200,
        "readers have turns of their own"
    );

    others.pop();
    assert_eq!(one_more.await.status(), 201);
}

#[tokio::test]
async fn a_request_that_is_refused_anyway_takes_no_turn() {
    let client = Client::new();
    let mut others: Vec<_> = (0..200).map(|_| stuck(&client)).collect();
    for other in &mut others {
        assert!(futures::poll!(other).is_pending());
    }
    let request = Request::post(JOBS).body(Full::new(Bytes::new()));
    let anonymous = client.api.handle(request.expect("a request"), None).await;
    assert_eq!(anonymous.status(), 401);
}
