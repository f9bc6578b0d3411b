//! The same work on many things, on all processors.

use std::num::NonZero;
use std::thread;

/// `work` on every item. Of several errors the first in the order of the items is given.
pub(crate) fn map<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let mut done: Vec<(usize, Result<R, E>)> = thread::scope(|scope| {
        // Every so-many-th item each: neighbours tend to be alike in size.
        let each = |first: usize| {
            let share = items.iter().enumerate().skip(first).step_by(threads);
            scope.spawn(move || share.map(|(at, item)| (at, work(item))).collect::<Vec<_>>())
        };
        let all: Vec<_> = (0..threads).map(each).collect();
        let joined = all.into_iter().map(|t| t.join());
        joined.flat_map(|t| t.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_unstable_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_the_first_error_wins() {
        let items: Vec<u32> = (0..1000).collect();
        assert_eq!(map(&items, |n| Ok::<_, ()>(n * 2)).unwrap()[999], 1998);
        let refused = map(&items, |&n| if n % 300 == 299 { Err(n) } else { Ok(n) });
        assert_eq!(refused, Err(299));
        assert_eq!(map(&[], |n: &u32| Ok::<_, ()>(*n)), Ok(Vec::new()));
    }
}
