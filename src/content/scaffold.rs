//! A small valid course to begin with: what `twelvefold new` writes.

use super::schema::schemas;

/// Stands in `course.yaml` for the id of the new course.
const ID: &str = "course-id";

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scaffold/", $path)))),+]
    };
}

/// The files by their paths inside the course folder.
const FILES: [(&str, &str); 7] = files![
    "lessons/course.yaml",
    "lessons/glossary.yaml",
    "lessons/01-first-steps/lesson.md",
    "lessons/01-first-steps/compare.yaml",
    "lessons/01-first-steps/pairs/first-steps-port/bad/server.js",
    "lessons/01-first-steps/pairs/first-steps-port/good/server.js",
    "quizzes/01-first-steps.yaml",
];

/// The files of a new course by their paths inside its folder, with the schemas that they name for editors. The course's id
/// is made of `name`, as far as that goes.
#[must_use]
pub fn scaffold(name: &str) -> Vec<(String, String)> {
    let id = id(name);
    let course = FILES.iter().map(|(path, text)| ((*path).to_owned(), text.replace(ID, &id)));
    course.chain(schemas().into_iter().map(|(name, text)| (format!("schema/{name}"), text))).collect()
}

/// The files of a new pack by their paths inside its folder: the lesson of a new course, with ids that are the pack's own.
#[must_use]
pub fn pack(name: &str) -> Vec<(String, String)> {
    // What is named after it must fit into an id as well.
    let id: String = id(name).chars().take(24).collect::<String>().trim_end_matches('-').to_owned();
    let own = |text: &str| {
        let text = text.replace("first-steps", &format!("{id}-first-steps")).replace("term:port", &format!("term:{id}-port"));
        // Folders keep their names: they are no ids.
        text.replace(&format!("01-{id}-first-steps"), "01-first-steps").replace("id: port\n", &format!("id: {id}-port\n"))
    };
    let lessons = FILES.iter().filter(|(path, _)| !path.ends_with("course.yaml")).map(|(path, text)| (own(path), own(text)));
    let manifest = MANIFEST.replace(ID, &id);
    let files = std::iter::once((super::files::PACK.to_owned(), manifest)).chain(lessons);
    files.chain(schemas().into_iter().map(|(name, text)| (format!("schema/{name}"), text))).collect()
}

/// What says that a folder is a pack.
const MANIFEST: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scaffold/pack.yaml"));

/// The nearest id to a folder's name.
fn id(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let id: String = words.join("-").chars().take(64).collect();
    if id.is_empty() { "my-course".to_owned() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::is_id;

    #[test]
    fn every_name_gives_an_id() {
        for (name, expected) in
            [("tea", "tea"), ("My Course!", "my-course"), ("é", "my-course"), ("--a__b", "a-b"), ("", "my-course")]
        {
            assert_eq!(id(name), expected);
            assert!(is_id(&id(name)));
        }
        assert!(is_id(&id(&"x".repeat(200))));
    }
}
