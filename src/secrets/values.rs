//! Values that hold no secret whatever their key: references to where one is kept, placeholders, types, switches.

/// Text without one pair of quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let inner = |q: char| text.strip_prefix(q)?.strip_suffix(q);
    inner('"').or_else(|| inner('\'')).or_else(|| inner('`')).unwrap_or(text)
}

/// A reference, a placeholder, nothing, or something masked already.
pub(super) fn is_harmless(value: &str) -> bool {
    let value = value.trim();
    let first = value.split('|').next().unwrap_or_default();
    value.is_empty() || is_masked(value) || is_word(first) || is_reference(value) || is_placeholder(value)
}

/// What [`super::mask`] leaves behind, and what is left where a line was cut before it.
fn is_masked(value: &str) -> bool {
    value.starts_with('…') || super::mark::begins_with_mark(value)
}

/// Words that say something about a secret instead of being one.
fn is_word(value: &str) -> bool {
    const WORDS: [&str; 32] = [
        "true", "false", "null", "none", "nil", "undefined", "yes", "no", "on", "off", "~", "inherit", "string", "str", "bytes", "number",
        "int", "integer", "boolean", "bool", "any", "object", "text", "required", "optional", "unset", "default", "disabled", "enabled",
        "auto", "read", "write",
    ];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Points to where the secret is kept: `${DB_PASSWORD}`, `os.environ["X"]`, `{{ vault_key }}`, `op://…`, `var.password`.
fn is_reference(value: &str) -> bool {
    const STARTS: [&str; 32] = [
        "${", "$(", "%(", "{{", "<%", "#{", "%env(", "@Value", "!Ref", "!Sub", "!GetAtt", "!ImportValue", "!secret", "op://", "vault:",
        "ssm:", "arn:", "env:", "file:", "file(", "env(", "getenv(", "os.environ", "os.getenv", "process.env", "import.meta.env", "ENV[",
        "secrets.", "var.", "local.", "data.", "module.",
    ];
    let variable = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':');
    STARTS.iter().any(|start| value.starts_with(start))
        || value.strip_prefix('$').is_some_and(|name| variable(name) && !name.as_bytes()[0].is_ascii_digit())
        || value.strip_prefix('%').and_then(|v| v.strip_suffix('%')).is_some_and(variable)
        || ["${{", "{{", "ENC["].iter().any(|mark| value.contains(mark))
        || is_plain_path(value)
        || (value.starts_with(['/', '.', '~'])
            && value.contains('/')
            && value.contains(['.', '_', '-'])
            && !value.contains(char::is_whitespace))
}

/// `/srv/app`: folders of small letters alone.
fn is_plain_path(value: &str) -> bool {
    let folders = value.strip_prefix('/').map(|rest| rest.trim_end_matches('/').split('/')).into_iter().flatten();
    let is_word = |folder: &str| !folder.is_empty() && folder.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
    folders.clone().count() > 1 && folders.clone().all(is_word)
}

/// Stands where a secret is to be put: `changeme`, `<token>`, `your-api-key`, `xxxx`, `***`, `...`.
pub(super) fn is_placeholder(value: &str) -> bool {
    const PARTS: [&str; 18] = [
        "changeme", "change-me", "change_me", "changeit", "change-it", "replaceme", "replace-me", "replace_me", "replace-with",
        "replace_with", "placeholder", "your-", "your_", "yourpassword", "insert-", "redacted", "to-be-defined", "fixme",
    ];
    const WHOLE: [&str; 8] = ["todo", "tbd", "example", "dummy", "fake", "foo", "bar", "foobar"];
    /// As many in a placeholder number it, or name a year.
    const DIGITS: usize = 5;
    let lower = value.to_ascii_lowercase();
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let inner = lower.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let uniform = lower.chars().all(|c| matches!(c, 'x' | '*' | '.' | '…' | '-' | '_' | '#' | '?')) || is_one_character(&lower);
    uniform
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']'))
        || (value.starts_with('{') && value.ends_with('}'))
        // numbers beside it make a value of it
        || PARTS.iter().any(|part| lower.contains(part) && lower.len() <= part.len() + 24) && digits < DIGITS
        || WHOLE.contains(&inner)
        || (value.starts_with('%') && value.len() <= 3)
        || value.ends_with("EXAMPLE")
        || value.ends_with("EXAMPLEKEY")
}

fn is_one_character(text: &str) -> bool {
    text.len() >= 3 && text.chars().all(|c| text.starts_with(c))
}

/// A word that documentation puts in a secret's place: `user:password@host`, `-u name:passwd`.
pub(super) fn is_example(value: &str) -> bool {
    const WORDS: [&str; 7] = ["password", "pass", "passwd", "pwd", "pw", "secret", "token"];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A word of running text, as it stands behind an option that is only spoken of: `--password must …`.
pub(super) fn is_prose(value: &str) -> bool {
    const WORDS: [&str; 31] = [
        "to", "is", "and", "or", "for", "from", "with", "in", "if", "as", "flag", "option", "argument", "value", "parameter", "must",
        "should", "can", "when", "was", "not", "the", "on", "via", "are", "instead", "options", "arguments", "flags", "parameters",
        "command",
    ];
    WORDS.contains(&value.trim_end_matches([',', '.', ';', ':', ')', '`']))
}

/// A switch, a small number or a duration: nothing that could be a token, though it may well be a password.
pub(super) fn is_flag_or_count(value: &str, kind: &str) -> bool {
    if value.strip_prefix("0x").is_some_and(|hex| hex.len() <= 8 && hex.bytes().all(|b| b.is_ascii_hexdigit())) {
        return kind != "password";
    }
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let unit = &value[digits..];
    kind != "password" && digits > 0 && digits < 8 && ["", "s", "m", "h", "d", "ms", "sec", "min", "days"].contains(&unit)
}

/// Bits of surprise a character, by the text's own frequencies.
pub(super) fn entropy(text: &str) -> f64 {
    let (mut counts, total) = ([0_u32; 256], text.len());
    text.bytes().for_each(|b| counts[usize::from(b)] += 1);
    let share = |n: u32| f64::from(n) / total as f64;
    counts.iter().filter(|&&n| n > 0).map(|&n| -share(n) * share(n).log2()).sum()
}

/// Letters and digits both, as in what machines make and words do not have.
pub(super) fn is_mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a value in running text or code can be a secret, given how it is written there.
pub(super) fn is_plausible(kind: &str, value: &str, style: Style) -> bool {
    if is_harmless(value) || is_flag_or_count(value, kind) || value.len() < 4 || echoes(value) {
        return false;
    }
    match style {
        Style::Environment => !is_expression(value),
        Style::Line => value.len() >= 6 && !is_expression(value) && (kind == "password" || kind == "secret" || is_mixed(value)),
        Style::Quoted if kind == "password" || kind == "secret" => is_mixed(value) || !value.contains(char::is_whitespace),
        Style::Quoted => value.len() >= 8 && is_mixed(value) && !value.contains(char::is_whitespace),
        Style::Bare => {
            let special = value.contains(['!', '@', '#', '$', '%', '^', '*', '~', '+', '/']);
            value.len() >= 6 && (is_mixed(value) || special) && !is_expression(value)
        }
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `KEY=value`, capitals, no blanks.
    Environment,
    /// `key=value`, alone on its line.
    Line,
    /// In quotes.
    Quoted,
    /// Neither.
    Bare,
}

/// Code, not a literal: calls, paths, member access, generics.
fn is_expression(value: &str) -> bool {
    let identifier = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    value.contains(['(', '[', '<', '{', '|'])
        || value.strip_suffix('!').is_some_and(|name| identifier(name) && !is_mixed(name))
        || value.contains("::")
        || value.contains("&&")
        || value.contains("->")
        || value.starts_with(['$', '@', '*', '%', ':', '.', '/', '+', '=', '&', '_'])
        || (value.contains('.') && !is_random(value) && value.trim_end_matches(['.', '?', '!', ';', ',']).split('.').all(identifier))
}

/// What a machine made: long, letters and digits mixed, hardly a character twice.
pub(super) fn is_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.len() >= 20 && digits >= 2 && is_mixed(value) && entropy(value) >= 3.5
}

/// The value only repeats the word: `password: "password"`, `token = new_token2`.
pub(super) fn echoes(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    ["password", "passwd", "token", "secret", "api_key", "apikey", "credential"].iter().any(|word| {
        let rest = lower.replace(word, "");
        rest.len() < lower.len()
            && rest.bytes().filter(u8::is_ascii_digit).count() <= 1
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ' | b'.' | b':'))
            && rest.len() <= 16
    })
}
