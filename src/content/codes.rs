//! Every rule that a course can break, by its code: what it asks, why, and how it looks wrong and right.
//!
//! A code keeps its meaning for ever. Y is for YAML, C for files of a course, I for ids, K for packs, L for lessons, P for
//! pairs, Q for questions, T for tracks.

mod packs;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its code.
    pub code: &'static str,
    /// The rule in a few words.
    pub title: &'static str,
    /// What it asks and why.
    pub text: &'static str,
    /// How it looks when it is broken.
    pub bad: &'static str,
    /// How it looks when it is kept.
    pub good: &'static str,
}

/// The rule of that code, in upper or lower case.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code.eq_ignore_ascii_case(code.trim()))
}

const fn of(code: &'static str, title: &'static str, text: &'static str, bad: &'static str, good: &'static str) -> Rule {
    Rule { code, title, text, bad, good }
}

/// All rules, sorted by code.
pub const RULES: &[Rule] = &[
    of(
        "C001",
        "a file is missing or cannot be read",
        "Each folder named in lessons/course.yaml has a lesson.md, and each side of a pair has its file under pairs/. A file \
         must also be readable for you.",
        "lessons: [config]           # and there is no lessons/config/lesson.md",
        "lessons: [config]           # lessons/config/lesson.md\n                            # lessons/config/pairs/config-js/bad/app.js",
    ),
    of(
        "C002",
        "a name or a file that a course cannot have",
        "Folders and files of a course have plain names without a path, in UTF-8, and are plain files: links, pipes and \
         devices are not followed, so that a course cannot show what lies outside its folder.",
        "lessons: [../other]\nfile: src/app.js",
        "lessons: [03-config]\nfile: app.js",
    ),
    of(
        "C003",
        "a file is not UTF-8",
        "Every text of a course is UTF-8. The place is the first byte that is not. Save the file anew with this encoding.",
        "title: Caf\\xe9              # one byte, Latin-1",
        "title: Café                 # two bytes, UTF-8",
    ),
    of(
        "C004",
        "too many, too large or too deep",
        "A course has at most 20,000 files and 64 MB, in folders at most 8 deep. Larger files are not read at all: what is in \
         them could make the program slow for everybody who opens the course.",
        "lessons/config/dump.sql     # 900 MB",
        "lessons/config/pairs/config-sql/bad/schema.sql",
    ),
    of(
        "C005",
        "the course is newer than the program",
        "The number after `format` says which version of the course format the files follow. A program reads the versions \
         that it knows, and tells you to update it for others instead of guessing.",
        "format: 2",
        "format: 1",
    ),
    of(
        "C006",
        "nothing names this file",
        "A file under lessons/ or quizzes/ that neither course.yaml nor compare.yaml names is never shown: most likely its \
         name or the name in the other file is misspelt.",
        "quizzes/config.yaml         # the lesson's folder is 03-config",
        "quizzes/03-config.yaml",
    ),
    of(
        "C007",
        "a character that is not shown as it is",
        "Controls, escapes, invisible characters and marks that change the direction of text can mislead a reader or act on \
         the terminal. They are shown as marks or left out. Remove them; in code, write them as the language escapes them.",
        "title: Config<U+200B>       # an invisible space",
        "title: Config",
    ),
    of(
        "C008",
        "a misspelt word",
        "Words are held against a list of known misspellings, in courses whose language is English. Only what is surely wrong \
         is in it, so a name or a term of your trade is not reported; code between backticks is not looked at.",
        "The process recieves a signal.",
        "The process receives a signal.",
    ),
    of(
        "I001",
        "this is no id",
        "An id has 1 to 64 of a-z, 0-9 and -, and begins with a letter or digit. Progress is kept by ids, so they must mean \
         the same in files, links and JSON.",
        "id: Config Basics",
        "id: config-basics",
    ),
    of(
        "I002",
        "an id stands twice",
        "Ids are unique among their kind in the whole course: two questions with one id would share one score. Copies are the \
         usual cause. The id of a question that learners have answered stays; change the other one.",
        "- id: config-first\n- id: config-first",
        "- id: config-first\n- id: config-second",
    ),
    of(
        "I003",
        "a released id that vanished or came back",
        "Learners have progress under the ids in assets/released-ids.txt, where a course has this list. What is taken out of \
         the course is marked `retired` there, so that its id is never given to something else; what is only moved or \
         reworded keeps its id.",
        "question config-first       # and no question has this id",
        "question config-first retired",
    ),
    packs::OWN_ID,
    packs::REPLACING,
    packs::USABLE,
    of(
        "L001",
        "the front matter is missing or not closed",
        "A lesson begins with a line of three hyphens, its fields as YAML, and a second such line. The text comes after it.",
        "---\nid: config\n\n## A story {#story}",
        "---\nid: config\n---\n\n## A story {#story}",
    ),
    of(
        "L002",
        "a heading without an id",
        "Every heading of the second level opens a passage. Questions and links point at passages, and a learner's place is \
         kept by them, so each has an id that stays when the words of the heading change.",
        "## Why it matters",
        "## Why it matters {#why}",
    ),
    of(
        "L003",
        "passages of a lesson about a factor",
        "A lesson with a `factor` has the passages story, principle, why, compare, find, platforms, since, bends and night, in \
         this order. Others may stand between them. A reader who knows one lesson finds their way in all.",
        "## Side by side {#compare}\n## What a constant costs {#why}",
        "## What a constant costs {#why}\n## Side by side {#compare}",
    ),
    of(
        "L004",
        "a wide line of code",
        "Code in a lesson has lines of at most 72 columns. Wider ones are broken on the screen, and diagrams are cut.",
        "curl --silent --show-error --location https://shop.example/health --header accept:application/json",
        "curl --silent --show-error --location \\\n  https://shop.example/health",
    ),
    of(
        "L005",
        "a link that leads nowhere",
        "A link begins with https:, http: or mailto:, or leads into the course with compare:, lesson:, checkpoint: or term: \
         and an id.",
        "[more](config.md)",
        "[more](lesson:config)",
    ),
    of(
        "L006",
        "there is no such pair",
        "A link or a story names a pair by its id in some compare.yaml of the course.",
        "[Side by side](compare:config-js-requird)",
        "[Side by side](compare:config-js-required)",
    ),
    of(
        "L007",
        "there is no such question",
        "A checkpoint names a question by its id in some file under quizzes/.",
        "[Think](checkpoint:config-first-gues)",
        "[Think](checkpoint:config-first-guess)",
    ),
    of(
        "L008",
        "there is no such term",
        "A link to a term names its id in lessons/glossary.yaml. Terms are shown where they stand, so a dead one shows nothing.",
        "[digest](term:digset)",
        "[digest](term:digest)",
    ),
    of(
        "L009",
        "there is no such lesson",
        "Links, `related` and the glossary name lessons by their id, not by their folder.",
        "[Config](lesson:03-config)",
        "[Config](lesson:config)",
    ),
    of(
        "L010",
        "HTML in a text",
        "Texts are Markdown alone: a terminal shows no HTML. Comments are allowed. Code stands between backticks.",
        "Write <b>one</b> build, name it <tag>.",
        "Write **one** build, name it `<tag>`.",
    ),
    of(
        "L011",
        "a picture",
        "A terminal shows no picture. Draw it with characters in a code block named `diagram`, at most 72 columns wide.",
        "![Three stages](stages.png)",
        "```diagram\nbuild ──> release ──> run\n```",
    ),
    of(
        "L012",
        "there is no such passage",
        "A question's `passage`, or a link with #, names a passage of a lesson: the id after one of its headings.",
        "passage: reasons            # the heading has {#why}",
        "passage: why",
    ),
    of(
        "L013",
        "the length of a lesson about a factor",
        "A lesson with a `factor` has 600 to 1000 words of prose; code and headings are not counted. It is read in one go, \
         and no factor deserves half the care of another.",
        "2,300 words",
        "850 words, and a second lesson for the deep look",
    ),
    of(
        "L014",
        "the promised reading time",
        "`minutes` is what a reader needs at 200 words a minute, with half a minute for each pair, rounded up. One minute, or \
         a quarter, more or less is fine.",
        "minutes: 2                  # 900 words and 6 pairs",
        "minutes: 8",
    ),
    of(
        "L015",
        "a term that is used and never linked",
        "Where a lesson uses a term of several words that the glossary has, it links it once, so that the meaning can be \
         shown in place. Terms of one word are ordinary words as well and may go without, as may a term in the lesson that \
         teaches it.",
        "The balancer uses sticky sessions.",
        "The balancer uses [sticky sessions](term:sticky-session).",
    ),
    of(
        "L016",
        "a table that does not fit",
        "On 80 columns a table has room for two or three columns of short cells. More are stacked row by row, and a cell of \
         several sentences makes the row unreadable. Words wider than a column are broken.",
        "| Platform | Feature | Since | Costs | Limits |",
        "| Platform | Feature | Limits |",
    ),
    of(
        "L017",
        "a code block that is not closed",
        "A code block ends with as many backticks as it began with, on a line of their own. Without them the rest of the text \
         is taken for code, headings and links included.",
        "```console\n$ ls\n\n## On your platform {#platforms}",
        "```console\n$ ls\n```\n\n## On your platform {#platforms}",
    ),
    of(
        "L018",
        "the level of a heading",
        "Passages begin with ## and have parts with ###. The title of a lesson is drawn by the program, so there is no #, and \
         what needs a fourth level is too long.",
        "# Config",
        "## Last month's address {#story}",
    ),
    of(
        "L019",
        "code without a language",
        "A code block names its language after the backticks: `console`, `diagram`, `text`, or that of the code. A paragraph \
         that is moved in by four columns or a tab is taken for code as well, most often by mistake.",
        "```\nPORT=8080\n```",
        "```ini\nPORT=8080\n```",
    ),
    of(
        "L020",
        "what does not fit a slide",
        "`present` shows a lesson to a class, sentence by sentence, on a screen that may be as small as 80x24. What is longer \
         is split into several slides; a sentence, a note or an explanation that fills a screen by itself is cut.",
        "text: One note of three hundred words.",
        "text: Two sentences that can be read from the last row.",
    ),
    of(
        "P001",
        "a piece of text that is not on exactly one line",
        "A note on code names its line by a piece of it, so that it stays in place when lines are added. The piece must stand \
         on one line of the file, and on one only.",
        "- at: return                # on three lines",
        "- at: return cart[user]",
    ),
    of(
        "P002",
        "the length of a file of a pair",
        "Each side of a pair has 6 to 25 lines: short enough to be seen at once, long enough to be real.",
        "three lines, or a hundred",
        "the function that shows the difference, with its imports",
    ),
    of(
        "P003",
        "a wide line in a file of a pair",
        "Files of pairs have at most 71 columns, a tab counting up to four. At most 51 lets both sides stand beside each other \
         on a screen of 120 columns.",
        "const url = process.env.DATABASE_URL ?? 'postgres://admin:secret@10.0.0.5:5432/shop'",
        "const url =\n  process.env.DATABASE_URL ??\n  'postgres://admin:secret@10.0.0.5/shop'",
    ),
    of(
        "P004",
        "the number of notes on a pair",
        "A pair has 2 to 4 notes over its two sides together, and one or more on each: what is wrong here, what is done \
         instead there. More than four are not read.",
        "seven notes",
        "one on the constant, one on the variable",
    ),
    of(
        "P005",
        "code that does not parse",
        "Each file of a pair is a whole file of its language and parses as one: a reader who copies it must not be met by a \
         syntax error that is not the lesson. Grammars are those that editors use; SQL, Procfiles and plain text have none here. \
         Those of TypeScript, Java, Ruby, Rust and shell are large: a program built with `--features grammars` has them, and the \
         tests of the course always do.",
        "app.get('/cart', (req, res) => {",
        "app.get('/cart', (req, res) => {\n  res.json(cart(req))\n})",
    ),
    of(
        "Q001",
        "a question lacks a part",
        "Each kind of question has its own parts: `spot_line` needs code, lines and elsewhere, `order` needs steps, and so \
         on. docs/course-format.md has the table.",
        "kind: predict\noptions: ...",
        "kind: predict\ncode: ...\noptions: ...",
    ),
    of(
        "Q002",
        "a part of another kind of question",
        "A part that the kind does not use would never be shown. Remove it, or change the kind.",
        "kind: single\nsteps: ...",
        "kind: order\nsteps: ...",
    ),
    of(
        "Q003",
        "how many are right",
        "Where one option is picked, exactly one is right. In a `multiple`, two or more are right and one or more wrong. A \
         `spot_line` has one line or more to be found.",
        "kind: single\noptions:\n  - text: Rotate the key.\n  - text: Delete the commit.",
        "kind: single\noptions:\n  - text: Rotate the key.\n    correct: true\n  - text: Delete the commit.",
    ),
    of(
        "Q005",
        "the same twice in one question",
        "Options of one question all differ, and so do the right sides of a `match`; a line of a `spot_line` is spoken of \
         once. Otherwise two equal answers would be graded differently.",
        "- text: Delete the commit.\n- text: delete the commit.",
        "- text: Delete the commit.\n- text: Delete the branch.",
    ),
    of(
        "Q006",
        "an answer with nothing to compare",
        "Answers of a `short_text` are compared by letters and digits alone. An answer without any would accept nothing.",
        "answers: [\"$\"]",
        "answers: [dollar sign, dollar]",
    ),
    of(
        "Q007",
        "how an option begins",
        "An option of a `true_false` begins with `True, because` or `False, because`; one of a `review_diff` with `Approve` or \
         `Reject`. The verdict without its reason is worth half.",
        "- text: No, as the key is still in the history.",
        "- text: False, because the key is still in the history.",
    ),
    of(
        "Q008",
        "a quiz of another lesson",
        "`lesson` in a quiz is the id of the lesson whose folder the file is named after.",
        "quizzes/03-config.yaml      # lesson: logs",
        "quizzes/03-config.yaml      # lesson: config",
    ),
    of(
        "Q009",
        "a key that the program does not accept",
        "The right answer of each question is made from the file and graded by the program itself; it must come out as right, \
         and every near miss of a `short_text` must be reached. Two that differ only by case or punctuation are the same.",
        "answers: [stdout]\nnear:\n  - text: STDOUT            # is accepted already",
        "answers: [stdout]\nnear:\n  - text: stderr",
    ),
    of(
        "Q010",
        "an option about the other options",
        "Options are shown in any order, so `all of the above` means nothing, and it rewards guessing.",
        "- text: All of the above",
        "kind: multiple              # and let the learner pick each",
    ),
    of(
        "Q011",
        "the longest option is the right one",
        "In a quiz of eight or more questions the right option is the longest far more often than chance explains: a learner \
         who knows nothing would pass. Say the wrong ones in as many words, or the right one in fewer.",
        "- text: Delete it.\n- text: Rotate the key at once, since whoever saw it still has it.",
        "- text: Delete the commit, since nobody has pulled it yet.\n- text: Rotate the key, since whoever saw it has it.",
    ),
    of(
        "Q012",
        "the first option is the right one",
        "In a quiz of eight or more questions the right option stands first far more often than chance explains. Options are \
         shown in any order, but those who read the file, and exports of it, see the habit.",
        "- text: Rotate the key.\n  correct: true             # in nine of ten questions",
        "- text: Delete the commit.\n- text: Rotate the key.\n  correct: true",
    ),
    of(
        "Q013",
        "a factor that is not asked about in some way",
        "Each factor that a lesson is about has a question of every kind, in any quiz of the course. To spot a line, to order \
         steps and to judge a change are different skills, and each shows another gap.",
        "factor: 3                   # and no question of kind order has it",
        "- id: config-order-start\n  kind: order\n  factor: 3",
    ),
    of(
        "Q014",
        "a habit over all quizzes",
        "Somebody who knows nothing of the subject and always picks the option that is longest, shortest, first, last, has a \
         colon or the most commas, hedges, or avoids words like always, gains more than five questions of a hundred over \
         chance. Reword options on both sides until it stops.",
        "- text: Never.\n- text: \"It depends: usually the log, often the store.\"",
        "- text: Never, since the log is lost.\n- text: In the log, since it is kept.",
    ),
    of(
        "Q015",
        "a question that does not fit a screen",
        "On 80 columns and 24 rows there are 19 rows for the prompt, its code and what there is to choose from, with empty \
         rows between. What has to be scrolled to is overlooked. Shorten the code first, then the options. Code has at most 69 columns here.",
        "code of 16 lines and 4 options of two lines each",
        "the 7 lines that matter and 4 options of a line each",
    ),
    of(
        "Q016",
        "how many there are to choose from",
        "A kind of question has a fixed range of parts: 3 to 5 options where one is right, 4 to 6 in a `multiple`, 4 in a \
         `true_false` and a `review_diff`, 3 or 4 in a `guess`, 4 to 6 steps, 3 to 5 pairs. With fewer, chance is too good; \
         more are not read.",
        "kind: single\noptions:\n  - text: Yes\n  - text: No",
        "kind: single\noptions:\n  - text: Yes, at once\n  - text: Yes, after the release\n  - text: No",
    ),
    of(
        "T001",
        "a step of a track that is not one thing",
        "A step names one thing to do: a lesson, or one passage of it, a pair, questions, or interview questions. What is to be \
         done after it is a step of its own.",
        "- lesson: config\n  pair: config-js-required",
        "- lesson: config\n- pair: config-js-required",
    ),
    of(
        "T002",
        "the same step twice in a track",
        "A track leads to each thing once. A learner who did it would be sent there again, and how far one is would not be true.",
        "- lesson: config\n- lesson: config",
        "- lesson: config\n- questions: [config-who-can-publish]",
    ),
    of(
        "Y001",
        "this is no YAML",
        "The file cannot be read as YAML from this place on. A colon and a space inside a text, a tab as indentation and a \
         quotation mark that is not closed are the usual causes.",
        "title: Config: the basics",
        "title: \"Config: the basics\"",
    ),
    of(
        "Y002",
        "a key stands twice",
        "A mapping has each key once. YAML itself would drop one of the two without a word.",
        "minutes: 6\nminutes: 8",
        "minutes: 8",
    ),
    of(
        "Y003",
        "an unknown field",
        "Only the fields of docs/course-format.md are read. An unknown one is nearly always a misspelt one, and leaving it \
         out silently would lose what you wrote.",
        "titel: Config",
        "title: Config",
    ),
    of(
        "Y004",
        "something is missing or empty",
        "A required field is not there, or there is nothing in it. The help says what it is for.",
        "id: config\ntitle:",
        "id: config\ntitle: Config",
    ),
    of(
        "Y005",
        "a value of the wrong kind",
        "A text stands where a list is expected, a mapping where a number is, and so on.",
        "takeaways: One build runs everywhere.",
        "takeaways:\n  - One build runs everywhere.",
    ),
    of(
        "Y006",
        "a value out of its range",
        "A number, a length or a word is not among those that are allowed. The help says which are.",
        "factor: 13\ntakeaways: [One, Two]",
        "factor: 12\ntakeaways: [One, Two, Three]",
    ),
    of(
        "Y007",
        "anchors, aliases and sizes",
        "Anchors and aliases are not used in courses: a few lines of them can grow to gigabytes. A file has at most 1 MB, 16 \
         levels and 40,000 values.",
        "first: &why Because.\nsecond: *why",
        "first: Because.\nsecond: Because.",
    ),
    of(
        "Y008",
        "a comment that cuts a text",
        "In YAML a space and a # begin a comment, also behind a text: the rest of the line would silently be lost. A text that \
         contains them stands in quotes.",
        "text: Take port #1 # or the next",
        "text: \"Take port #1 # or the next\"",
    ),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use std::collections::BTreeSet;

    use super::*;

    /// Codes in string literals of the sources of this layer.
    fn used() -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/content");
        let sources = [content.clone(), content.join("lint")].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
        for path in sources.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            if path.file_name().is_some_and(|name| name == "codes.rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let source = text.split("#[cfg(test)]").next().unwrap();
            for piece in source.split('"').filter(|piece| piece.len() == 4) {
                if piece.starts_with(|c: char| c.is_ascii_uppercase()) && piece[1..].bytes().all(|b| b.is_ascii_digit()) {
                    used.insert(piece.to_owned());
                }
            }
        }
        used
    }

    #[test]
    fn every_code_in_use_is_explained_and_the_reverse() {
        let known: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_owned()).collect();
        assert_eq!(used(), known);
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code), "sorted, and each once");
    }

    #[test]
    fn a_rule_is_found_in_any_case_and_has_all_its_parts() {
        assert_eq!(rule("y003").map(|rule| rule.code), Some("Y003"));
        assert_eq!(rule("Z999"), None);
        for rule in RULES {
            assert!(rule.text.len() > 60 && rule.text.ends_with('.'), "{}", rule.code);
            assert!(!rule.bad.is_empty() && !rule.good.is_empty() && rule.bad != rule.good, "{}", rule.code);
            assert!(rule.bad.lines().chain(rule.good.lines()).all(|line| line.chars().count() <= 100), "{}", rule.code);
        }
    }
}
