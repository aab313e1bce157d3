//! How many requests a server has answered, by its own account.
//!
//! Upstream's API server and ours count in `apiserver_request_total` at
//! `/metrics`. Other servers, and users who may not read it, get no such figure.

/// The sum of all `apiserver_request_total` of a page of metrics, but those of
/// watches, which upstream counts when they end; `None` if there are none.
pub(crate) fn answered(metrics: &str) -> Option<u64> {
    let counts = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix("apiserver_request_total{")?;
        let (labels, count) = rest.rsplit_once("} ")?;
        let is_watch = labels
            .split(',')
            .any(|label| label.eq_ignore_ascii_case("verb=\"watch\""));
        // Numbers as Go prints them: 12, 1.2e+06.
        let count: f64 = count.split(' ').next()?.parse().ok()?;
        Some(if is_watch { 0.0 } else { count })
    });
    counts
        .map(|count| count as u64)
        .reduce(|sum, count| sum + count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_but_watches_are_summed() {
        let page = "# TYPE apiserver_request_total counter\n\
            apiserver_request_total{code=\"200\",resource=\"jobs\",verb=\"GET\"} 12\n\
            apiserver_request_total{code=\"201\",resource=\"pods\",verb=\"create\"} 1.5e+03\n\
            apiserver_request_total{code=\"200\",resource=\"pods\",verb=\"WATCH\"} 7\n\
            apiserver_request_total_other{code=\"200\"} 1000\n";
        assert_eq!(answered(page), Some(1512));
    }

    #[test]
    fn a_page_without_the_counter_gives_no_figure() {
        assert_eq!(answered("other 1\n"), None);
        assert_eq!(answered(""), None);
        assert_eq!(answered("apiserver_request_total{code=\"200\"} many"), None);
    }
}
