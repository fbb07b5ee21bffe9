//! XML: elements by path, attributes with `@`. A property list is read as the dictionary it stands for.

use std::ops::Range;

use roxmltree::{Document, NodeType, ParsingOptions};

use super::node::{DEPTH, Node, Outline};

/// An element with more attributes than this is refused.
const ATTRIBUTES: usize = 1_000;

/// Reads an XML document.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    if tag_depth(source) > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    // the parser compares each attribute of an element with every other
    if source
        .split('<')
        .any(|tag| tag.matches('=').count() > ATTRIBUTES && tag.find('>').is_none_or(|end| tag[..end].matches('=').count() > ATTRIBUTES))
    {
        return Err(format!("more than {ATTRIBUTES} attributes in one element"));
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 200_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(source, options).map_err(|error| error.to_string())?;
    let reader = XmlReader { lines: line_starts(source) };
    let element = document.root_element();
    let root = reader.element(element);
    let prologue = &source[..element.range().start];
    let comments: Vec<Range<usize>> = document.descendants().filter(roxmltree::Node::is_comment).map(|n| n.range()).collect();
    let mut outline = Outline::of(vec![(name(element), root)], comments);
    outline.rest = declarations(prologue);
    Ok(outline)
}

/// An upper bound of how deep elements are nested, told from the tags alone.
fn tag_depth(source: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in source.split('<').skip(1) {
        let end = tag.find('>').unwrap_or(tag.len());
        match tag.as_bytes().first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            _ if tag[..end].ends_with('/') => {}
            _ => depth += 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// What stands before the root element and is no comment.
fn declarations(prologue: &str) -> Vec<String> {
    let (mut out, mut left) = (String::new(), prologue);
    while let Some(start) = left.find("<!--") {
        out.push_str(&left[..start]);
        left = left[start..].find("-->").map_or("", |end| &left[start + end + 3..]);
    }
    out.push_str(left);
    out.split_whitespace().map(str::to_owned).collect()
}

fn line_starts(source: &str) -> Vec<usize> {
    std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

struct XmlReader {
    lines: Vec<usize>,
}

impl XmlReader {
    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    fn element(&self, element: roxmltree::Node<'_, '_>) -> Node {
        let line = self.line(element.range().start);
        let text: String = element.children().filter(roxmltree::Node::is_text).filter_map(|n| n.text()).collect();
        let children: Vec<_> = element.children().filter(roxmltree::Node::is_element).collect();
        if element.attributes().len() == 0 && children.is_empty() {
            return Node::scalar(line, text.trim());
        }
        if element.tag_name().name() == "dict" {
            return Node::map(line, self.dictionary(&children));
        }
        let attribute = |a: roxmltree::Attribute<'_, '_>| (format!("@{}", a.name()), Node::scalar(self.line(a.range().start), a.value()));
        let mut entries: Vec<(String, Node)> = element.attributes().map(attribute).collect();
        if !text.trim().is_empty() {
            entries.push(("#text".to_owned(), Node::scalar(line, text.trim())));
        }
        entries.extend(children.into_iter().map(|child| (name(child), self.element(child))));
        Node::map(line, entries)
    }

    /// `<key>` and the value after it.
    fn dictionary(&self, children: &[roxmltree::Node<'_, '_>]) -> Vec<(String, Node)> {
        let pair = |pair: &[roxmltree::Node<'_, '_>]| {
            let mut node = match pair.get(1) {
                Some(value) if matches!(value.tag_name().name(), "true" | "false") => Node::scalar(0, value.tag_name().name()),
                Some(value) => self.element(*value),
                None => Node::scalar(0, ""),
            };
            node.line = self.line(pair[0].range().start);
            (pair[0].text().unwrap_or_default().to_owned(), node)
        };
        children.chunks(2).map(pair).collect()
    }
}

/// The name without its namespace's prefix, which is notation.
fn name(element: roxmltree::Node<'_, '_>) -> String {
    debug_assert_eq!(element.node_type(), NodeType::Element, "only elements are asked for their name");
    element.tag_name().name().to_owned()
}
