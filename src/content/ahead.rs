//! A lesson of a course folder before the course is read: the names of its lessons, and of each as much as a first page shows.
//!
//! Whoever opens a lesson waits for its first page and for nothing else; the course is read whole and checked meanwhile. What
//! is told here is told of a course that looks sound: at the first mistake there is nothing, and the whole course is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::files::Files;
use super::lesson::{self, Paths};
use super::load::{COURSE, header};
use crate::domain::course::{Course, Entry, Lesson, Source};
use crate::domain::late::Late;

/// Bytes of a lesson that are read for its first page.
const PAGE: usize = 64 << 10;
/// Bytes of a lesson that are read for its name.
const NAME: usize = 4 << 10;
/// A course of more lessons is read whole at once.
const MOST: usize = 200;

/// The course in the folder at `root`, as far as that is known without reading it. `None` where it has to be read.
#[must_use]
pub fn look(root: &Path) -> Option<Course> {
    let (text, _) = Files::beginning(root, COURSE, NAME * 16)?;
    let mut problems = Vec::new();
    let header = header(&Files::Folder(BTreeMap::from([(COURSE.to_owned(), text)])), &mut problems)?;
    if header.dirs.len() > MOST {
        return None;
    }
    let map = header.dirs.iter().map(|dir| entry(root, dir)).collect::<Option<Vec<_>>>()?;
    let begun = Begun { root: root.to_owned(), dirs: header.dirs };
    problems.is_empty().then(|| {
        let mut course = Course::new(header.id, header.title, header.version, header.language, map, Box::new(begun));
        course.whole = false;
        course
    })
}

/// What the front matter of a lesson tells.
fn entry(root: &Path, dir: &str) -> Option<Entry> {
    let paths = Paths::new(dir);
    let (text, _) = Files::beginning(root, &paths.lesson, NAME)?;
    let (lesson, minutes) = lesson::front(&paths.lesson, &text)?;
    Some(Entry {
        id: lesson.id,
        title: lesson.title,
        factor: lesson.factor,
        words: 0,
        minutes,
        pairs: Vec::new(),
        languages: Vec::new(),
        questions: Late::default(),
        interview: Late::default(),
        story: Files::beginning(root, &paths.story, 1).is_some(),
        gist: crate::domain::text::SafeText::default(),
    })
}

/// The beginning of a text up to an empty line that is in no code block.
fn cut(text: &str) -> &str {
    let (mut at, mut end, mut fence) = (0, 0, None::<char>);
    for line in text.split_inclusive('\n') {
        let mark = line.trim_start_matches([' ', '>']);
        let opens = ['`', '~'].into_iter().find(|&mark_of| mark.chars().take_while(|&c| c == mark_of).count() >= 3);
        match (fence, opens) {
            (None, Some(_)) => fence = opens,
            (Some(open), Some(close)) if open == close => fence = None,
            (None, None) if line.trim().is_empty() => end = at,
            _ => {}
        }
        at += line.len();
    }
    text.get(..if end > 0 { end } else { at }).unwrap_or(text)
}

struct Begun {
    root: PathBuf,
    dirs: Vec<String>,
}

impl Source for Begun {
    fn lesson(&self, index: usize) -> Lesson {
        let begun = self.dirs.get(index).and_then(|dir| {
            let path = Paths::new(dir).lesson;
            let (text, whole) = Files::beginning(&self.root, &path, PAGE)?;
            let mut lesson = lesson::begun(&path, if whole { &text } else { cut(&text) })?;
            if !whole {
                // What comes after the text does not come after its beginning.
                (lesson.takeaways, lesson.related, lesson.sources) = (Vec::new(), Vec::new(), Vec::new());
            }
            Some(lesson)
        });
        begun.unwrap_or_else(Lesson::absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_blocks() {
        assert_eq!(cut("one\n\ntwo\n\nthr"), "one\n\ntwo\n");
        assert_eq!(cut("one\n\n```js\na\n\nb\n"), "one\n");
        assert_eq!(cut("one\n\n```js\na\n\nb\n```\n\n~~~\nx\n\n"), "one\n\n```js\na\n\nb\n```\n");
        assert_eq!(cut("one"), "one");
        assert_eq!(cut(""), "");
    }
}
