//! What is made when it is first looked at.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

type Make<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// A value that is made when it is first looked at, at most once: what nobody looks at costs nothing.
pub struct Late<T> {
    value: OnceLock<T>,
    make: Option<Make<T>>,
}

impl<T> Late<T> {
    /// A value that `make` makes.
    #[must_use]
    pub fn new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self { value: OnceLock::new(), make: Some(Arc::new(make)) }
    }
}

impl<T: Default> Late<T> {
    /// Changes the value, which is made for that.
    pub fn change(&mut self, change: impl FnOnce(&mut T)) {
        let made = self.value.take().or_else(|| self.make.take().map(|make| make()));
        let mut value = made.unwrap_or_default();
        change(&mut value);
        self.value = value.into();
    }
}

impl<T: Default> Default for Late<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T> From<T> for Late<T> {
    fn from(value: T) -> Self {
        Self { value: value.into(), make: None }
    }
}

impl<T: Default> Deref for Late<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| self.make.as_ref().map(|make| make()).unwrap_or_default())
    }
}

impl<T> FromIterator<T> for Late<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Vec::from_iter(values).into()
    }
}

impl<'a, T> IntoIterator for &'a Late<Vec<T>> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Clone> Clone for Late<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), make: self.make.clone() }
    }
}

impl<T: PartialEq + Default> PartialEq for Late<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Late<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn it_is_made_once_and_only_when_it_is_looked_at() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let mut late = Late::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
            vec![1]
        });
        assert_eq!(made.load(Ordering::Relaxed), 0);
        assert_eq!(*late, [1]);
        late.change(|numbers| numbers.push(2));
        assert_eq!(*late, [1, 2]);
        assert_eq!(late.clone(), Late::from(vec![1, 2]));
        assert_eq!(made.load(Ordering::Relaxed), 1);
        assert!(Late::<Vec<u8>>::default().is_empty());
    }
}
