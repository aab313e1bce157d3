//! The socket and TLS: who gets in, who does not, and how it all ends.

use std::{sync::Arc, time::Duration};

use jobyard_server::{
    BindError, Limits, Server,
    tls::{Pki, ServerNames},
};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::{PODS, Served, pod};

type Certificate<'a> = Option<&'a jobyard_server::tls::KeyedCertificate>;

/// A connection that trusts the server's authority and shows `certificate`.
async fn connect(
    served: &Served,
    certificate: Certificate<'_>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(served.pki.authority_pem.as_bytes());
    roots
        .add(authority.expect("a certificate"))
        .expect("a root");
    let builder =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots);
    let config = match certificate {
        None => builder.with_no_client_auth(),
        Some(shown) => {
            let chain = CertificateDer::from_pem_slice(shown.certificate_pem.as_bytes());
            let key = PrivateKeyDer::from_pem_slice(shown.key_pem.as_bytes());
            builder
                .with_client_auth_cert(vec![chain.expect("a certificate")], key.expect("a key"))
                .expect("a pair")
        }
    };
    let socket = TcpStream::connect(served.address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config))
        .connect(name, socket)
        .await
}

/// Sends one HTTP/1.1 request and reads until the server closes.
async fn ask(
    served: &Served,
    certificate: Certificate<'_>,
    request: &[u8],
) -> std::io::Result<String> {
    let mut stream = connect(served, certificate).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => {}
        // The server may close without the farewell of TLS; what counts is what it said.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {}
        Err(error) => return Err(error),
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn without_a_certificate_only_health_and_version_are_open() {
    let served = Served::start();
    for path in ["/version", "/healthz", "/livez", "/readyz"] {
        let answer = ask(&served, None, &get(path)).await.expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n"),
            "{path}: {answer}"
        );
    }
    for path in [
        "/api",
        "/apis",
        "/metrics",
        "/openapi/v3",
        "/nope",
        "/api/v1/pods",
    ] {
        let answer = ask(&served, None, &get(path)).await.expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"),
            "{path}: {answer}"
        );
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        assert_eq!(
            body,
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\
             \"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}\n",
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_administrator_gets_in() {
    let served = Served::start();
    let answer = ask(&served, Some(&served.pki.admin), &get(PODS)).await;
    let answer = answer.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\ncontent-length: "), "{answer}");
    assert!(answer.contains("\r\ndate: "), "{answer}");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let served = Served::start();
    let folder = tempfile::tempdir().expect("a folder");
    let names = ServerNames::of([127, 0, 0, 1].into(), "");
    let stranger =
        Pki::open(folder.path(), &names, jobyard_api::Timestamp::now()).expect("another yard");
    let answer = ask(&served, Some(&stranger.admin), &get("/version")).await;
    let error = answer.expect_err("refused");
    let reason = error.to_string();
    assert!(reason.contains("alert"), "the handshake fails: {reason}");
}

#[tokio::test]
async fn the_servers_own_certificate_is_no_client_certificate() {
    let served = Served::start();
    let answer = ask(&served, Some(&served.pki.server), &get(PODS)).await;
    answer.expect_err("made for another purpose");
}

#[tokio::test]
async fn a_body_of_5_mib_is_refused_and_changes_nothing() {
    let served = Served::start();
    let mut large = pod("large");
    large["metadata"]["annotations"] = json!({"x": "y".repeat(5 * 1024 * 1024)});
    let body = large.to_string();
    let head = format!(
        "POST {PODS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), body.as_bytes()].concat();
    let answer = ask(&served, Some(&served.pki.admin), &request).await;
    let answer = answer.expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains(r#""reason":"RequestEntityTooLarge""#),
        "{answer}"
    );
    assert!(answer.contains(r#""message":"Request entity too large: limit is 3145728""#));
    assert_eq!(served.client.get(&format!("{PODS}/large")).await.code, 404);
}

#[tokio::test]
async fn a_client_that_sends_no_headers_is_let_go() {
    let limits = Limits {
        headers: Duration::from_millis(50),
        ..Limits::default()
    };
    let served = Served::with(limits);
    let half = b"GET /version HTTP/1.1\r\nHost: loc";
    let answer = ask(&served, None, half).await;
    // Closed by the server: `ask` would otherwise never return.
    assert!(!answer.unwrap_or_default().contains("200 OK"));
}

#[tokio::test]
async fn a_client_that_never_shakes_hands_is_let_go() {
    let limits = Limits {
        handshake: Duration::from_millis(50),
        ..Limits::default()
    };
    let served = Served::with(limits);
    let mut socket = TcpStream::connect(served.address).await.expect("connected");
    let mut nothing = Vec::new();
    let read = socket.read_to_end(&mut nothing).await;
    assert_eq!((read.unwrap_or(0), nothing.len()), (0, 0));
}

#[tokio::test]
async fn shutdown_ends_watches_in_order() {
    let served = Served::start();
    let mut stream = connect(&served, Some(&served.pki.admin)).await.expect("in");
    let watch = format!("{PODS}?watch=true&resourceVersion=1");
    stream.write_all(&get(&watch)).await.expect("sent");
    let mut head = [0; 15];
    stream
        .read_exact(&mut head)
        .await
        .expect("the head of the stream comes at once");
    assert_eq!(&head, b"HTTP/1.1 200 OK");

    served.stop().await;

    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(
        rest.ends_with("\r\n0\r\n\r\n"),
        "the last chunk is sent: {rest}"
    );
}

#[tokio::test]
async fn a_taken_port_says_by_whom() {
    let served = Served::start();
    let error = Server::bind(served.address, Limits::default()).expect_err("taken");
    let BindError::Taken { holder, .. } = &error else {
        panic!("{error}");
    };
    let holder = holder.as_ref().expect("we may see ourselves");
    assert_eq!(holder.pid, std::process::id());
    let text = error.to_string();
    let begin = format!(
        "cannot listen on {}: the port is taken by process ",
        served.address
    );
    assert!(text.starts_with(&begin), "{text}");
}

#[tokio::test]
async fn headers_beyond_64_kib_are_refused() {
    let served = Served::start();
    let long = "x".repeat(100 * 1024);
    let request = format!("GET /version HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n");
    let answer = ask(&served, None, request.as_bytes())
        .await
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn what_is_no_http_harms_nobody() {
    let served = Served::start();
    for garbage in [
        &b"\0\x01\x02 not http at all\r\n\r\n"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxx",
    ] {
        // Whatever it says, it ends the connection.
        let _ = ask(&served, None, garbage).await;
    }
    let mut plain = TcpStream::connect(served.address).await.expect("connected");
    plain.write_all(&get("/version")).await.expect("sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "nothing is said without TLS");
    let answer = ask(&served, None, &get("/version"))
        .await
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}
