//! What progress amounted to when the store was last closed, in one small file beside the database, so that the first
//! picture need not wait for SQLite. It holds for exactly the database file that it names; the database is the truth.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, Kind, Machine};
use super::folder::{self, Stamp, sidecars, stamp};
use super::record::{self, Known};
use crate::domain::event::ReadingPlace;
use crate::domain::id::{LessonId, PassageId, QuestionId};
use crate::domain::progress::{Calibration, LessonProgress, Progress, QuestionProgress, QuizScores, Tally};
use crate::domain::time::{Day, Timestamp};

/// The file.
const FILE: &str = "progress.glance";
/// Where it is written before it gets its name.
const UNBORN: &str = "progress.glance.new";
/// Raised when the meaning of a field changes.
const FORMAT: u32 = 3;
/// A larger file is not read: the database is as fast then.
const LARGEST: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
struct Glance {
    format: u32,
    database: Stamp,
    answers: u64,
    current: Option<String>,
    /// Right and all of those sure, then of those not sure.
    calibration: [u64; 4],
    reviewed: (i32, u32),
    way: String,
    exam: Option<String>,
    lessons: Vec<Lesson>,
    questions: Vec<Question>,
}

#[derive(Serialize, Deserialize)]
struct Lesson {
    id: String,
    finished: bool,
    touched: i64,
    place: Option<(Option<String>, u32, u32, u8)>,
    sitting: Option<String>,
    quiz: Option<(u32, f64, f64, f64)>,
}

#[derive(Serialize, Deserialize)]
struct Question(String, Known, Option<Known>);

/// What the database in `folder` held when it was closed. `None` when that is not known for certain: no such file, another
/// one since, or a session that has it open or did not end well. Nothing is no folder or no database: then nothing was kept.
#[must_use]
pub fn glance(folder: &Path) -> Option<Progress> {
    look(&Machine, folder)
}

/// The same on another disk.
pub(super) fn look(disk: &dyn Disk, folder: &Path) -> Option<Progress> {
    let database = folder.join(super::FILE);
    match disk.about(&database) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let left = sidecars(&database).iter().any(|file| folder::exists(disk, file));
            return (!left).then(Progress::default);
        }
        Err(_) => return None,
        Ok(about) if about.kind != Kind::File => return None,
        Ok(_) => {}
    }
    let file = folder.join(FILE);
    let about = disk.about(&file).ok()?;
    if about.kind != Kind::File || about.len > LARGEST {
        return None;
    }
    let glance: Glance = serde_json::from_slice(&disk.read(&file, LARGEST).ok()?).ok()?;
    (glance.format == FORMAT && stamp(disk, &database) == Some(glance.database)).then(|| progress(&glance))?
}

/// Writes down what the database in `folder`, which nobody has open, holds. It is a help and no more: what fails is left out.
pub(super) fn keep(disk: &dyn Disk, folder: &Path, progress: &Progress) {
    let (unborn, file) = (folder.join(UNBORN), folder.join(FILE));
    let Some(database) = stamp(disk, &folder.join(super::FILE)) else { return };
    let Ok(text) = serde_json::to_vec(&written(progress, database)) else { return };
    // A leftover of a program that died while it wrote.
    let _ = disk.remove(&unborn);
    let kept = disk.create(&unborn).and_then(|()| disk.write(&unborn, &text)).and_then(|()| disk.rename(&unborn, &file));
    if kept.is_err() {
        let _ = disk.remove(&unborn);
    }
}

fn written(progress: &Progress, database: Stamp) -> Glance {
    Glance {
        format: FORMAT,
        database,
        answers: progress.answers,
        current: progress.current.as_ref().map(ToString::to_string),
        calibration: [
            progress.calibration.sure.right,
            progress.calibration.sure.all,
            progress.calibration.unsure.right,
            progress.calibration.unsure.all,
        ],
        reviewed: (progress.reviewed.0.0, progress.reviewed.1),
        way: record::way_text(&progress.way).to_owned(),
        exam: progress.exam.as_ref().and_then(|exam| record::exam_json(exam).ok()),
        lessons: progress
            .lessons
            .iter()
            .map(|(id, known)| Lesson {
                id: id.to_string(),
                finished: known.finished,
                touched: known.touched.0,
                place: known
                    .place
                    .as_ref()
                    .map(|place| (place.passage.as_ref().map(ToString::to_string), place.block, place.offset, place.percent)),
                sitting: known.sitting.as_ref().and_then(|sitting| record::sitting_json(sitting).ok()),
                quiz: known.quiz.map(|quiz| (quiz.taken, quiz.first, quiz.best, quiz.last)),
            })
            .collect(),
        questions: progress
            .questions
            .iter()
            .map(|(id, known)| Question(id.to_string(), Known::of(known), known.before.as_deref().map(Known::of)))
            .collect(),
    }
}

fn progress(glance: &Glance) -> Option<Progress> {
    let [sure_right, sure_all, unsure_right, unsure_all] = glance.calibration;
    let mut progress = Progress {
        answers: glance.answers,
        calibration: Calibration {
            sure: Tally { right: sure_right, all: sure_all },
            unsure: Tally { right: unsure_right, all: unsure_all },
        },
        reviewed: (Day(glance.reviewed.0), glance.reviewed.1),
        way: record::way(&glance.way)?,
        ..Progress::default()
    };
    if let Some(exam) = &glance.exam {
        progress.exam = Some(record::exam(exam)?);
    }
    if let Some(current) = &glance.current {
        progress.current = Some(LessonId::new(current).ok()?);
    }
    for lesson in &glance.lessons {
        let place = match &lesson.place {
            Some((passage, block, offset, percent)) => Some(ReadingPlace {
                passage: passage.as_deref().map(PassageId::new).transpose().ok()?,
                block: *block,
                offset: *offset,
                percent: *percent,
            }),
            None => None,
        };
        let sitting = match &lesson.sitting {
            Some(json) => Some(record::sitting(json)?),
            None => None,
        };
        let quiz = lesson.quiz.map(|(taken, first, best, last)| QuizScores { taken, first, best, last });
        let known = LessonProgress { finished: lesson.finished, place, touched: Timestamp(lesson.touched), sitting, quiz };
        progress.lessons.insert(LessonId::new(&lesson.id).ok()?, known);
    }
    for Question(id, known, before) in &glance.questions {
        let before = before.as_ref().map(|before| Box::new(before.progress()));
        let known = QuestionProgress { before, ..known.progress() };
        progress.questions.insert(QuestionId::new(id).ok()?, known);
    }
    Some(progress)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::domain::event::{Deed, Event};
    use crate::store::{Opener, Store};

    fn did(store: &mut dyn Store, lesson: &str) {
        let lesson = LessonId::new(lesson).unwrap();
        let seed = u64::MAX - 3;
        let questions = vec![QuestionId::new("a").unwrap()];
        let part = false;
        let place = ReadingPlace { passage: Some(PassageId::new("why").unwrap()), block: 2, offset: 7, percent: 41 };
        let deeds =
            [Deed::QuizStarted { lesson: lesson.clone(), seed, questions, part }, Deed::ReadTo { lesson: lesson.clone(), place }];
        store.append(&deeds.map(|deed| Event { at: Timestamp(5), deed })).unwrap();
    }

    fn session(folder: &Path, lesson: &str) -> Progress {
        let mut store = Box::new(Opener::new(folder).open().unwrap().store);
        did(&mut *store, lesson);
        let kept = store.load().unwrap();
        store.close();
        kept
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("data");
        (temp, folder)
    }

    #[test]
    fn it_says_what_the_closed_database_says() {
        let (_temp, folder) = folder();
        assert_eq!(glance(&folder), Some(Progress::default()), "no folder, nothing kept");
        let kept = session(&folder, "config");
        assert_eq!(glance(&folder), Some(kept));
        let kept = session(&folder, "logs");
        assert_eq!(kept.lessons.len(), 2);
        assert_eq!(glance(&folder), Some(kept));
    }

    #[test]
    fn it_says_nothing_when_it_cannot_be_sure() {
        let (_temp, folder) = folder();
        session(&folder, "config");
        let mut open = Opener::new(&folder).open().unwrap().store;
        assert_eq!(glance(&folder), None, "somebody has the database open");
        did(&mut open, "logs");
        drop(open);
        assert_eq!(glance(&folder), None, "the database has changed since");
        let kept = session(&folder, "codebase");
        assert_eq!(glance(&folder), Some(kept));
        let file = folder.join(FILE);
        let text = fs::read(&file).unwrap();
        for cut in 0..text.len() {
            fs::write(&file, &text[..cut]).unwrap();
            assert_eq!(glance(&folder), None, "cut at {cut}");
        }
        fs::write(&file, text.iter().map(|byte| byte ^ 0x20).collect::<Vec<_>>()).unwrap();
        assert_eq!(glance(&folder), None);
        fs::remove_file(folder.join(super::super::FILE)).unwrap();
        fs::write(folder.join("progress.sqlite3-wal"), b"left").unwrap();
        assert_eq!(glance(&folder), None, "a log without its database");
    }
}
