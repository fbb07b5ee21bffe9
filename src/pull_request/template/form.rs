//! Form templates (Gitea, Forgejo): their fields in order become headings with instructions and boxes, which are then filled like any other.
//!
//! Only the shape that forms have is read: a list `body` whose entries have a `type` and `attributes`. Anything else in the file is passed
//! over.

use super::Template;

/// A field of the form.
#[derive(Debug, Default)]
struct Field {
    kind: String,
    label: String,
    description: String,
    value: String,
    options: Vec<String>,
}

/// Reads a form.
pub fn read(text: &str) -> Template {
    let mut title = None;
    let (mut fields, mut in_body): (Vec<Field>, bool) = (Vec::new(), false);
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let indent = line.len() - line.trim_start().len();
        let entry = line.trim_start();
        if entry.is_empty() || entry.starts_with('#') {
            continue;
        }
        if indent == 0 && !entry.starts_with('-') {
            in_body = entry.starts_with("body:");
        }
        let item = entry.strip_prefix("- ").unwrap_or(entry);
        let Some((key, raw)) = item.split_once(':') else { continue };
        let (value, used) = scalar(raw.trim(), &lines[at..], indent);
        at += used;
        match (in_body, key.trim()) {
            (false, "title") => title = Some(value).filter(|value| !value.is_empty()),
            (true, "type") if entry.starts_with("- ") => fields.push(Field { kind: value, ..Field::default() }),
            (true, key) => set(fields.last_mut(), key, value, entry.starts_with("- ")),
            _ => {}
        }
    }
    Template { text: fields.iter().map(markdown).collect::<Vec<_>>().join("\n"), title }
}

fn set(field: Option<&mut Field>, key: &str, value: String, item: bool) {
    let Some(field) = field else { return };
    match key {
        "label" if item => field.options.push(value),
        "type" if field.kind.is_empty() => field.kind = value,
        "label" => field.label = value,
        "description" => field.description = value,
        "value" | "placeholder" if field.value.is_empty() => field.value = value,
        _ => {}
    }
}

/// A value on its line, or the block below it; and how many lines that took.
fn scalar(raw: &str, below: &[&str], indent: usize) -> (String, usize) {
    if !raw.starts_with(['|', '>']) {
        let bare = raw.trim_matches(['"', '\'']);
        return (bare.to_owned(), 0);
    }
    let inside = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
    let block: Vec<&str> = below.iter().take_while(inside).copied().collect();
    let depth = block.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let joint = if raw.starts_with('|') { "\n" } else { " " };
    let text = block.iter().map(|line| line.get(depth..).unwrap_or_default()).collect::<Vec<_>>().join(joint);
    (text.trim().to_owned(), block.len())
}

fn markdown(field: &Field) -> String {
    let comment = |text: &str| if text.is_empty() { String::new() } else { format!("<!-- {} -->\n", text.replace("--", "–")) };
    match field.kind.as_str() {
        "markdown" => format!("{}\n", field.value),
        "checkboxes" => {
            let boxes: String = field.options.iter().map(|option| format!("- [ ] {option}\n")).collect();
            format!("### {}\n\n{}{boxes}", field.label, comment(&field.description))
        }
        _ => format!("### {}\n\n{}", field.label, comment([&field.description, &field.value].map(String::as_str).join(" ").trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_headings_and_boxes() {
        let text = "name: Change\ntitle: \"[Change] \"\nbody:\n  - type: markdown\n    attributes:\n      value: |\n        Thanks!\n        Read on.\n  - type: textarea\n    id: what\n    attributes:\n      label: Summary\n      description: What does it do?\n    validations:\n      required: true\n  - type: checkboxes\n    attributes:\n      label: Checklist\n      options:\n        - label: I added tests\n          required: true\n        - label: I have read it\n";
        let template = read(text);
        assert_eq!(template.title.as_deref(), Some("[Change] "));
        assert_eq!(
            template.text,
            "Thanks!\nRead on.\n\n### Summary\n\n<!-- What does it do? -->\n\n### Checklist\n\n- [ ] I added tests\n- [ ] I have read it\n"
        );
    }
}
