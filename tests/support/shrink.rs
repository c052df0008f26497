//! Makes a failing case small: takes away ever smaller pieces as long as it still fails (delta debugging, Zeller and
//! Hildebrandt 2002).

/// The smallest part of `items`, in order, that was found to still fail.
pub fn shrink<T: Clone>(items: &[T], mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut left = items.to_vec();
    let mut pieces = 2;
    while left.len() > 1 {
        let size = left.len().div_ceil(pieces);
        let found = (0..left.len()).step_by(size).find_map(|from| {
            let without: Vec<T> = left[..from].iter().chain(&left[(from + size).min(left.len())..]).cloned().collect();
            (!without.is_empty() && fails(&without)).then_some(without)
        });
        match found {
            Some(without) => {
                left = without;
                pieces = (pieces - 1).max(2);
            }
            None if size == 1 => break,
            None => pieces = (pieces * 2).min(left.len()),
        }
    }
    left
}

#[test]
fn only_what_is_needed_is_left() {
    let items: Vec<u32> = (0..500).collect();
    assert_eq!(shrink(&items, |part| part.contains(&77) && part.contains(&401)), [77, 401]);
    assert_eq!(shrink(&items, |part| part.contains(&0)), [0]);
    // Order matters and is kept.
    assert_eq!(shrink(&items, |part| part.windows(2).any(|pair| pair == [13, 14])), [13, 14]);
}
