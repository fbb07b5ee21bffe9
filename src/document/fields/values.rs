//! Reading what was typed behind an option of `journal add`.

use serde_json::{Value, json};

/// A text as it is.
pub(super) fn text(typed: &str) -> Result<Value, String> {
    match typed.trim() {
        "" => Err("it is empty".to_owned()),
        text => Ok(text.into()),
    }
}

/// `name: what speaks for and against it`.
pub(super) fn option(typed: &str) -> Result<Value, String> {
    let (name, text) = split(typed)?;
    Ok(json!([{ "name": name, "text": text }]))
}

/// The same, taken.
pub(super) fn chosen(typed: &str) -> Result<Value, String> {
    let (name, text) = split(typed)?;
    Ok(json!([{ "name": name, "text": text, "chosen": true }]))
}

fn split(typed: &str) -> Result<(String, Option<String>), String> {
    let (name, text) = match typed.split_once(": ") {
        Some((name, text)) => (name.trim(), Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        None => (typed.trim().trim_end_matches(':'), None),
    };
    if name.is_empty() { Err("the option has no name".to_owned()) } else { Ok((name.to_owned(), text)) }
}

/// `25`, `25m`, `1h`, `1h30m`: minutes.
pub(super) fn minutes(typed: &str) -> Result<Value, String> {
    let wrong = || "it is no length of time: use minutes (25) or hours and minutes (1h30m)".to_owned();
    let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
    let typed = typed.trim().trim_end_matches("minutes").trim_end_matches("min").trim_end();
    let (hours, rest) = typed.split_once('h').map_or((Ok(0), typed), |(hours, rest)| (number(hours), rest));
    let rest = rest.trim().trim_end_matches('m');
    let minutes = if rest.is_empty() && typed.contains('h') { 0 } else { number(rest)? };
    hours?.checked_mul(60).and_then(|hours| hours.checked_add(minutes)).map(Value::from).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (typed, read) in [("25", 25), ("25m", 25), ("25 min", 25), ("1h", 60), ("1h30m", 90), ("2h 5", 125), ("0", 0)] {
            assert_eq!(minutes(typed), Ok(read.into()), "{typed}");
        }
        for wrong in ["", "long", "-5", "h", "1.5h", "99999999999", "4294967295h"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn options_have_a_name_and_perhaps_a_reason() {
        assert_eq!(option("Lock: simple: no migration"), Ok(json!([{"name": "Lock", "text": "simple: no migration"}])));
        assert_eq!(chosen("https://example.org"), Ok(json!([{"name": "https://example.org", "text": null, "chosen": true}])));
        assert!(option(" : why").is_err());
    }
}
