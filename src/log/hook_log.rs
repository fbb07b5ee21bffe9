//! What hooks wrote by themselves: a plain list beside the log, one short line a hook, appended by the shell without starting a process.
//!
//! A shell has neither JSON nor a checksum nor, everywhere, a clock. A line is `1 HEAD HOOK ARGUMENTS… HEAD`, where HEAD is the commit's id
//! or `-`: the version first, the id again as the mark of its end, so that a torn line shows. A line that does not fit is counted as
//! damaged. When a hook ran the reflog tells; a line that is there twice does no harm. A line torn behind an argument that is HEAD's id, as
//! one of `post-checkout` is, passes for whole: its commit is right, and nothing reads the arguments.

use crate::event::Hooked;

/// Longest line in bytes: what git gives to a hook is shorter.
const LONGEST: usize = 512;

/// The hooks that the list tells of, and how many lines of it do not fit.
pub(super) fn read(bytes: &[u8]) -> (Vec<Hooked>, usize) {
    let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    let (records, damaged): (Vec<_>, Vec<_>) = lines.map(line).partition(Option::is_some);
    (records.into_iter().flatten().collect(), damaged.len())
}

fn line(bytes: &[u8]) -> Option<Hooked> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)?;
    let words: Vec<&str> = text.split(' ').collect();
    let ["1", head, hook, arguments @ .., end] = words.as_slice() else { return None };
    let is_id = |word: &str| [40, 64].contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let is_hook = |word: &str| word.starts_with("post-") && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let plain = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let fits = head == end && (*head == "-" || is_id(head)) && is_hook(hook) && arguments.len() <= 3 && arguments.iter().all(plain);
    fits.then(|| Hooked {
        hook: (*hook).to_owned(),
        head: Some(*head).filter(|head| is_id(head)).map(str::to_owned),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    fn written() -> String {
        format!(
            "\n1 {ID} post-commit {ID}\n\n1 - post-checkout {ID} {ID} 1 -\n\n1 {ID} post-rewrite amend {ID}\n\n1 {ID} post-merge 0 {ID}\n"
        )
    }

    #[test]
    fn lines_are_read_back() {
        let (records, damaged) = read(written().as_bytes());
        let told: Vec<_> = records.iter().map(|h| (h.hook.as_str(), h.head.as_deref(), h.arguments.len())).collect();
        let all = [("post-commit", Some(ID), 0), ("post-checkout", None, 3), ("post-rewrite", Some(ID), 1), ("post-merge", Some(ID), 1)];
        assert_eq!((told.as_slice(), damaged), (&all[..], 0));
    }

    #[test]
    fn a_list_cut_anywhere_keeps_every_whole_line_and_makes_up_none() {
        let (text, (all, _)) = (written(), read(written().as_bytes()));
        for cut in 0..text.len() {
            let (records, _) = read(&text.as_bytes()[..cut]);
            assert_eq!(records, all[..records.len()], "cut at {cut}");
            let whole = text[..cut].matches('\n').count() / 2;
            assert!(records.len() >= whole, "cut at {cut}");
            // a later line is never glued to a torn one
            let again = format!("{}\n1 {ID} post-commit {ID}\n", &text[..cut]);
            assert_eq!(read(again.as_bytes()).0.last(), all.first());
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let long = format!("1 {ID} post-commit {} {ID}", "0".repeat(600));
        for line in ["garbage", "\u{0}\u{fffd}", "2 - post-commit -", "1 - pre-push -", "1 abc post-commit abc", "1 -", &long] {
            assert_eq!(read(line.as_bytes()), (Vec::new(), 1), "{line:?}");
        }
        assert_eq!(read(format!("1 {ID} post-commit {}", ID.replace('0', "1")).as_bytes()), (Vec::new(), 1));
    }
}
