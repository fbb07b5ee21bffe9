//! YAML: documents of a stream by kind, namespace and name; scalars as written; templates of Helm and the like looked through.
//!
//! Resolves no types: `no`, `0755` and `1.10` stay what the file says. An alias of a scalar is shown with what it stands for; an alias
//! of anything larger is shown by its name, what changed behind it is listed once, at the anchor.

use std::collections::HashMap;

use tree_sitter::Node as Syntax;

use super::node::{DEPTH, Node, Outline, Value, repeated, unquoted};
use super::tree;

/// The grammar counts lines, and what stands on one, with 16 bits; beyond that it finds errors where there are none.
const MOST: usize = i16::MAX as usize;

/// Reads a YAML stream.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    if deeply_indented(source) {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    if source.lines().nth(MOST).is_some() || source.lines().any(|line| line.len() > MOST) {
        return Err(format!("more than {MOST} lines or characters of a line, which its grammar cannot count"));
    }
    let (masked, rest) = without_templates(source);
    let parsed = tree::parse(&tree_sitter_yaml::LANGUAGE.into(), &masked)?;
    let mut reader = YamlReader { source, anchors: HashMap::new() };
    let mut documents = Vec::new();
    for document in tree::parts(parsed.root_node()) {
        let root = tree::parts(document).into_iter().find(|n| n.kind().ends_with("_node"));
        let mut node = match root {
            Some(root) => reader.node(root, 0)?,
            None => Node::map(tree::line(document), Vec::new()),
        };
        conceal_secret_objects(&mut node);
        documents.push(node);
    }
    documents.retain(|node| !matches!(&node.value, Value::Map(entries) if entries.is_empty()));
    Ok(Outline { documents: labelled(documents), comments: tree::comments(&parsed), rest, ..Outline::default() })
}

/// The grammar keeps one stack entry an indentation level; a file with absurdly many is refused before it is parsed.
fn deeply_indented(source: &str) -> bool {
    let mut levels: Vec<usize> = Vec::new();
    source.lines().filter(|line| !line.trim_start().is_empty()).any(|line| {
        let body = line.trim_start_matches([' ', '-', '?']);
        let markers = line[..line.len() - body.len()].matches(['-', '?']).count();
        let indent = line.len() - line.trim_start().len();
        while levels.last().is_some_and(|&last| last >= indent) {
            levels.pop();
        }
        levels.push(indent);
        levels.len() + markers > DEPTH
    })
}

/// The source with template expressions made harmless, byte for byte as long: a line of nothing else becomes blank (and is
/// returned as text beside the keys), an expression within a line becomes a plain word.
fn without_templates(source: &str) -> (String, Vec<String>) {
    if !source.contains("{{") {
        return (source.to_owned(), Vec::new());
    }
    let (mut out, mut rest) = (String::with_capacity(source.len()), Vec::new());
    for line in source.split_inclusive('\n') {
        let body = line.trim();
        if body.starts_with("{{") && body.ends_with("}}") && !body.contains("}}:") && !body[2..].contains("{{") {
            rest.push(body.to_owned());
            out.extend(line.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(&plain_expressions(line));
        }
    }
    (out, rest)
}

fn plain_expressions(line: &str) -> String {
    let (mut out, mut left) = (String::with_capacity(line.len()), line);
    while let Some(start) = left.find("{{") {
        let Some(length) = left[start..].find("}}") else { break };
        out.push_str(&left[..start]);
        out.push_str(&"x".repeat(length + 2));
        left = &left[start + length + 2..];
    }
    out + left
}

/// Documents are told apart by `kind/namespace/name`, else by their number.
fn labelled(documents: Vec<Node>) -> Vec<(String, Node)> {
    let mut seen = HashMap::new();
    let label = |index: usize, node: &Node| {
        let metadata = match &node.value {
            Value::Map(entries) => entries.iter().find(|(key, _)| key == "metadata").map(|(_, node)| node),
            _ => None,
        };
        let part = |key| metadata.and_then(|m| m.field(key));
        let parts = [node.field("kind"), part("namespace"), part("name")];
        if parts[0].is_none() || parts[2].is_none() {
            return format!("#{}", index + 1);
        }
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    };
    let labels: Vec<String> = documents.iter().enumerate().map(|(i, node)| label(i, node)).collect();
    let unique = |label: String| {
        let count: &mut usize = seen.entry(label.clone()).or_default();
        *count += 1;
        if *count == 1 { label } else { format!("{label}#{count}") }
    };
    labels.into_iter().map(unique).zip(documents).collect()
}

/// Whatever a Kubernetes `Secret` holds is secret, whatever its keys are called.
pub(super) fn conceal_secret_objects(document: &mut Node) {
    if document.field("kind") != Some("Secret") {
        return;
    }
    if let Value::Map(entries) = &mut document.value {
        let data = entries.iter_mut().filter(|(key, _)| key == "data" || key == "stringData");
        data.for_each(|(_, node)| node.conceal());
    }
}

struct YamlReader<'a> {
    source: &'a str,
    /// Anchors of scalars with the scalar as written.
    anchors: HashMap<&'a str, String>,
}

impl<'a> YamlReader<'a> {
    fn text(&self, node: Syntax<'_>) -> &'a str {
        tree::text(node, self.source)
    }

    fn node(&mut self, syntax: Syntax<'_>, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let (mut tag, mut anchor, mut body) = (None, None, None);
        for part in tree::parts(syntax) {
            match part.kind() {
                "tag" => tag = Some(self.text(part)),
                "anchor" => anchor = Some(self.text(part).trim_start_matches('&')),
                _ => body = Some(part),
            }
        }
        let Some(body) = body else {
            return Ok(Node::scalar(tree::line(syntax), tag.unwrap_or_default()));
        };
        let mut node = self.body(body, depth)?;
        if let (Some(anchor), Value::Scalar(scalar)) = (anchor, &node.value) {
            self.anchors.insert(anchor, scalar.written.clone());
        }
        if let Some(tag) = tag {
            apply(tag, &mut node);
        }
        Ok(node)
    }

    fn body(&mut self, body: Syntax<'_>, depth: usize) -> Result<Node, String> {
        let line = tree::line(body);
        Ok(match body.kind() {
            "block_mapping" | "flow_mapping" => Node::map(line, self.entries(body, depth)?),
            "block_sequence" | "flow_sequence" => Node::list(line, self.items(body, depth)?),
            "alias" => self.alias(line, self.text(body)),
            kind => scalar(line, kind, self.text(body), body.named_child(0).map(|n| n.kind())),
        })
    }

    fn alias(&self, line: u32, name: &str) -> Node {
        match self.anchors.get(name.trim_start_matches('*')) {
            Some(value) => Node::scalar(line, format!("{name} ({value})")),
            None => Node::scalar(line, name),
        }
    }

    fn entries(&mut self, mapping: Syntax<'_>, depth: usize) -> Result<Vec<(String, Node)>, String> {
        let mut entries = Vec::new();
        for pair in tree::parts(mapping) {
            entries.push(self.pair(pair, depth)?);
        }
        // the branches of a template may each have it; merge keys are often repeated
        match repeated(&entries).filter(|(key, _)| key != "<<" && !self.source.contains("{{")) {
            Some((key, node)) => Err(format!("`{key}` stands twice in one mapping (line {})", node.line)),
            None => Ok(entries),
        }
    }

    fn pair(&mut self, pair: Syntax<'_>, depth: usize) -> Result<(String, Node), String> {
        if !pair.kind().ends_with("_pair") {
            return Ok((unquoted(self.text(pair)).to_owned(), Node::scalar(tree::line(pair), "")));
        }
        let key = pair.child_by_field_name("key").map_or("", |key| self.text(key));
        let mut node = match pair.child_by_field_name("value") {
            Some(value) => self.node(value, depth + 1)?,
            None => Node::scalar(tree::line(pair), ""),
        };
        node.line = tree::line(pair);
        Ok((unquoted(key).to_owned(), node))
    }

    fn items(&mut self, sequence: Syntax<'_>, depth: usize) -> Result<Vec<Node>, String> {
        let mut items = Vec::new();
        for item in tree::parts(sequence) {
            let inner = if item.kind() == "block_sequence_item" { item.named_child(0) } else { Some(item) };
            items.push(match inner.filter(|n| n.kind() != "comment") {
                Some(pair) if pair.kind() == "flow_pair" => Node::map(tree::line(pair), vec![self.pair(pair, depth + 1)?]),
                Some(inner) => self.node(inner, depth + 1)?,
                None => Node::scalar(tree::line(item), ""),
            });
        }
        Ok(items)
    }
}

/// Quotes are notation where the plain text would be a string too.
fn scalar(line: u32, kind: &str, written: &str, plain: Option<&str>) -> Node {
    let body = || written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
    match kind {
        "double_quote_scalar" if !written.contains('\\') => Node::noted(line, written, format!("s:{}", body())),
        "single_quote_scalar" => Node::noted(line, written, format!("s:{}", body().replace("''", "'"))),
        "plain_scalar" if plain == Some("string_scalar") => Node::noted(line, written, format!("s:{written}")),
        _ => Node::scalar(line, written.trim_end()),
    }
}

/// A tag is part of what is written; `!vault` and its like say that the value is secret.
fn apply(tag: &str, node: &mut Node) {
    if ["!vault", "!vault-encrypted", "!secret", "!encrypted"].iter().any(|t| tag.starts_with(t)) {
        node.conceal();
    }
    if let Value::Scalar(scalar) = &mut node.value {
        scalar.written = format!("{tag} {}", scalar.written);
        scalar.meaning = scalar.meaning.take().map(|meaning| format!("{tag} {meaning}"));
    }
}
