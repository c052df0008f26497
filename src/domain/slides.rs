//! A walkthrough for a class: lessons as slides, one thought each, whose parts are revealed one by one.
//!
//! Slides know no size. How many parts fit a screen together is for the layout; what a slide and its parts are is the same
//! on every screen, so that a projector and a speaker's view mean the same by a number.

use unicode_segmentation::UnicodeSegmentation as _;

use super::comparison::{Pair, Side};
use super::course::{Course, Lesson};
use super::doc::{Block, Body, Doc, Inline, Level, Link, Rich};
use super::id::{OptionId, PassageId, QuestionId};
use super::night::question::Outlook;
use super::quiz::{Question, Task};
use super::story::{Story, Violation};

/// Lines of code that are revealed together at most.
pub const CODE: usize = 16;
/// The longest text of one part, in characters; longer sentences are split between words.
pub const LONGEST: usize = 300;
/// A sentence shorter than this stays with the one before it.
const SHORTEST: usize = 12;
/// Decides the order of options, so that all screens of a class show the same.
pub const SEED: u64 = 12;

/// The parts of a question, in order.
pub mod ask {
    /// The question alone.
    pub const PROMPT: u32 = 0;
    /// What there is to choose from; hands are counted.
    pub const OPTIONS: u32 = 1;
    /// How many chose what.
    pub const VOTES: u32 = 2;
    /// What is right.
    pub const ANSWER: u32 = 3;
    /// Why the first option is right or wrong; the others follow.
    pub const WHY: u32 = 4;
}

/// What is walked through, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A lesson, or one passage of it.
    Lesson(usize, Option<PassageId>),
    /// A pair, by its lesson and its place in it.
    Pair(usize, usize),
    /// A question, by the lesson that asks it.
    Question(usize, QuestionId),
    /// An interview question, by the lesson that asks it.
    Interview(usize, QuestionId),
}

/// A slide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// The lesson that it belongs to, as an index of the map.
    pub lesson: usize,
    /// The passage of that lesson.
    pub passage: Option<PassageId>,
    /// What it shows.
    pub show: Show,
    /// How many parts it has, at least one.
    pub parts: u32,
    /// How long it takes beside others, in seconds of a usual class.
    pub seconds: u32,
}

/// What a slide shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// The title of the lesson, then its principle and what it asks.
    Title,
    /// A heading alone.
    Heading(Rich),
    /// Sentences or items, one a part.
    Lines(Vec<Line>),
    /// Code in a text; each part ends before one of these lines.
    Code {
        /// Its language.
        language: String,
        /// The code.
        text: String,
        /// Where the parts end.
        cuts: Vec<usize>,
    },
    /// A table, one row a part.
    Table {
        /// The first row.
        head: Vec<Rich>,
        /// The others.
        rows: Vec<Vec<Rich>>,
    },
    /// One side of a pair: its code, then its notes one by one.
    Side {
        /// Which pair of the lesson.
        pair: usize,
        /// Whether it is the bad one.
        bad: bool,
        /// Where the parts of the code end.
        cuts: Vec<usize>,
    },
    /// Both sides of a pair.
    Both {
        /// Which pair of the lesson.
        pair: usize,
    },
    /// A question to the room.
    Ask(QuestionId),
    /// An interview question: the question, the points of a strong answer, what a weak one says.
    Interview(QuestionId),
    /// What becomes of the night, asked before it is simulated.
    Night(Outlook),
    /// The end, with what was voted.
    End,
}

/// A sentence or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `•`, a number, or another short sign before it.
    pub marker: Option<String>,
    /// Whether it is quoted.
    pub quoted: bool,
    /// Its words.
    pub text: Rich,
}

/// An option of a question, as a class is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: OptionId,
    /// What it says.
    pub text: Rich,
    /// Whether it is right.
    pub right: bool,
    /// Why.
    pub why: Rich,
    /// The line of the question's code that it means, from 0.
    pub line: Option<usize>,
}

/// The options of a question in the order that a class sees them in. Empty for a question that no hand can answer.
#[must_use]
pub fn choices(question: &Question) -> Vec<Choice> {
    match &question.task {
        Task::Choose { options, .. } => question
            .order(SEED)
            .into_iter()
            .filter_map(|at| options.get(at))
            .map(|option| Choice {
                id: option.id.clone(),
                text: option.text.clone(),
                right: option.correct,
                why: option.why.clone(),
                line: None,
            })
            .collect(),
        Task::SpotLine { lines, .. } => {
            let mut lines: Vec<_> = lines.iter().collect();
            lines.sort_by_key(|suspect| suspect.line);
            lines
                .into_iter()
                .filter_map(|suspect| {
                    Some(Choice {
                        id: OptionId::new(&format!("line-{}", suspect.line + 1)).ok()?,
                        text: Rich::plain(&format!("Line {}", suspect.line + 1)),
                        right: suspect.correct,
                        why: suspect.why.clone(),
                        line: Some(suspect.line),
                    })
                })
                .collect()
        }
        Task::Order { .. } | Task::Match { .. } | Task::ShortText { .. } => Vec::new(),
    }
}

/// What is said after the answer, one by one: of each option, step or pair, or of the answer as a whole.
#[must_use]
pub fn whys(question: &Question) -> Vec<(Rich, Rich, bool)> {
    match &question.task {
        Task::Choose { .. } | Task::SpotLine { .. } => {
            choices(question).into_iter().map(|choice| (choice.text, choice.why, choice.right)).collect()
        }
        Task::Order { steps } => steps.iter().map(|step| (step.text.clone(), step.why.clone(), true)).collect(),
        Task::Match { pairs } => pairs
            .iter()
            .map(|pair| (Rich::plain(&format!("{} → {}", pair.left.text(), pair.right.text())), pair.why.clone(), true))
            .collect(),
        Task::ShortText { answers, explain, .. } => {
            answers.first().map(|answer| (Rich::plain(answer.as_str()), explain.clone(), true)).into_iter().collect()
        }
    }
}

/// The slides of a walk, in order, with an end.
#[must_use]
pub fn slides(course: &Course, items: &[Item]) -> Vec<Slide> {
    let mut walk = Walk { course, lesson: 0, passage: None, slides: Vec::new() };
    for item in items {
        match item {
            Item::Lesson(at, passage) => walk.lesson(*at, passage.as_ref()),
            Item::Pair(lesson, pair) => {
                walk.at(*lesson, None);
                walk.pair(*lesson, *pair);
            }
            Item::Question(lesson, id) => {
                walk.at(*lesson, None);
                walk.question(*lesson, id);
            }
            Item::Interview(lesson, id) => {
                walk.at(*lesson, None);
                walk.interview(*lesson, id);
            }
        }
    }
    walk.push(Show::End, 1, 5);
    walk.slides
}

/// Slides of one lesson alone, without an end.
#[must_use]
pub fn of_lesson(course: &Course, lesson: usize) -> Vec<Slide> {
    let mut slides = slides(course, &[Item::Lesson(lesson, None)]);
    slides.pop();
    slides
}

struct Walk<'c> {
    course: &'c Course,
    lesson: usize,
    passage: Option<PassageId>,
    slides: Vec<Slide>,
}

/// Seconds to say a text: 140 words a minute.
fn spoken(text: &Rich) -> u32 {
    let words = u32::try_from(text.text().split_whitespace().count()).unwrap_or(u32::MAX);
    words.saturating_mul(60) / 140
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Walk<'_> {
    fn at(&mut self, lesson: usize, passage: Option<PassageId>) {
        self.lesson = lesson;
        self.passage = passage;
    }

    fn push(&mut self, show: Show, parts: u32, seconds: u32) {
        let (lesson, passage) = (self.lesson, self.passage.clone());
        self.slides.push(Slide { lesson, passage, show, parts: parts.max(1), seconds: seconds.max(1) });
    }

    fn lines(&mut self, lines: Vec<Line>) {
        if !lines.is_empty() {
            let seconds = lines.iter().map(|line| spoken(&line.text) + 2).sum();
            let parts = count(lines.len());
            self.push(Show::Lines(lines), parts, seconds);
        }
    }

    fn heading(&mut self, text: Rich) {
        self.push(Show::Heading(text), 1, 5);
    }

    fn lesson(&mut self, at: usize, only: Option<&PassageId>) {
        let Some(lesson) = self.course.lesson(at) else { return };
        let goes_on = only.is_some() && self.slides.last().is_some_and(|slide| slide.lesson == at);
        self.at(at, None);
        if !goes_on {
            self.title(lesson);
        }
        if only.is_none()
            && let Some(story) = &lesson.story
        {
            self.story(story);
        }
        self.doc(&lesson.body, only);
        if only.is_none() {
            self.passage = None;
            self.takeaways(lesson);
        }
    }

    fn title(&mut self, lesson: &Lesson) {
        let said = [&lesson.principle, &lesson.asks].into_iter().flatten();
        let seconds = 10 + said.clone().map(spoken).sum::<u32>();
        self.push(Show::Title, 1 + count(said.count()), seconds);
    }

    fn takeaways(&mut self, lesson: &Lesson) {
        let lines: Vec<Line> = lesson
            .takeaways
            .iter()
            .enumerate()
            .map(|(at, text)| Line { marker: Some((at + 1).to_string()), quoted: false, text: text.clone() })
            .collect();
        if !lines.is_empty() {
            self.heading(Rich::plain("Take away"));
            self.lines(lines);
        }
    }

    fn doc(&mut self, doc: &Doc, only: Option<&PassageId>) {
        let mut list: Vec<Line> = Vec::new();
        let mut wanted = only.is_none();
        for block in &doc.blocks {
            if let Body::Heading { id: Some(id), .. } = &block.body {
                wanted = only.is_none_or(|only| only == id);
                if wanted {
                    self.lines(std::mem::take(&mut list));
                    self.passage = Some(id.clone());
                }
            }
            if !wanted {
                continue;
            }
            match &block.body {
                Body::Paragraph(text) => self.paragraph(block, text, &mut list),
                _ => {
                    self.lines(std::mem::take(&mut list));
                    self.block(block);
                }
            }
        }
        self.lines(list);
    }

    /// Items of one list stand on one slide, with the sentence that announces them; another paragraph has its own.
    fn paragraph(&mut self, block: &Block, text: &Rich, list: &mut Vec<Line>) {
        let quoted = block.levels.contains(&Level::Quote);
        let item = block.levels.iter().any(|level| matches!(level, Level::Item { .. }));
        let announced = list.last().is_some_and(|line| line.text.text().trim_end().ends_with(':'));
        if !item && !list.is_empty() || item && !list.is_empty() && !announced && list.iter().all(|line| line.marker.is_none()) {
            self.lines(std::mem::take(list));
        }
        let marker = block.marker().map(str::to_owned);
        let texts = if item { pieces(text, LONGEST) } else { sentences(text) };
        for (at, text) in texts.into_iter().enumerate() {
            let marker = if at == 0 { marker.clone() } else { item.then(String::new) };
            list.push(Line { marker, quoted, text });
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.body {
            Body::Heading { text, .. } => self.heading(text.clone()),
            Body::Code { language, text } => {
                let text = text.to_string();
                let cuts = if language == "console" { commands(&text) } else { chunks(text.lines().count()) };
                let (parts, lines) = (count(cuts.len()), count(text.lines().count()));
                self.push(Show::Code { language: language.clone(), text, cuts }, parts, 10 + lines * 3);
            }
            Body::Table { head, rows } => {
                let seconds = head.iter().chain(rows.iter().flatten()).map(spoken).sum::<u32>();
                self.push(Show::Table { head: head.clone(), rows: rows.clone() }, count(rows.len()), 5 + seconds);
            }
            Body::Card { to, text } => self.card(to, text),
            Body::Paragraph(_) | Body::Rule => {}
        }
    }

    fn card(&mut self, to: &Link, text: &Rich) {
        match to {
            Link::Pair(id) => {
                if let Some((lesson, pair)) = self.course.pair(id) {
                    self.elsewhere(lesson, |walk| walk.pair(lesson, pair));
                }
            }
            Link::Question(id) => {
                if let Some((lesson, _)) = self.course.question(id) {
                    self.elsewhere(lesson, |walk| walk.question(lesson, id));
                }
            }
            Link::Lesson(..) | Link::Term(_) | Link::Web(_) => {
                let marker = Some("→".to_owned());
                self.lines(vec![Line { marker, quoted: false, text: text.clone() }]);
            }
        }
    }

    /// What is lent from another lesson counts as a part of it, and the walk goes on where it was.
    fn elsewhere(&mut self, lesson: usize, show: impl FnOnce(&mut Self)) {
        let here = (self.lesson, self.passage.clone());
        if lesson != here.0 {
            self.at(lesson, None);
        }
        show(self);
        (self.lesson, self.passage) = here;
    }

    /// Whether something stands in the walk already: a track may name what a lesson of it shows.
    fn shown(&self, lesson: usize, show: impl Fn(&Show) -> bool) -> bool {
        self.slides.iter().any(|slide| slide.lesson == lesson && show(&slide.show))
    }

    fn pair(&mut self, lesson: usize, at: usize) {
        if self.shown(lesson, |show| matches!(show, Show::Both { pair } if *pair == at)) {
            return;
        }
        let Some(pair) = self.course.lesson(lesson).and_then(|lesson| lesson.pairs.get(at)) else { return };
        for (side, bad) in [(&pair.bad, true), (&pair.good, false)] {
            let cuts = chunks(side.code.as_str().lines().count());
            let parts = count(cuts.len() + side.notes.len());
            let seconds = 15 + side.notes.iter().map(|note| spoken(&note.text) + 5).sum::<u32>();
            self.push(Show::Side { pair: at, bad, cuts }, parts, seconds);
        }
        self.push(Show::Both { pair: at }, 1, 10);
    }

    fn question(&mut self, lesson: usize, id: &QuestionId) {
        if self.shown(lesson, |show| matches!(show, Show::Ask(asked) if asked == id)) {
            return;
        }
        let Some(question) = self.course.question_in(lesson, id) else { return };
        let whys = whys(question);
        let seconds = 90 + whys.iter().map(|(_, why, _)| spoken(why)).sum::<u32>();
        self.push(Show::Ask(id.clone()), ask::WHY + count(whys.len()), seconds);
    }

    fn interview(&mut self, lesson: usize, id: &QuestionId) {
        let question = self.course.quiz(lesson).and_then(|quiz| quiz.interview.iter().find(|question| &question.id == id));
        let Some(question) = question else { return };
        let seconds = 90 + question.points.iter().map(spoken).sum::<u32>();
        self.push(Show::Interview(id.clone()), count(2 + question.points.len()), seconds);
    }

    fn story(&mut self, story: &Story) {
        for scene in &story.scenes {
            let mut heading = vec![Inline { text: format!("{}  ", scene.time).as_str().into(), ..plain() }];
            heading.extend(scene.title.0.clone());
            self.heading(Rich(heading));
            self.doc(&scene.text, None);
        }
        // A story in which all twelve are broken is the night that the model simulates.
        if story.violations.len() == 12 {
            for outlook in Outlook::ALL {
                self.push(Show::Night(outlook), ask::ANSWER + 1, 120);
            }
        }
        for violation in &story.violations {
            self.violation(violation);
        }
        if !story.figures.is_empty() {
            let head = ["", "that night", "a year later"].map(Rich::plain).to_vec();
            let row = |figure: &super::story::Figure| {
                vec![figure.label.clone(), Rich::plain(figure.before.as_str()), Rich::plain(figure.after.as_str())]
            };
            let rows: Vec<_> = story.figures.iter().map(row).collect();
            let parts = count(rows.len());
            self.push(Show::Table { head, rows }, parts, 30);
        }
    }

    fn violation(&mut self, violation: &Violation) {
        let name = format!("{} {}", super::course::numeral(violation.factor), super::course::factor_name(violation.factor));
        let mut lines = vec![Line { marker: None, quoted: false, text: strong(&name) }];
        for (marker, text) in [("✗", &violation.night), ("✓", &violation.fix), ("=", &violation.proof)] {
            lines.push(Line { marker: Some(marker.to_owned()), quoted: false, text: text.clone() });
        }
        self.lines(lines);
    }
}

fn plain() -> Inline {
    Inline { text: "".into(), style: super::doc::Emphasis::default(), link: None }
}

fn strong(text: &str) -> Rich {
    let style = super::doc::Emphasis { strong: true, ..super::doc::Emphasis::default() };
    Rich(vec![Inline { text: text.into(), style, link: None }])
}

/// Where the parts of so many lines end, so that none is longer than [`CODE`] and none is a short rest.
#[must_use]
pub fn chunks(lines: usize) -> Vec<usize> {
    let parts = lines.div_ceil(CODE).max(1);
    (1..=parts).map(|part| lines * part / parts).collect()
}

/// Where the parts of a dialogue with a shell end: before each command, and in what is printed where it is long.
fn commands(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut cuts = Vec::new();
    let mut from = 0;
    for at in 1..=lines.len() {
        let command = lines.get(at).is_none_or(|line| line.starts_with("$ "));
        if command || at - from >= CODE {
            cuts.push(at);
            from = at;
        }
    }
    if cuts.is_empty() { vec![lines.len()] } else { cuts }
}

/// The sentences of a text, none of them endless.
#[must_use]
pub fn sentences(rich: &Rich) -> Vec<Rich> {
    let text = rich.text();
    let mut cuts = Vec::new();
    let mut from = 0;
    for (at, _) in text.split_sentence_bound_indices().skip(1) {
        let before = text.get(from..at).unwrap_or("").trim();
        let rest = text.get(at..).unwrap_or("").trim();
        let short = |part: &str| part.chars().count() < SHORTEST;
        if is_inside(rich, at) || is_abbreviated(before) || short(before) || short(rest) {
            continue;
        }
        cuts.push(at);
        from = at;
    }
    cut(rich, &cuts).iter().flat_map(|sentence| pieces(sentence, LONGEST)).collect()
}

/// Whether a place is in the middle of code or of a link.
fn is_inside(rich: &Rich, at: usize) -> bool {
    let mut from = 0;
    for inline in &rich.0 {
        let to = from + inline.text.as_str().len();
        if (from + 1..to).contains(&at) {
            return inline.style.code || inline.link.is_some();
        }
        from = to;
    }
    false
}

/// Whether the full stop at the end belongs to the word before it.
fn is_abbreviated(sentence: &str) -> bool {
    let last = sentence.rsplit([' ', '(']).next().unwrap_or("");
    ["e.g.", "i.e.", "etc.", "vs.", "cf.", "No.", "Dr.", "Mr.", "Ms.", "St."].contains(&last)
}

/// A text in pieces of at most so many characters, split between words where that can be.
fn pieces(rich: &Rich, longest: usize) -> Vec<Rich> {
    let text = rich.text();
    let all = text.chars().count();
    if all <= longest {
        return vec![rich.clone()];
    }
    let even = all.div_ceil(all.div_ceil(longest));
    let mut cuts = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (at, word) in text.split_word_bound_indices() {
        let long = word.chars().count();
        if used + long > even + 20 || used >= even && !word.trim().is_empty() {
            cuts.push(at);
            (from, used) = (at, 0);
        }
        used += long;
    }
    // A word without an end is split between characters.
    let mut all: Vec<usize> = Vec::new();
    let mut begin = 0;
    for end in cuts.into_iter().chain([text.len()]) {
        let part = text.get(begin..end).unwrap_or("");
        if part.chars().count() > longest + 40 {
            all.extend(part.grapheme_indices(true).step_by(longest).skip(1).map(|(at, _)| begin + at));
        }
        if end < text.len() {
            all.push(end);
        }
        begin = end;
    }
    let _ = from;
    cut(rich, &all)
}

/// A text cut at these bytes, without the blanks at the cuts.
fn cut(rich: &Rich, cuts: &[usize]) -> Vec<Rich> {
    let mut parts: Vec<Rich> = vec![Rich::default()];
    let mut cuts = cuts.iter().copied().peekable();
    let mut at = 0;
    for inline in &rich.0 {
        let mut rest = inline.text.as_str();
        while let Some(split) = cuts.peek().and_then(|cut| cut.checked_sub(at)).filter(|split| *split <= rest.len()) {
            let Some((before, after)) = rest.split_at_checked(split) else { break };
            add(&mut parts, inline, before);
            parts.push(Rich::default());
            at += split;
            rest = after;
            cuts.next();
        }
        add(&mut parts, inline, rest);
        at += rest.len();
    }
    for part in &mut parts {
        trim(part);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn add(parts: &mut [Rich], inline: &Inline, text: &str) {
    if let (Some(last), false) = (parts.last_mut(), text.is_empty()) {
        last.0.push(Inline { text: text.into(), ..inline.clone() });
    }
}

fn trim(rich: &mut Rich) {
    if let Some(last) = rich.0.last_mut() {
        last.text = last.text.as_str().trim_end().into();
    }
    if let Some(first) = rich.0.first_mut() {
        first.text = first.text.as_str().trim_start().into();
    }
    rich.0.retain(|inline| !inline.text.is_empty());
}

/// The side of a pair that a slide shows.
#[must_use]
pub fn side(pair: &Pair, bad: bool) -> &Side {
    if bad { &pair.bad } else { &pair.good }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::doc::Emphasis;

    fn texts(parts: &[Rich]) -> Vec<String> {
        parts.iter().map(Rich::text).collect()
    }

    #[test]
    fn a_paragraph_is_read_sentence_by_sentence() {
        let text = Rich::plain(
            "It is 00:05. web-2, the old spare, finally starts. Mara sends it one test request, e.g. Version 2.0 of it.",
        );
        assert_eq!(
            texts(&sentences(&text)),
            ["It is 00:05. web-2, the old spare, finally starts.", "Mara sends it one test request, e.g. Version 2.0 of it."]
        );
        assert_eq!(texts(&sentences(&Rich::plain("She saw it. She knew. And then she went on."))).len(), 2);
    }

    #[test]
    fn code_is_never_cut() {
        let code = Emphasis { code: true, ..Emphasis::default() };
        let text = Rich(vec![
            Inline { text: "Write ".into(), style: Emphasis::default(), link: None },
            Inline { text: "a.b(). Then().go()".into(), style: code, link: None },
            Inline { text: " instead of that. It is longer.".into(), style: Emphasis::default(), link: None },
        ]);
        let parts = sentences(&text);
        assert_eq!(texts(&parts), ["Write a.b(). Then().go() instead of that.", "It is longer."]);
        assert_eq!(parts[0].0[1].style, code);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_endless() {
        for text in ["word ".repeat(300), "x".repeat(2_000), "日本語の文。".repeat(200), "A b. ".repeat(200), String::new()] {
            let parts = sentences(&Rich::plain(&text));
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(bare(&texts(&parts).concat()), bare(&text));
            assert!(parts.iter().all(|part| part.text().chars().count() <= LONGEST + 40), "{:?}", texts(&parts));
        }
    }

    #[test]
    fn code_is_revealed_in_even_parts() {
        assert_eq!(chunks(6), [6]);
        assert_eq!(chunks(16), [16]);
        assert_eq!(chunks(25), [12, 25]);
        assert_eq!(chunks(0), [0]);
        assert_eq!(commands("$ one\na\n$ two\nb\nc"), [2, 5]);
        assert_eq!(commands("only output"), [1]);
        assert_eq!(commands(&format!("$ one\n{}", "x\n".repeat(30))), [16, 31]);
    }
}
