//! Formats of one record a line, known by its first fields: hosts, mounts, access rules, processes.

use super::lines::{Sections, joined, lines};
use super::node::Outline;

/// `/etc/hosts`: by address.
pub(super) fn hosts(source: &str) -> Result<Outline, String> {
    Ok(records(source, |_| 1))
}

/// `fstab`: by device and mount point.
pub(super) fn fstab(source: &str) -> Result<Outline, String> {
    Ok(records(source, |_| 2))
}

/// `pg_hba.conf`: by everything before the method; `local` lines have no address.
pub(super) fn pg_hba(source: &str) -> Result<Outline, String> {
    Ok(records(source, |first| if first == "local" { 3 } else { 4 }))
}

/// Lines of fields; the first ones are the key.
fn records(source: &str, key_fields: fn(&str) -> usize) -> Outline {
    let (mut out, mut lines) = (Sections::default(), lines(source));
    while let Some((line, body)) = out.next(&mut lines, &['#']) {
        let fields: Vec<&str> = out.without_comment(&line, body, &['#']).split_whitespace().collect();
        let (key, value) = fields.split_at(key_fields(fields.first().copied().unwrap_or_default()).min(fields.len()));
        out.push(&key.join(" "), value.join(" "), line.number);
    }
    out.finish()
}

/// sudoers: by who and where, or by the setting's or the alias's name; what is allowed stands behind the first `=`.
pub(super) fn sudoers(source: &str) -> Result<Outline, String> {
    let (mut out, mut lines) = (Sections::default(), lines(source));
    while let Some((line, body)) = out.next(&mut lines, &['#']) {
        let body = out.without_comment(&line, body, &['#']).to_owned();
        let whole = joined(body, &mut lines);
        let (key, value) = whole.split_once('=').map_or((whole.as_str(), ""), |(key, value)| (key, value.trim()));
        out.push(&key.split_whitespace().collect::<Vec<_>>().join(" "), value, line.number);
    }
    Ok(out.finish())
}

/// Procfile: a process and its command.
pub(super) fn procfile(source: &str) -> Result<Outline, String> {
    let (mut out, mut lines) = (Sections::default(), lines(source));
    while let Some((line, body)) = out.next(&mut lines, &['#']) {
        let (name, command) = body.split_once(':').unwrap_or((body, ""));
        out.push(name.trim_end(), command.trim_start(), line.number);
    }
    Ok(out.finish())
}
