//! Which fields a course file may have, as data: the reader checks by it, and documentation can be made from it.

/// A kind of mapping in a course file.
#[derive(Debug)]
pub struct Shape {
    /// What it is, for messages: "a question".
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field of a mapping.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What stands there.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for.
    pub doc: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text that is shown or compared as it is; at most so many characters.
    Text(usize),
    /// Markdown.
    Markdown,
    /// An id.
    Id,
    /// A whole number in this range.
    Int(i64, i64),
    /// true or false.
    Bool,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of such things, at least and at most so many.
    List(&'static Kind, usize, usize),
    /// A mapping.
    Map(&'static Shape),
}

const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: true, doc }
}

const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: false, doc }
}

/// Longest one-line text, in characters.
const LINE: usize = 200;
const ANY: usize = usize::MAX;
const FACTOR: Kind = Kind::Int(1, 12);

/// `lessons/course.yaml`
pub const COURSE: Shape = Shape {
    name: "a course",
    fields: &[
        must("format", Kind::Int(1, i64::MAX), "The version of this format: 1."),
        must("id", Kind::Id, "Names the course."),
        must("title", Kind::Text(LINE), "Its title."),
        must("version", Kind::Text(LINE), "Its version."),
        must("language", Kind::Text(LINE), "The language that it is written in, such as `en`."),
        must("lessons", Kind::List(&Kind::Text(64), 1, 500), "Folders under lessons/, in order."),
    ],
};

/// `pack.yaml`
pub const PACK: Shape = Shape {
    name: "a pack",
    fields: &[
        must("format", Kind::Int(i64::MIN, i64::MAX), "The version of this format: 1."),
        must("id", Kind::Id, "Names the pack; ids of its own begin with it and a `-`."),
        must("title", Kind::Text(60), "Its title."),
        must("version", Kind::Text(40), "Its version."),
        must("language", Kind::Text(LINE), "The language that it is written in, such as `en`."),
        must("licence", Kind::Text(LINE), "Under which terms it may be used."),
        must("authors", Kind::List(&Kind::Text(LINE), 1, 40), "Who wrote it."),
        may("needs", Kind::Text(20), "The oldest twelvefold that it works with, such as `0.1.0`."),
        may("lessons", Kind::List(&Kind::Map(&PLACED), 1, 200), "Its lessons, in order."),
        may(
            "overlays",
            Kind::List(&Kind::Text(64), 1, 200),
            "Folders with pairs or questions, but no lesson, that replace others.",
        ),
        may("replaces", Kind::List(&Kind::Id, 1, 2_000), "Ids of all that it replaces."),
    ],
};

/// A lesson of a pack and its place.
pub const PLACED: Shape = Shape {
    name: "a lesson of a pack",
    fields: &[
        must("folder", Kind::Text(64), "Its folder under lessons/."),
        may("after", Kind::Id, "The lesson that it stands after; at the end when left out."),
    ],
};

/// The front matter of `lesson.md`.
pub const LESSON: Shape = Shape {
    name: "a lesson",
    fields: &[
        must("id", Kind::Id, "Names the lesson."),
        must("title", Kind::Text(60), "Its title."),
        may("factor", FACTOR, "The factor that it is about."),
        may("principle", Kind::Markdown, "The factor in one sentence of our own."),
        may("asks", Kind::Markdown, "What the factor asks of an app."),
        must("minutes", Kind::Int(1, 600), "Promised reading time."),
        may("related", Kind::List(&Kind::Id, 0, 12), "Lessons to go on with."),
        must("takeaways", Kind::List(&Kind::Markdown, 3, 3), "Three things to take away."),
        may("speaker", Kind::List(&Kind::Map(&REMARK), 1, 40), "For whoever speaks in front of a class; the room does not see it."),
        must("sources", Kind::List(&Kind::Map(&SOURCE), 1, 40), "Where its facts come from."),
    ],
};

/// Something for whoever speaks.
pub const REMARK: Shape = Shape {
    name: "a remark",
    fields: &[
        may("at", Kind::Id, "The passage that it belongs to; the title when left out."),
        must("say", Kind::Markdown, "What to say, ask or do there."),
    ],
};

/// A source of a lesson.
pub const SOURCE: Shape = Shape {
    name: "a source",
    fields: &[must("title", Kind::Markdown, "What it is."), must("url", Kind::Text(2_083), "Where it is.")],
};

/// `compare.yaml`
pub const COMPARE: Shape =
    Shape { name: "a file of pairs", fields: &[must("pairs", Kind::List(&Kind::Map(&PAIR), 1, 200), "BAD/GOOD pairs.")] };

/// A BAD/GOOD pair.
pub const PAIR: Shape = Shape {
    name: "a pair",
    fields: &[
        must("id", Kind::Id, "Names the pair and its folder under pairs/."),
        must("language", Kind::OneOf(&crate::domain::comparison::LANGUAGES), "The language or tool."),
        must("title", Kind::Markdown, "A few words, at most 48 characters."),
        must("says", Kind::Markdown, "The one thing that it shows."),
        may("speaker", Kind::Markdown, "For whoever speaks in front of a class; the room does not see it."),
        must("bad", Kind::Map(&SIDE), "What people write."),
        must("good", Kind::Map(&SIDE), "What a reviewer accepts."),
    ],
};

/// One side of a pair.
pub const SIDE: Shape = Shape {
    name: "a side of a pair",
    fields: &[
        must("file", Kind::Text(64), "The file under pairs/<id>/bad or good."),
        must("notes", Kind::List(&Kind::Map(&NOTE), 1, 12), "Remarks on lines."),
    ],
};

/// A note on a line.
pub const NOTE: Shape = Shape {
    name: "a note",
    fields: &[
        must("at", Kind::Text(ANY), "A piece of text that occurs on exactly one line of the file."),
        must("text", Kind::Markdown, "What is to be said."),
    ],
};

/// `quizzes/<dir>.yaml`
pub const QUIZ: Shape = Shape {
    name: "a quiz",
    fields: &[
        must("lesson", Kind::Id, "The lesson that it belongs to."),
        must("questions", Kind::List(&Kind::Map(&QUESTION), 1, 20_000), "Questions."),
        may("interview", Kind::List(&Kind::Map(&INTERVIEW), 1, 2_000), "Interview questions."),
    ],
};

/// A question. Which of the optional fields it has depends on its kind.
pub const QUESTION: Shape = Shape {
    name: "a question",
    fields: &[
        must("id", Kind::Id, "Names the question."),
        must("kind", Kind::OneOf(&crate::domain::kind::Kind::NAMES), "What is to be done."),
        must("revision", Kind::Int(1, 1_000_000), "Goes up when what counts as right changes."),
        may("factor", FACTOR, "The factor that it is about; the lesson's when left out."),
        must("passage", Kind::Text(130), "Where the answer is taught: a passage of this lesson, or LESSON#PASSAGE."),
        must("prompt", Kind::Markdown, "The situation and the question."),
        may("code", Kind::Map(&CODE), "Code under the prompt."),
        may("diff", Kind::Text(ANY), "A change: lines that begin with a space, + or -."),
        may("hints", Kind::List(&Kind::Markdown, 1, 6), "From a first push to a strong one."),
        may("options", Kind::List(&Kind::Map(&OPTION), 2, 9), "What there is to choose from."),
        may("lines", Kind::List(&Kind::Map(&SUSPECT), 1, 40), "Lines that something is said about."),
        may("elsewhere", Kind::Markdown, "What is said about every other line."),
        may("steps", Kind::List(&Kind::Map(&STEP), 3, 9), "Steps in the right order."),
        may("pairs", Kind::List(&Kind::Map(&MATCHED), 2, 9), "What belongs to what."),
        may("answers", Kind::List(&Kind::Text(100), 1, 40), "Accepted answers."),
        may("near", Kind::List(&Kind::Map(&NEAR), 1, 40), "Answers that are close."),
        may("explain", Kind::Markdown, "Why the answer is the answer."),
    ],
};

/// Code in a question.
pub const CODE: Shape = Shape {
    name: "code",
    fields: &[
        must("file", Kind::Text(64), "The file's name."),
        must("language", Kind::OneOf(&crate::domain::comparison::LANGUAGES), "Its language."),
        must("text", Kind::Text(ANY), "The code."),
    ],
};

/// An option.
pub const OPTION: Shape = Shape {
    name: "an option",
    fields: &[
        must("id", Kind::Id, "Names the option in its question."),
        must("text", Kind::Markdown, "What it says."),
        may("correct", Kind::Bool, "Whether it is right."),
        must("why", Kind::Markdown, "Why it is right or wrong."),
    ],
};

/// A line that something is said about.
pub const SUSPECT: Shape = Shape {
    name: "a line",
    fields: &[
        must("at", Kind::Text(ANY), "A piece of text that occurs on exactly one line of the code."),
        may("correct", Kind::Bool, "Whether it is one to be found."),
        must("why", Kind::Markdown, "Why."),
    ],
};

/// A step.
pub const STEP: Shape = Shape {
    name: "a step",
    fields: &[
        must("id", Kind::Id, "Names the step."),
        must("text", Kind::Markdown, "What it says."),
        must("why", Kind::Markdown, "Why it stands there."),
    ],
};

/// A left side and what belongs to it.
pub const MATCHED: Shape = Shape {
    name: "a pair of a match",
    fields: &[
        must("id", Kind::Id, "Names it."),
        must("left", Kind::Markdown, "What is given."),
        must("right", Kind::Markdown, "What belongs to it."),
        must("why", Kind::Markdown, "Why."),
    ],
};

/// An answer that is close.
pub const NEAR: Shape = Shape {
    name: "a near miss",
    fields: &[must("text", Kind::Text(100), "The answer."), must("why", Kind::Markdown, "What is to be said to it.")],
};

/// An interview question.
pub const INTERVIEW: Shape = Shape {
    name: "an interview question",
    fields: &[
        must("id", Kind::Id, "Names the question."),
        may("revision", Kind::Int(1, 1_000_000), "Goes up when its points change; 1 when left out."),
        must("level", Kind::OneOf(&["junior", "mid", "senior"]), "How far it goes."),
        may("factor", FACTOR, "The factor that it is about; the lesson's when left out."),
        must("prompt", Kind::Markdown, "What is asked."),
        must("points", Kind::List(&Kind::Markdown, 2, 12), "What a strong answer hits."),
        must("weak", Kind::Markdown, "What a weak answer says."),
        must("follow_ups", Kind::List(&Kind::Markdown, 1, 6), "What comes next."),
    ],
};

/// `story.yaml`
pub const STORY: Shape = Shape {
    name: "a story",
    fields: &[
        must("note", Kind::Markdown, "What is real in it and what is made up."),
        must("scenes", Kind::List(&Kind::Map(&SCENE), 1, 100), "In order of time."),
        must("violations", Kind::List(&Kind::Map(&VIOLATION), 1, 12), "The factors that were broken."),
        must("figures", Kind::List(&Kind::Map(&FIGURE), 1, 40), "Before and after."),
    ],
};

/// A scene.
pub const SCENE: Shape = Shape {
    name: "a scene",
    fields: &[
        must("id", Kind::Id, "Names the scene."),
        must("time", Kind::Text(20), "The time on the clock, or another short label."),
        must("title", Kind::Markdown, "A few words."),
        must("text", Kind::Markdown, "What happens."),
        may("factors", Kind::List(&FACTOR, 0, 12), "The factors that show in it."),
    ],
};

/// A broken factor.
pub const VIOLATION: Shape = Shape {
    name: "a violation",
    fields: &[
        must("factor", FACTOR, "Which factor."),
        may("symptom", Kind::Bool, "Whether the prologue names it."),
        must("night", Kind::Markdown, "What happened."),
        must("fix", Kind::Markdown, "What was changed."),
        must("proof", Kind::Markdown, "How one sees that it holds."),
        may("pair", Kind::Id, "The pair that shows it."),
    ],
};

/// A figure.
pub const FIGURE: Shape = Shape {
    name: "a figure",
    fields: &[
        must("label", Kind::Markdown, "What is counted."),
        must("before", Kind::Text(60), "On the night."),
        must("after", Kind::Text(60), "A year later."),
    ],
};

/// `tracks.yaml`
pub const TRACKS: Shape = Shape {
    name: "a file of tracks",
    fields: &[must("tracks", Kind::List(&Kind::Map(&TRACK), 1, 40), "Ways through the course.")],
};

/// A track.
pub const TRACK: Shape = Shape {
    name: "a track",
    fields: &[
        must("id", Kind::Id, "Names the track."),
        must("title", Kind::Text(40), "Its title: who takes it."),
        must("says", Kind::Text(LINE), "Whom it is for, in one sentence."),
        must("minutes", Kind::Int(1, 6_000), "Promised time."),
        must("steps", Kind::List(&Kind::Map(&TRACK_STEP), 1, 200), "What is done, in order."),
    ],
};

/// A step of a track: one of the four.
pub const TRACK_STEP: Shape = Shape {
    name: "a step of a track",
    fields: &[
        may("lesson", Kind::Id, "A lesson to read."),
        may("passage", Kind::Id, "The only passage of that lesson that is meant."),
        may("pair", Kind::Id, "A pair to compare."),
        may("questions", Kind::List(&Kind::Id, 1, 60), "Questions to answer."),
        may("interview", Kind::List(&Kind::Id, 1, 60), "Interview questions to answer aloud."),
    ],
};

/// `glossary.yaml`
pub const GLOSSARY: Shape =
    Shape { name: "a glossary", fields: &[must("terms", Kind::List(&Kind::Map(&TERM), 1, 2_000), "The terms.")] };

/// A term.
pub const TERM: Shape = Shape {
    name: "a term",
    fields: &[
        must("id", Kind::Id, "Names the term."),
        must("term", Kind::Text(60), "The word."),
        must("text", Kind::Markdown, "What it means."),
        may("lesson", Kind::Id, "Where it is taught."),
        may("also", Kind::List(&Kind::Text(60), 1, 20), "Other spellings."),
    ],
};
