//! `/version`: which Kubernetes this server behaves as.
//!
//! kubectl compares it with its own and warns about a skew of more than one
//! minor version, so it names the level of behaviour (1.36) and, behind the
//! plus, who speaks.

use http::{Response, StatusCode};
use serde_json::json;

use crate::{
    negotiation::Encoding,
    response::{Body, Style},
};

/// Major and minor version of the Kubernetes whose behaviour we have.
pub(crate) const MAJOR: &str = "1";
/// See [`MAJOR`].
pub(crate) const MINOR: &str = "36";
/// What `kubectl version` prints for the server.
pub const GIT_VERSION: &str = concat!("v1.36.2+jobyard-", env!("CARGO_PKG_VERSION"));

/// The answer; always indented, as upstream's is.
pub(crate) fn answer() -> Response<Body> {
    let version = json!({
        "major": MAJOR,
        "minor": MINOR,
        "emulationMajor": MAJOR,
        "emulationMinor": MINOR,
        "minCompatibilityMajor": MAJOR,
        "minCompatibilityMinor": "35",
        "gitVersion": GIT_VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "rustc",
        "platform": format!("{}/{}", std::env::consts::OS, architecture()),
    });
    let style = Style {
        encoding: Encoding::Json,
        pretty: true,
    };
    style.answer(StatusCode::OK, version.to_string().as_bytes())
}

/// The machine's architecture by its Go name, as clients know it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
