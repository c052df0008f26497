//! The question bank as an Anki package: a zip with a SQLite collection of schema 11 in it, which every Anki reads.
//!
//! Notes, decks and the note type have names that follow from the ids of the course, so that a package that is imported again
//! updates what is there and keeps what was learnt.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::bank::{self, Asked, Item};
use super::html;
use crate::domain::course::{Course, Lesson, numeral};
use crate::domain::doc::Rich;
use crate::domain::quiz::{InterviewQuestion, Question, Task};
use crate::domain::time::Timestamp;

/// Why no package could be made.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    /// SQLite refused something.
    #[error("the collection could not be made: {0}")]
    Collection(#[from] rusqlite::Error),
    /// The zip could not be made.
    #[error("the package could not be made: {0}")]
    Package(#[from] zip::result::ZipError),
    /// A part of it could not be written.
    #[error("the package could not be written: {0}")]
    Io(#[from] std::io::Error),
}

const TABLES: &str = "
    CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
        ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL,
        models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
    CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
        usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
        flags integer NOT NULL, data text NOT NULL);
    CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
        mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL,
        ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL,
        left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
    CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
        ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
    CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
    CREATE INDEX ix_notes_usn ON notes (usn);
    CREATE INDEX ix_notes_csum ON notes (csum);
    CREATE INDEX ix_cards_usn ON cards (usn);
    CREATE INDEX ix_cards_nid ON cards (nid);
    CREATE INDEX ix_cards_sched ON cards (did, queue, due);
    CREATE INDEX ix_revlog_usn ON revlog (usn);
    CREATE INDEX ix_revlog_cid ON revlog (cid);
";
const CSS: &str = ".card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 44em; margin: auto; }
pre { font-size: 15px; overflow-x: auto; border-left: 3px solid #888; padding-left: 0.8em; }
.right { color: #197a3d; } .night_mode .right { color: #6fcf8f; } .taught { opacity: 0.7; font-size: 15px; }";

/// The questions as a package that was made at `now`.
///
/// # Errors
/// When there is no memory for it, mostly.
pub fn apkg(course: &Course, items: &[Item<'_>], now: Timestamp) -> Result<Vec<u8>, Unmade> {
    let collection = collection(course, items, now)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in [("collection.anki2", collection.as_slice()), ("media", b"{}")] {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn collection(course: &Course, items: &[Item<'_>], now: Timestamp) -> rusqlite::Result<Vec<u8>> {
    let mut conn = Connection::open_in_memory()?;
    conn.execute_batch(TABLES)?;
    let (seconds, course_id) = (now.0 / 1000, course.id.as_str());
    let model = number(&format!("{course_id} note type"));
    let deck = |lesson: &Lesson| number(&format!("{course_id}/{}", lesson.id));
    let mut decks = json!({ "1": deck_json(1, "Default", seconds) });
    let tx = conn.transaction()?;
    {
        let mut note = tx.prepare("INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, ?8, 0, '')")?;
        let mut card = tx.prepare("INSERT INTO cards VALUES (?1, ?1, ?2, 0, ?3, -1, 0, 0, ?4, 0, 0, 0, 0, 0, 0, 0, 0, '')")?;
        let mut taken = BTreeSet::new();
        for (at, item) in items.iter().enumerate() {
            let home = deck(item.lesson);
            decks[home.to_string()] = deck_json(home, &deck_name(course, item.lesson), seconds);
            let guid = format!("{course_id}/{}", item.id());
            let mut id = number(&guid);
            while !taken.insert(id) {
                id += 1;
            }
            let fields = [front(item), back(item), html::escaped(&item.taught), item.id().to_owned()].map(|field| still(&field));
            let fields = fields.join("\u{1f}");
            let words = words(item);
            note.execute(params![id, guid, model, seconds, tags(course, item), fields, words, checksum(&words)])?;
            card.execute(params![id, home, seconds, i64::try_from(at).unwrap_or(0) + 1])?;
        }
    }
    let models = json!({ model.to_string(): model_json(model, course, seconds) });
    tx.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
        params![seconds, now.0, conf_json(model).to_string(), models.to_string(), decks.to_string(), dconf_json().to_string()],
    )?;
    tx.commit()?;
    let bytes = conn.serialize("main")?;
    Ok(bytes.to_vec())
}

/// A number that Anki takes for a time in milliseconds, always the same for a name.
fn number(name: &str) -> i64 {
    let hash = crate::domain::code::key("anki", name) & 0xff_ffff_ffff;
    1_300_000_000_000 + hash.cast_signed()
}

/// HTML in which no bracket begins a sound or a formula. The tags in it have none.
fn still(html: &str) -> String {
    html.replace('[', "&#91;").replace('\u{1f}', "")
}

/// What Anki finds duplicates by: the first four bytes of the SHA-1 of the words of the first field.
fn checksum(words: &str) -> u32 {
    let [a, b, c, d, ..] = sha1_smol::Sha1::from(words).digest().bytes();
    u32::from_be_bytes([a, b, c, d])
}

fn deck_name(course: &Course, lesson: &Lesson) -> String {
    let title = match lesson.factor.map(numeral) {
        Some(numeral) => format!("{numeral} {}", lesson.title),
        None => lesson.title.to_string(),
    };
    // Two colons would make a level of their own.
    [course.title.as_str(), &title].map(|name| name.replace("::", ":")).join("::")
}

fn tags(course: &Course, item: &Item<'_>) -> String {
    let factor = item.factor().map(|factor| format!("factor-{factor} ")).unwrap_or_default();
    format!(" {}::{} {factor}{} ", course.id, item.lesson.id, item.kind())
}

fn words(item: &Item<'_>) -> String {
    match item.asked {
        Asked::Quiz(question) => question.prompt.text(),
        Asked::Interview(question) => question.prompt.text(),
    }
}

fn list(tag: &str, items: impl IntoIterator<Item = String>) -> String {
    let items: String = items.into_iter().map(|item| format!("<li>{item}</li>")).collect();
    let end = tag.split(' ').next().unwrap_or(tag);
    format!("<{tag}>{items}</{end}>")
}

fn front(item: &Item<'_>) -> String {
    let question = match item.asked {
        Asked::Quiz(question) => question,
        Asked::Interview(question) => return format!("<p>{}</p>", html::rich(&question.prompt)),
    };
    let mut out = html::doc(&question.prompt);
    out += &bank::code(question).map(|code| html::code(&code)).unwrap_or_default();
    let order = question.order(0);
    match &question.task {
        Task::Choose { .. } => {
            let picks = bank::picks(question).unwrap_or_default();
            out += &list("ol type=\"A\"", picks.iter().map(|pick| html::rich(&pick.text)));
        }
        Task::Order { steps } => {
            out += &list("ul", order.iter().filter_map(|&at| steps.get(at)).map(|step| html::rich(&step.text)));
        }
        Task::Match { pairs } => {
            out += &list("ul", pairs.iter().map(|pair| html::rich(&pair.left)));
            out += &list("ol type=\"A\"", order.iter().filter_map(|&at| pairs.get(at)).map(|pair| html::rich(&pair.right)));
        }
        Task::SpotLine { .. } | Task::ShortText { .. } => {}
    }
    out
}

fn back(item: &Item<'_>) -> String {
    let answer = match item.asked {
        Asked::Quiz(question) => quiz_back(question),
        Asked::Interview(question) => interview_back(question),
    };
    format!("{answer}<p class=\"taught\">{}</p>", html::escaped(&item.taught))
}

fn quiz_back(question: &Question) -> String {
    if let Some(picks) = bank::picks(question) {
        let right = picks.iter().filter(|pick| pick.right).map(|pick| html::rich(&pick.text)).collect::<Vec<_>>().join("<br>");
        let lettered = matches!(question.task, Task::Choose { .. });
        let told = picks.iter().map(|pick| told(pick.right, &pick.text, &pick.why));
        return format!("<p class=\"right\"><strong>{right}</strong></p>")
            + &list(if lettered { "ol type=\"A\"" } else { "ul" }, told);
    }
    let because = |text: &Rich, why: &Rich| format!("{}<br><small>{}</small>", html::rich(text), html::rich(why));
    match &question.task {
        Task::Order { steps } => list("ol", steps.iter().map(|step| because(&step.text, &step.why))),
        Task::Match { pairs } => list(
            "ul",
            pairs.iter().map(|pair| {
                format!(
                    "{} → <strong>{}</strong><br><small>{}</small>",
                    html::rich(&pair.left),
                    html::rich(&pair.right),
                    html::rich(&pair.why)
                )
            }),
        ),
        Task::ShortText { answers, near, explain } => {
            let answers = answers.iter().map(|answer| html::escaped(answer.as_str())).collect::<Vec<_>>().join(" / ");
            let near = near.iter().map(|(text, why)| told(false, &Rich::plain(text.as_str()), why)).collect::<Vec<_>>();
            let near = if near.is_empty() { String::new() } else { list("ul", near) };
            format!("<p class=\"right\"><strong>{answers}</strong></p><p>{}</p>{near}", html::rich(explain))
        }
        Task::Choose { .. } | Task::SpotLine { .. } => String::new(),
    }
}

fn told(right: bool, text: &Rich, why: &Rich) -> String {
    let mark = if right { "<span class=\"right\">✓</span>" } else { "✗" };
    format!("{mark} {}<br><small>{}</small>", html::rich(text), html::rich(why))
}

fn interview_back(question: &InterviewQuestion) -> String {
    let mut out = list("ul", question.points.iter().map(html::rich));
    out += &format!("<p>✗ {}</p>", html::rich(&question.weak));
    out + &list("ul", question.follow_ups.iter().map(|next| format!("→ {}", html::rich(next))))
}

fn deck_json(id: i64, name: &str, seconds: i64) -> Value {
    json!({
        "id": id, "name": name, "mod": seconds, "usn": -1, "desc": "", "dyn": 0, "conf": 1, "collapsed": false,
        "browserCollapsed": false, "extendNew": 10, "extendRev": 50,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    })
}

fn model_json(id: i64, course: &Course, seconds: i64) -> Value {
    let fields: Vec<Value> = ["Front", "Back", "Taught in", "Id"]
        .iter()
        .enumerate()
        .map(|(ord, name)| {
            json!({ "name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 18, "media": [] })
        })
        .collect();
    json!({
        "id": id, "name": format!("{} (twelvefold)", course.title), "type": 0, "mod": seconds, "usn": -1, "sortf": 0, "did": 1,
        "flds": fields,
        "tmpls": [{
            "name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            "bqfmt": "", "bafmt": "", "did": null,
        }],
        "css": CSS, "latexPre": "", "latexPost": "", "latexsvg": false, "req": [[0, "any", [0]]], "tags": [], "vers": [],
    })
}

fn conf_json(model: i64) -> Value {
    json!({
        "nextPos": 1, "estTimes": true, "activeDecks": [1], "sortType": "noteFld", "timeLim": 0, "sortBackwards": false,
        "addToCur": true, "curDeck": 1, "newSpread": 0, "dueCounts": true, "curModel": model.to_string(), "collapseTime": 1200,
    })
}

fn dconf_json() -> Value {
    json!({ "1": {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true, "dyn": false,
        "new": { "delays": [1, 10], "ints": [1, 4, 7], "initialFactor": 2500, "order": 1, "perDay": 20, "bury": false, "separate": true },
        "rev": { "perDay": 200, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "bury": false, "hardFactor": 1.2 },
        "lapse": { "delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 0 },
    } })
}
