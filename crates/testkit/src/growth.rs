//! How the cost of a piece of work grows with its input.
//!
//! Costs are processor time of the thread that does the work, and only their ratio is judged: a slow
//! machine, or one that has other work, changes neither much.

use std::time::Duration;

use cpu_time::ThreadTime;

/// How much more than its share a longer input may cost: caches and allocators favour small ones.
const LEEWAY: f64 = 4.0;

/// How often both inputs are measured before the growth is believed to be what it seems.
const TRIES: usize = 3;

/// Runs a piece of work, and gives what it made and the processor time that this thread spent on it.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = ThreadTime::now();
    let made = work();
    (made, begun.elapsed())
}

/// Checks that a cost grows with the length of the input and not with its square.
///
/// `cost` works on an input of the given length, in whatever it is counted, and gives the processor
/// time of [`measured`]. The long input must be at least eight times the short one, so that the square
/// stands out.
///
/// # Panics
///
/// When the long input costs more than four times what a linear cost would be, each time it is tried.
pub fn assert_linear(name: &str, short: usize, long: usize, cost: impl Fn(usize) -> Duration) {
    assert!(long >= 8 * short, "{name}: the square would not stand out");
    let factor = long as f64 / short as f64;
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let (small, large) = (cost(short), cost(long));
        if large <= small.mul_f64(factor * LEEWAY) {
            return;
        }
        seen.push((small, large));
    }
    panic!("{name}: {factor} times the input costs {seen:?}, before and after");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cost as if it had been measured.
    fn steps(count: usize) -> Duration {
        Duration::from_nanos(count as u64)
    }

    #[test]
    fn linear_cost_passes() {
        assert_linear("linear", 1_000, 8_000, |length| steps(50 + length * 20));
    }

    #[test]
    #[should_panic(expected = "times the input")]
    fn quadratic_cost_fails() {
        assert_linear("quadratic", 1_000, 8_000, |length| steps(length * length));
    }

    #[test]
    fn what_is_measured_is_work_and_not_waiting() {
        let ((), waited) = measured(|| std::thread::sleep(Duration::from_millis(50)));
        assert!(waited < Duration::from_millis(50));
    }
}
