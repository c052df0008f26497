//! The roles of code by its grammar. The only file that names the highlighter.
//!
//! Grammars are regular expressions over hostile text: long lines are left plain, and a block that takes too long is
//! coloured as far as it got. It runs beside the drawing, or ahead of time; never on the path of a key press.

use std::collections::BTreeMap;
use std::time::Duration;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::domain::code::{Colours, Role, key};

/// Lines longer than this stay plain, in bytes.
pub const MAX_LINE: usize = 2_000;
/// More lines than this stay plain.
pub const MAX_LINES: usize = 5_000;

/// The grammars.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    rules: Vec<(Scope, Role)>,
}

impl std::fmt::Debug for Highlighter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Highlighter").finish_non_exhaustive()
    }
}

/// Scopes and the roles they mean; the longest that fits the innermost scope decides.
const RULES: [(&str, Role); 40] = [
    ("comment", Role::Comment),
    ("punctuation.definition.comment", Role::Comment),
    ("string", Role::String),
    ("punctuation.definition.string", Role::String),
    ("constant.character.escape", Role::Variable),
    ("constant", Role::Constant),
    ("constant.other.placeholder", Role::Variable),
    ("keyword", Role::Keyword),
    ("keyword.operator", Role::Plain),
    ("keyword.operator.word", Role::Keyword),
    ("keyword.operator.logical.python", Role::Keyword),
    ("keyword.operator.new", Role::Keyword),
    ("storage", Role::Keyword),
    ("storage.type.function.arrow", Role::Plain),
    ("support.function", Role::Function),
    ("support.type", Role::Type),
    ("support.class", Role::Type),
    ("support.constant", Role::Constant),
    ("entity.name.function", Role::Function),
    ("entity.name.type", Role::Type),
    ("entity.name.class", Role::Type),
    ("entity.name.struct", Role::Type),
    ("entity.name.impl", Role::Type),
    ("entity.name.namespace", Role::Type),
    ("entity.name.tag", Role::Key),
    ("entity.name.section", Role::Key),
    ("entity.other.attribute-name", Role::Key),
    ("entity.other.inherited-class", Role::Type),
    ("variable.function", Role::Function),
    ("variable.language", Role::Variable),
    ("variable.other.readwrite.shell", Role::Variable),
    ("variable.other.ruby", Role::Plain),
    ("meta.annotation", Role::Key),
    ("meta.interpolation", Role::Plain),
    ("markup.inserted", Role::Added),
    ("markup.deleted", Role::Removed),
    ("meta.diff.header", Role::Comment),
    ("variable.annotation", Role::Key),
    ("punctuation.definition.variable.shell", Role::Variable),
    ("punctuation.section.interpolation", Role::Variable),
];

impl Highlighter {
    /// Loads the grammars. Takes about a millisecond; their expressions are compiled when first used.
    #[must_use]
    pub fn new() -> Self {
        let mut rules: Vec<(Scope, Role)> =
            RULES.iter().filter_map(|(scope, role)| Some((Scope::new(scope).ok()?, *role))).collect();
        rules.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
        Self { syntaxes: two_face::syntax::extra_newlines(), rules }
    }

    /// The grammar of a language, by the name that courses use.
    fn syntax(&self, language: &str) -> Option<&SyntaxReference> {
        let token = match language {
            "javascript" => "js",
            "typescript" => "ts",
            "python" => "py",
            "ruby" => "rb",
            "rust" => "rs",
            "shell" | "bash" | "sh" => "sh",
            "compose" | "kubernetes" | "actions" | "procfile" => "yaml",
            "terraform" => "tf",
            "dockerfile" => "Dockerfile",
            other => other,
        };
        self.syntaxes.find_syntax_by_token(token)
    }

    /// Whether there is a grammar for a language.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        self.syntax(language).is_some()
    }

    /// The roles of `text`. `spent` tells how long this has taken so far; after `budget` the rest stays plain.
    pub fn colours(&self, language: &str, text: &str, budget: Duration, spent: &dyn Fn() -> Duration) -> Colours {
        let Some(syntax) = self.syntax(language) else { return Colours::default() };
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut lines = Vec::new();
        for line in text.lines().take(MAX_LINES) {
            if line.len() > MAX_LINE || spent() > budget {
                break;
            }
            let Ok(operations) = state.parse_line(&format!("{line}\n"), &self.syntaxes) else { break };
            let mut runs: Vec<(usize, Role)> = Vec::new();
            let mut at = 0;
            for (stop, operation) in &operations {
                self.run(&mut runs, &stack, line, at, *stop);
                at = (*stop).max(at);
                if stack.apply(operation).is_err() {
                    return Colours { lines };
                }
            }
            self.run(&mut runs, &stack, line, at, line.len());
            lines.push(runs);
        }
        Colours { lines }
    }

    /// One line for each piece of code (language and text): its key and its colours, sorted. What is made ahead of time.
    #[must_use]
    pub fn bake<'c>(&self, codes: impl IntoIterator<Item = (&'c str, &'c str)>) -> String {
        let mut lines = BTreeMap::new();
        for (language, text) in codes {
            let colours = self.colours(language, text, Duration::MAX, &|| Duration::ZERO);
            if !colours.lines.is_empty() {
                lines.insert(key(language, text), colours.encode());
            }
        }
        lines.into_iter().map(|(key, colours)| format!("{key:016x} {colours}\n")).collect()
    }

    fn run(&self, runs: &mut Vec<(usize, Role)>, stack: &ScopeStack, line: &str, from: usize, to: usize) {
        let to = to.min(line.len());
        if to <= from {
            return;
        }
        let role = self.role(stack.as_slice());
        match runs.last_mut() {
            Some((length, last)) if *last == role => *length += to - from,
            _ => runs.push((to - from, role)),
        }
    }

    /// From the innermost scope outwards, the first that a rule speaks of.
    fn role(&self, stack: &[Scope]) -> Role {
        for (depth, scope) in stack.iter().enumerate().rev() {
            for (rule, role) in &self.rules {
                if rule.is_prefix_of(*scope) {
                    let key = matches!(role, Role::String | Role::Plain) && stack.iter().take(depth).any(|outer| is_key(*outer));
                    return if key { Role::Key } else { *role };
                }
            }
            if is_key(*scope) {
                return Role::Key;
            }
        }
        Role::Plain
    }
}

impl Default for Highlighter {
    fn default() -> Self {
        Self::new()
    }
}

/// Keys of YAML, JSON and the like, where the text itself has the scope of a string.
fn is_key(scope: Scope) -> bool {
    let name = scope.build_string();
    name.starts_with("meta.mapping.key")
        || name.starts_with("entity.name.tag.yaml")
        || name.starts_with("meta.structure.dictionary.key")
}
