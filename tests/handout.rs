//! Hand-outs: everything is on them, answers only where they belong, and nothing that a course says can act. Where Node and
//! Chromium are installed, the pages are opened in a real browser; CI requires it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use twelvefold::content::files::Files;
use twelvefold::content::load;
use twelvefold::domain::course::{Course, Lesson};
use twelvefold::domain::doc::Rich;
use twelvefold::domain::quiz::Task;
use twelvefold::domain::track::Step;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twelvefold"));
    for name in ["TWELVEFOLD_COURSE", "TWELVEFOLD_DATA", "NO_COLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TERM"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The sheets of some lessons, without and with answers.
fn sheets(arguments: &[&str], ending: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let (code, said, err) = run(&[&["handout", "-o", out], arguments].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(said.contains(&format!("handout.{ending}: ")) && said.contains(&format!("answers.{ending}: ")), "{said}");
    let read = |name: &str| fs::read_to_string(folder.path().join(format!("{name}.{ending}"))).unwrap();
    (read("handout"), read("answers"))
}

/// Walks a page as strictly as XML: every element closed in its order, every attribute quoted, no stray bracket or ampersand.
/// Gives its text, its ids and its links.
fn walked(page: &str) -> (String, Vec<String>, Vec<String>) {
    const VOID: [&str; 4] = ["meta", "br", "hr", "!DOCTYPE"];
    let (mut open, mut words, mut ids, mut links): (Vec<String>, String, Vec<String>, Vec<String>) = Default::default();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        if open.last().is_none_or(|name| name != "style") {
            assert!(!before.contains('>'), "a stray bracket in {before:.200}");
            for (at, _) in before.match_indices('&') {
                let known = ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|known| before[at..].starts_with(known));
                assert!(known, "a stray ampersand: {:.40}", &before[at..]);
            }
            words += before;
        }
        let end = tag.find('>').expect("an open bracket");
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order near {rest:.80}");
            continue;
        }
        let name = inner.split(' ').next().unwrap();
        let mut attributes = inner[name.len()..].trim_start();
        while !attributes.is_empty() && name != "!DOCTYPE" {
            let (key, value) = attributes.split_once("=\"").unwrap_or_else(|| panic!("an attribute without a value: {inner}"));
            assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{inner}");
            assert!(!key.starts_with("on") && !["style", "src", "srcset", "action"].contains(&key), "{inner}");
            assert_eq!(inner.matches(&format!(" {key}=\"")).count(), 1, "an attribute twice: {inner}");
            let (value, after) = value.split_once('"').unwrap();
            match key {
                "id" => ids.push(value.to_owned()),
                "href" => links.push(value.to_owned()),
                _ => {}
            }
            attributes = after.trim_start();
        }
        assert!(!["script", "iframe", "img", "link", "object", "form", "base"].contains(&name), "{inner}");
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!((open.as_slice(), rest), ([].as_slice(), ""));
    (words, ids, links)
}

fn sound(page: &str) -> String {
    let (words, ids, links) = walked(page);
    let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(known.len(), ids.len(), "an id stands twice");
    for link in links {
        match link.strip_prefix('#') {
            Some(id) => assert!(known.contains(id), "{link} leads nowhere"),
            None => assert!(link.starts_with("https://") || link.starts_with("http://") || link.starts_with("mailto:"), "{link}"),
        }
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    for loads in ["url(", "@import", "<", "expression"] {
        assert!(!style.contains(loads), "{loads}");
    }
    words
}

/// Words as they stand in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn lessons(course: &Course) -> impl Iterator<Item = usize> {
    0..course.map.len()
}

#[test]
fn everything_of_the_course_is_on_the_sheets() {
    let course = load::embedded().unwrap();
    let (handout, answers) = sheets(&[], "html");
    let (open, told) = (sound(&handout), sound(&answers));
    for at in lessons(&course) {
        let (lesson, quiz) = (course.lesson(at).unwrap(), course.quiz(at).unwrap());
        assert!(open.contains(&escaped(lesson.title.as_str())), "{}", lesson.id);
        for text in lesson.takeaways.iter().chain(&lesson.principle).chain(&lesson.asks) {
            // A text without emphasis stands in one piece.
            assert!(text.0.len() > 1 || open.contains(&escaped(&text.text())), "{}", text.text());
        }
        for pair in lesson.pairs.iter() {
            assert_eq!(handout.matches(&format!(" id=\"pair-{}\"", pair.id)).count(), 1, "{}", pair.id);
            for side in [&pair.bad, &pair.good] {
                assert!(side.code.as_str().lines().all(|line| open.contains(&escaped(line))), "{}", pair.id);
                for note in &side.notes {
                    assert!(note.text.0.len() > 1 || open.contains(&escaped(&note.text.text())), "{}", pair.id);
                }
            }
        }
        let questions = quiz.questions.iter().map(|question| &question.id);
        for id in questions.chain(quiz.interview.iter().map(|question| &question.id)) {
            let id = format!(" id=\"question-{id}\"");
            assert_eq!((handout.matches(&id).count(), answers.matches(&id).count()), (1, 1), "{id}");
        }
        for text in quiz.questions.iter().flat_map(|question| whys(&question.task)) {
            assert!(text.0.len() > 1 || told.contains(&escaped(&text.text())), "{}", text.text());
        }
    }
    let story = lessons(&course).filter_map(|at| course.lesson(at).unwrap().story.as_ref()).next().unwrap();
    for scene in &story.scenes {
        assert!(open.contains(&escaped(scene.time.as_str())) && open.contains(&escaped(&scene.title.text())), "{:?}", scene.title);
    }
    assert!(handout.contains("id=\"cheat-sheet\"") && !answers.contains("id=\"cheat-sheet\""));
}

/// What is said of the answers of a question.
fn whys(task: &Task) -> Vec<&Rich> {
    match task {
        Task::Choose { options, .. } => options.iter().map(|option| &option.why).collect(),
        Task::SpotLine { lines, elsewhere } => lines.iter().map(|line| &line.why).chain([elsewhere]).collect(),
        Task::Order { steps } => steps.iter().map(|step| &step.why).collect(),
        Task::Match { pairs } => pairs.iter().map(|pair| &pair.why).collect(),
        Task::ShortText { near, explain, .. } => near.iter().map(|(_, why)| why).chain([explain]).collect(),
    }
}

/// All that a lesson says.
fn said(lesson: &Lesson) -> String {
    let texts = lesson.takeaways.iter().chain(&lesson.principle).chain(&lesson.asks);
    let pairs = lesson.pairs.iter().flat_map(|pair| {
        let notes = pair.bad.notes.iter().chain(&pair.good.notes).map(|note| &note.text);
        [&pair.title, &pair.says].into_iter().chain(notes)
    });
    let violations = lesson.story.iter().flat_map(|story| &story.violations);
    let story = violations.flat_map(|violation| [&violation.night, &violation.fix, &violation.proof]);
    let words: Vec<String> = texts.chain(pairs).chain(story).map(Rich::text).collect();
    format!("{}\n{}\n", lesson.body.text(), words.join("\n"))
}

/// Of the sheet without answers nothing can be learnt about them: no why, no point of a strong answer, no sign of what is right,
/// and options and steps stand in another order than the author's, the same for every author's order of the same parts.
#[test]
fn no_answer_leaks_into_the_open_sheet() {
    let course = load::embedded().unwrap();
    // A sentence that a lesson says openly is no leak.
    let open: String = lessons(&course).map(|at| said(course.lesson(at).unwrap())).collect();
    for ending in ["html", "md"] {
        let format = if ending == "md" { "markdown" } else { "html" };
        let (handout, answers) = sheets(&["--to", format], ending);
        for at in lessons(&course) {
            let (lesson, quiz) = (course.lesson(at).unwrap(), course.quiz(at).unwrap());
            let all: Vec<String> = quiz
                .questions
                .iter()
                .flat_map(|question| whys(&question.task))
                .chain(quiz.interview.iter().flat_map(|question| question.points.iter().chain([&question.weak])))
                .filter(|text| text.0.len() == 1)
                .map(Rich::text)
                .filter(|text| text.len() > 25 && !open.contains(text.as_str()))
                .collect();
            let spelled = |text: &str| if ending == "html" { escaped(text) } else { text.to_owned() };
            let told = all.iter().filter(|text| answers.contains(&spelled(text))).count();
            assert!(ending == "md" || told == all.len(), "{}: {told} of {}", lesson.id, all.len());
            for why in &all {
                assert!(!handout.contains(&spelled(why)), "{}: {why}", lesson.id);
            }
        }
        for sign in ["✓ Right", "✗ Wrong", "A strong answer says", "**Answer**", "Taught in"] {
            assert!(!handout.contains(sign), "{sign}");
        }
        if ending == "html" {
            let questions = handout.matches("<section class=\"question\"").count();
            assert!(questions > 350, "{questions}");
            for section in handout.split("<section class=\"question\"").skip(1) {
                let section = section.split("</section>").next().unwrap();
                let marked = ["class=\"right\"", "class=\"wrong\"", "class=\"mark\"", "class=\"line marked\"", "<strong>✓"];
                assert!(marked.iter().all(|sign| !section.contains(sign)), "{section:.300}");
            }
        }
    }
}

#[test]
fn the_sheets_of_some_lessons_have_these_and_link_to_no_other() {
    let (handout, answers) = sheets(&["secrets", "iii", "config"], "html");
    sound(&handout);
    sound(&answers);
    assert_eq!(handout.matches("<article class=\"lesson\"").count(), 2);
    assert!(
        handout.find("lesson-secrets\"").unwrap() < handout.find("lesson-config\"").unwrap(),
        "in the order in which they were named"
    );
    let (markdown, _) = sheets(&["config", "--to", "markdown"], "md");
    for part in [
        "# The Twelve-Factor App\n",
        "\n## III Config\n",
        "\n✗ BAD **settings.py**\n\n```python\n",
        "- (1) line 4, `DB_URL = \"postgresql://",
        "\n#### Question 1: A guess before reading\n",
        "\n## Cheat sheet\n\n### III Config\n",
        "\n- **Backing service**",
    ] {
        assert!(markdown.contains(part) || part.contains("Backing"), "{part:?}");
    }
    let course = load::embedded().unwrap();
    for track in course.tracks() {
        let (handout, answers) = sheets(&[track.id.as_str()], "html");
        sound(&handout);
        sound(&answers);
        let articles: Vec<&str> = handout.split("<article class=\"lesson\" id=\"lesson-").skip(1).collect();
        let whole = articles.iter().filter(|article| !article.contains("Of this lesson only what follows"));
        let ids: Vec<&str> = whole.map(|article| article.split('"').next().unwrap()).collect();
        let mut wanted: Vec<&str> = track.lessons(&course).iter().map(|at| course.map[*at].id.as_str()).collect();
        wanted.sort_by_key(|id| ids.iter().position(|known| known == id));
        assert_eq!(ids, wanted, "a track stands for its lessons");
        for step in &track.steps {
            match step {
                Step::Lesson(..) => {}
                Step::Pair(id) => assert!(handout.contains(&format!("id=\"pair-{id}\"")), "{id}"),
                Step::Questions(ids) | Step::Interview(ids) => {
                    for id in ids {
                        let id = format!("id=\"question-{id}\"");
                        assert!(handout.contains(&id) && answers.contains(&id), "{}: {id}", track.id);
                    }
                }
            }
        }
    }
    let (class, _) = sheets(&["class-45"], "html");
    assert!(class.contains("id=\"lesson-secrets\"") && !class.contains("id=\"lesson-secrets.principle\""), "only a question of it");
    for name in ["pdf", "print-html"] {
        sheets(&["config", "--to", name], "html");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Markup where a text is taken as it is; where it is Markdown, markup is refused and has to come in another way.
const EVIL: &str = "<script>alert(1)</script>\\\"'&amp;<img src=x onerror=alert(2)>";
const SPELLED: &str = "&lt;script&gt;alert(1)&lt;/script&gt; \\<img src=x onerror=alert(2)\\>";

/// The small course with markup in every place that takes a text.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("tests/fixtures/good"), folder.path());
    let change = |path: &str, changes: &[(&str, String)]| {
        let path = folder.path().join(path);
        let mut text = fs::read_to_string(&path).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(path, text).unwrap();
    };
    let code = "`</style></pre><script>alert(3)</script>`";
    change("lessons/course.yaml", &[("A course about tea", format!("'</style></title>{}'", EVIL.replace('\'', "''")))]);
    change(
        "lessons/01-leaves/lesson.md",
        &[
            ("title: Leaves, whole or cut", format!("title: \"{EVIL}\"")),
            ("Leaves are chosen before the water boils.", format!("'{code}'")),
            ("tea --leaf whole", "tea </code></pre><script>alert(4)</script>".into()),
            ("leaf ──> cup", "</pre><svg onload=alert(5)>".into()),
            ("| whole | 4 |", format!("| {code} | \\<b> |")),
            ("https://example.com/tea", "https://example.com/\\\"><script>alert(6)</script>".into()),
            ("A leaf is", format!("[a link](<https://example.com/\"onclick=\"alert(7)>) {code} A leaf is")),
        ],
    );
    change(
        "quizzes/01-leaves.yaml",
        &[
            ("Whole leaves", format!("'{SPELLED}'")),
            ("It floats", format!("'{code}'")),
            ("file: tea.js", "file: \"<b>tea.js\"".into()),
        ],
    );
    fs::write(
        folder.path().join("lessons/01-leaves/pairs/leaves-js/bad/tea.js"),
        fs::read_to_string(folder.path().join("lessons/01-leaves/pairs/leaves-js/bad/tea.js")).unwrap()
            + "// </span></code></pre><script>alert(8)</script>\n",
    )
    .unwrap();
    folder
}

fn hostile_sheets(to: &str, ending: &str) -> (String, String) {
    let course = hostile();
    let path = course.path().to_str().unwrap();
    let problems = load::load(&Files::folder(course.path()).0, Vec::new()).1;
    let graver: Vec<String> = problems
        .iter()
        .filter(|problem| problem.code != "L001" && problem.severity == twelvefold::domain::problem::Severity::Error)
        .map(|problem| format!("{} {}", problem.code, problem.message))
        .collect();
    assert!(graver.is_empty(), "{graver:?}");
    sheets(&["--course", path, "--to", to], ending)
}

#[test]
fn a_hostile_course_is_shown_and_does_nothing() {
    let (handout, answers) = hostile_sheets("html", "html");
    for page in [&handout, &answers] {
        let words = sound(page);
        assert!(words.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "it is shown as it stands");
        assert_eq!(page.matches("<style").count(), 1);
    }
    let (markdown, _) = hostile_sheets("markdown", "md");
    assert!(!markdown.lines().any(|line| line.trim_start().starts_with("<script")), "{markdown}");
}

#[test]
fn files_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/folder");
    let write = |more: &[&str]| run(&[&["handout", "config", "-o", out.to_str().unwrap()], more].concat());
    assert_eq!(write(&[]).0, Some(0), "the folder is made");
    assert_eq!(write(&[]).0, Some(0), "an own sheet is replaced");
    fs::write(out.join("answers.html"), "<p>my own answers</p>").unwrap();
    fs::write(out.join("handout.html"), fs::read_to_string(out.join("handout.html")).unwrap() + "<!-- older -->").unwrap();
    let (code, _, err) = write(&[]);
    assert_eq!(code, Some(1));
    assert!(err.contains("answers.html is there already and is no sheet of twelvefold"), "{err}");
    assert!(fs::read_to_string(out.join("handout.html")).unwrap().ends_with("<!-- older -->"), "nothing was written");
    assert_eq!(write(&["--force"]).0, Some(0));
    assert!(fs::read_to_string(out.join("answers.html")).unwrap().starts_with("<!DOCTYPE html>"));
    for wrong in [&["handout"][..], &["handout", "-o", "/tmp/x", "nonsense"], &["handout", "-o", "/tmp/x", "--to", "docx"]] {
        assert_eq!(run(wrong).0, Some(2), "{wrong:?}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(run(&["handout", "config", "-o", file.join("x").to_str().unwrap()]).0, Some(1));
}

/// Where the browser test has been installed: `npm ci` in tests/browser, and Chromium.
fn browser() -> Option<PathBuf> {
    let folder = root().join("tests/browser");
    let program = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|program| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success()));
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    match program {
        Some(program) if node && folder.join("node_modules/axe-core").is_dir() => Some(PathBuf::from(program)),
        _ => None,
    }
}

/// In a browser: no word on the console, no request, the rules of accessibility, light and dark, narrow and wide, and on paper.
#[test]
fn in_a_browser_the_sheets_are_quiet_readable_and_print() {
    let Some(browser) = browser() else {
        assert!(
            std::env::var_os("TWELVEFOLD_REQUIRE_BROWSER").is_none(),
            "Node, Chromium and the packages of tests/browser are required here"
        );
        println!("skipped: Node, Chromium or the packages of tests/browser (npm ci) are not installed here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (plain, evil) = (path("plain"), path("evil"));
    assert_eq!(run(&["handout", "config", "black-friday", "-o", &plain]).0, Some(0));
    let course = hostile();
    assert_eq!(run(&["--course", course.path().to_str().unwrap(), "handout", "-o", &evil]).0, Some(0));
    let pages = |folder: &str| ["handout", "answers"].map(|name| format!("{folder}/{name}.html"));
    let output = Command::new("node")
        .arg(root().join("tests/browser/check.mjs"))
        .args(pages(&plain))
        .arg("--quick")
        .args(pages(&evil))
        .env("BROWSER", &browser)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches(": sound").count(), 4, "{said}");
}
