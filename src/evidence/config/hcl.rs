//! HCL (Terraform, Packer, Nomad): blocks become keys by type and labels, expressions other than lists and objects stay text.

use tree_sitter::Node as Syntax;

use super::node::{DEPTH, Node, Outline, Value, unquoted};
use super::tree;

/// Reads an HCL body.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    let parsed = tree::parse(&tree_sitter_hcl::LANGUAGE.into(), source)?;
    let reader = HclReader { source };
    let mut root = Vec::new();
    for part in tree::parts(parsed.root_node()) {
        match part.kind() {
            "body" => root.extend(reader.body(part, 0)?),
            _ => root.extend(reader.object(part, 0)?),
        }
    }
    Ok(Outline::of(root, tree::comments(&parsed)))
}

type Entries = Vec<(String, Node)>;

struct HclReader<'a> {
    source: &'a str,
}

impl HclReader<'_> {
    fn body(&self, body: Syntax<'_>, depth: usize) -> Result<Entries, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let mut entries = Vec::new();
        for part in tree::parts(body) {
            match part.kind() {
                "attribute" => {
                    let name = part.named_child(0).map_or("", |n| tree::text(n, self.source));
                    let expression = tree::parts(part).into_iter().find(|n| n.kind() == "expression");
                    let mut node = expression.map_or_else(|| Ok(Node::scalar(0, "")), |e| self.expression(e, depth + 1))?;
                    node.line = tree::line(part);
                    entries.push((name.to_owned(), node));
                }
                "block" => self.block(part, depth, &mut entries)?,
                _ => {}
            }
        }
        Ok(entries)
    }

    fn block(&self, block: Syntax<'_>, depth: usize, into: &mut Entries) -> Result<(), String> {
        let (mut names, mut entries) = (Vec::new(), Vec::new());
        for part in tree::parts(block) {
            match part.kind() {
                "identifier" | "string_lit" => names.push(unquoted(tree::text(part, self.source))),
                "body" => entries = self.body(part, depth + 1)?,
                _ => {}
            }
        }
        conceal_sensitive(&mut entries);
        let line = tree::line(block);
        place(into, &names, Node::map(line, entries))
    }

    fn expression(&self, expression: Syntax<'_>, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let (line, written) = (tree::line(expression), tree::text(expression, self.source));
        let inner = expression.named_child(0).filter(|n| n.byte_range() == expression.byte_range());
        let collection = inner.filter(|n| n.kind() == "collection_value").and_then(|n| n.named_child(0));
        Ok(match collection {
            Some(object) if object.kind() == "object" => Node::map(line, self.object(object, depth)?),
            Some(tuple) if tuple.kind() == "tuple" => {
                let items = tree::parts(tuple).into_iter().filter(|n| n.kind() == "expression");
                Node::list(line, items.map(|n| self.expression(n, depth + 1)).collect::<Result<_, _>>()?)
            }
            _ => Node::scalar(line, written),
        })
    }

    fn object(&self, object: Syntax<'_>, depth: usize) -> Result<Entries, String> {
        let mut entries = Vec::new();
        for element in tree::parts(object).into_iter().filter(|n| n.kind() == "object_elem") {
            let field = |name| element.child_by_field_name(name);
            if let (Some(key), Some(value)) = (field("key"), field("val")) {
                let mut node = self.expression(value, depth + 1)?;
                node.line = tree::line(element);
                entries.push((unquoted(tree::text(key, self.source)).to_owned(), node));
            }
        }
        Ok(entries)
    }
}

/// A variable or output that calls itself sensitive holds secrets.
fn conceal_sensitive(entries: &mut Entries) {
    let sensitive = |(key, node): &(String, Node)| key == "sensitive" && matches!(&node.value, Value::Scalar(s) if s.written == "true");
    if entries.iter().any(sensitive) {
        let values = entries.iter_mut().filter(|(key, _)| key == "default" || key == "value");
        values.for_each(|(_, node)| node.conceal());
    }
}

/// Finding a block's place costs a look at its neighbours; so many side by side are refused.
const BLOCKS: usize = 5_000;

/// Puts a block under its type and labels; blocks of the same name stay side by side.
fn place(mut entries: &mut Entries, names: &[&str], block: Node) -> Result<(), String> {
    let Some((last, groups)) = names.split_last() else { return Ok(()) };
    for name in groups.iter().take(DEPTH) {
        if entries.len() > BLOCKS {
            return Err(format!("more than {BLOCKS} blocks side by side"));
        }
        let found = entries.iter().position(|(key, node)| key == name && matches!(node.value, Value::Map(_)));
        let at = found.unwrap_or_else(|| {
            entries.push(((*name).to_owned(), Node::map(block.line, Vec::new())));
            entries.len() - 1
        });
        match &mut entries[at].1.value {
            Value::Map(inner) => entries = inner,
            _ => return Err(format!("`{name}` is no block")),
        }
    }
    entries.push(((*last).to_owned(), block));
    Ok(())
}
