//! Quotes within quotes: the rows know plain quotes alone, so `sh -c 'KEY='\''x'\'' run'` is also read as `sh -c 'KEY='x' run'`.

use super::kinds::Secret;

/// How a quote is written inside a text in single quotes.
const WRITTEN: &[&str] = &[r"'\''", r#"'"'"'"#];

/// A text with plain quotes.
pub(super) struct Plain {
    pub(super) text: String,
    /// Where a quote stands in it, and how many bytes longer it was.
    quotes: Vec<(usize, usize)>,
}

impl Plain {
    /// None where no quote is written in another way.
    pub(super) fn of(text: &str) -> Option<Self> {
        let next = |from: usize| WRITTEN.iter().filter_map(|quote| Some((from + text[from..].find(quote)?, quote.len()))).min();
        let (mut plain, mut at) = (Self { text: String::new(), quotes: Vec::new() }, 0);
        while let Some((found, length)) = next(at) {
            plain.text.push_str(&text[at..found]);
            plain.quotes.push((plain.text.len(), length - 1));
            plain.text.push('\'');
            at = found + length;
        }
        plain.text.push_str(&text[at..]);
        (at > 0).then_some(plain)
    }

    /// A secret of the plain text, where it stands in the text as it was.
    pub(super) fn as_written(&self, Secret { range, name }: Secret) -> Secret {
        let before = |at: usize| self.quotes.iter().take_while(|(quote, _)| *quote < at).map(|(_, longer)| longer).sum::<usize>();
        Secret { range: range.start + before(range.start)..range.end + before(range.end), name }
    }
}
