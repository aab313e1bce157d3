//! How long an informer waits before it asks again.
//!
//! Source: client-go `tools/cache/reflector.go`: 800 ms doubled up to 30 s with
//! jitter, from the start again after 2 minutes. We begin earlier, so that a
//! server that restarts is found again at once.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

/// The waits between failures that follow each other.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait. `chance` from 0 to 1 takes up to half of it away, so that
    /// the informers of many controllers do not come back together.
    pub(super) fn next(&mut self, chance: f64) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.failures.min(20));
        self.failures = self.failures.saturating_add(1);
        doubled.min(LONGEST).mul_f64(1.0 - 0.5 * chance)
    }

    /// The server answered as it should.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_start_again_after_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..10).map(|_| backoff.next(0.0).as_millis()).collect();
        assert_eq!(
            waits,
            [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000]
        );
        for _ in 0..100 {
            assert_eq!(backoff.next(1.0), Duration::from_secs(15));
        }
        backoff.succeeded();
        assert_eq!(backoff.next(0.5), Duration::from_millis(75));
    }
}
