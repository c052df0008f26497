//! A BAD/GOOD pair: two real source files and notes tied to their lines.

use super::doc::Rich;
use super::id::PairId;
use super::text::SafeText;

/// Two files that show one difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its id.
    pub id: PairId,
    /// The language or tool, by the name that the course uses (`javascript`, `kubernetes`).
    pub language: String,
    /// A few words.
    pub title: Rich,
    /// The one thing that it shows.
    pub says: Rich,
    /// For whoever speaks in front of a class.
    pub speaker: Option<Rich>,
    /// What people write.
    pub bad: Side,
    /// What a reviewer accepts.
    pub good: Side,
}

/// One file of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The file's name, shown above the code.
    pub file: SafeText,
    /// Its text, lines separated by LF, without a final one.
    pub code: SafeText,
    /// In the order of the lines.
    pub notes: Vec<Note>,
}

/// A remark about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line, from 0.
    pub line: usize,
    /// The number that is shown, from 1, counted through both sides of the pair.
    pub number: usize,
    /// What is to be said.
    pub text: Rich,
}

/// The name of a language as a reader writes it.
#[must_use]
pub fn language_name(language: &str) -> &str {
    match language {
        "javascript" => "JavaScript",
        "typescript" => "TypeScript",
        "python" => "Python",
        "go" => "Go",
        "java" => "Java",
        "ruby" => "Ruby",
        "rust" => "Rust",
        "dockerfile" => "Dockerfile",
        "compose" => "Compose",
        "kubernetes" => "Kubernetes",
        "terraform" => "Terraform",
        "shell" => "Shell",
        "actions" => "GitHub Actions",
        "yaml" => "YAML",
        "json" => "JSON",
        "toml" => "TOML",
        "xml" => "XML",
        "sql" => "SQL",
        "ini" => "INI",
        "procfile" => "Procfile",
        "text" => "Text",
        other => other,
    }
}

/// Every language that a pair may name.
pub const LANGUAGES: [&str; 21] = [
    "javascript",
    "typescript",
    "python",
    "go",
    "java",
    "ruby",
    "rust",
    "dockerfile",
    "compose",
    "kubernetes",
    "terraform",
    "shell",
    "actions",
    "yaml",
    "json",
    "toml",
    "xml",
    "sql",
    "ini",
    "procfile",
    "text",
];
