//! `/healthz`, `/livez`, `/readyz`: is the server well?
//!
//! Source: apiserver `pkg/server/healthz`.

use http::{Response, StatusCode};

use crate::{
    query::Query,
    response::{self, Body},
};

/// One check and how it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Such as `ping`.
    pub name: &'static str,
    /// Whether it went well.
    pub is_well: bool,
}

/// The answer of `/ENDPOINT` (all checks) or `/ENDPOINT/CHECK`; `None` when there is no such check.
///
/// Checks named by `exclude` do not count. With `verbose`, or when a check
/// failed, the body lists them all.
pub(crate) fn answer(
    endpoint: &str,
    check: &str,
    query: &Query,
    checks: &[Check],
) -> Option<Response<Body>> {
    if !check.is_empty() {
        let found = checks.iter().find(|found| found.name == check)?;
        return Some(if found.is_well {
            response::text(StatusCode::OK, "ok")
        } else {
            let text = format!("internal server error: {check} failed: reason withheld\n");
            response::text(StatusCode::INTERNAL_SERVER_ERROR, text)
        });
    }
    let mut lines = String::new();
    let mut is_well = true;
    for check in checks {
        let name = check.name;
        if query.values("exclude").any(|excluded| excluded == name) {
            lines.extend(["[+]", name, " excluded: ok\n"]);
        } else if check.is_well {
            lines.extend(["[+]", name, " ok\n"]);
        } else {
            is_well = false;
            lines.extend(["[-]", name, " failed: reason withheld\n"]);
        }
    }
    Some(if !is_well {
        let text = format!("{lines}{endpoint} check failed\n");
        response::text(StatusCode::INTERNAL_SERVER_ERROR, text)
    } else if query.values("verbose").next().is_some() {
        response::text(StatusCode::OK, format!("{lines}{endpoint} check passed\n"))
    } else {
        response::text(StatusCode::OK, "ok")
    })
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn asked(check: &str, query: &str, store_is_well: bool) -> Option<(u16, String)> {
        let checks = [
            Check {
                name: "ping",
                is_well: true,
            },
            Check {
                name: "store",
                is_well: store_is_well,
            },
        ];
        let response = answer("readyz", check, &Query::parse(query), &checks)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.expect("a body");
        Some((
            status,
            String::from_utf8(body.to_bytes().into()).expect("text"),
        ))
    }

    #[tokio::test]
    async fn health_is_one_word_unless_more_is_asked() {
        let some = |code: u16, text: &str| Some((code, text.to_owned()));
        assert_eq!(asked("", "", true).await, some(200, "ok"));
        assert_eq!(asked("store", "", true).await, some(200, "ok"));
        assert_eq!(asked("nope", "", true).await, None);
        assert_eq!(
            asked("", "verbose", true).await,
            some(200, "[+]ping ok\n[+]store ok\nreadyz check passed\n")
        );
        assert_eq!(
            asked("", "", false).await,
            some(
                500,
                "[+]ping ok\n[-]store failed: reason withheld\nreadyz check failed\n"
            )
        );
        assert_eq!(asked("", "exclude=store", false).await, some(200, "ok"));
    }
}
