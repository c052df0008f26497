//! Texts as HTML, escaped, without a link or anything else that acts.

use pulldown_cmark_escape::escape_html;

use crate::domain::doc::{Body, Doc, Rich};

/// Text with its special characters escaped.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Writing into a String cannot fail.
    let _ = escape_html(&mut out, text);
    out
}

/// A line of text.
#[must_use]
pub fn rich(text: &Rich) -> String {
    let mut out = String::new();
    for inline in &text.0 {
        let mut words = escaped(inline.text.as_str());
        for (on, tag) in [(inline.style.code, "code"), (inline.style.emphasis, "em"), (inline.style.strong, "strong")] {
            if on {
                words = format!("<{tag}>{words}</{tag}>");
            }
        }
        out += &words;
    }
    out
}

/// Code as it stands.
#[must_use]
pub fn code(text: &str) -> String {
    format!("<pre><code>{}</code></pre>", escaped(text))
}

/// A text of several blocks.
#[must_use]
pub fn doc(doc: &Doc) -> String {
    let mut out = String::new();
    for block in &doc.blocks {
        let marker = block.marker().map(|marker| escaped(marker) + " ").unwrap_or_default();
        match &block.body {
            Body::Heading { text, .. } => out += &format!("<p><strong>{}</strong></p>", rich(text)),
            Body::Paragraph(text) | Body::Card { text, .. } => out += &format!("<p>{marker}{}</p>", rich(text)),
            Body::Code { text, .. } => out += &code(text.as_str()),
            Body::Rule => out += "<hr>",
            Body::Table { head, rows } => {
                let row = |cells: &[Rich], tag: &str| {
                    let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", rich(cell))).collect();
                    format!("<tr>{cells}</tr>")
                };
                let rows: String = rows.iter().map(|cells| row(cells, "td")).collect();
                out += &format!("<table>{}{rows}</table>", row(head, "th"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_passes() {
        assert_eq!(escaped("<script>\"&'"), "&lt;script&gt;&quot;&amp;&#39;");
        assert_eq!(rich(&Rich::plain("a < b")), "a &lt; b");
        assert_eq!(code("x\n  <y>"), "<pre><code>x\n  &lt;y&gt;</code></pre>");
    }
}
