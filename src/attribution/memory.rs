//! Objects kept in memory, for tests of what is built on them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use anyhow::Result;

use super::objects::{CommitFacts, Named, Objects, Text};
use crate::change::Oid;

/// Trees and files by an id that says what they hold.
#[derive(Default)]
pub(super) struct Memory {
    trees: RefCell<HashMap<Oid, Rc<Vec<Named>>>>,
    texts: RefCell<HashMap<Oid, Rc<[u8]>>>,
}

impl Objects for Memory {
    fn commit(&self, _: &Oid) -> Result<Option<Rc<CommitFacts>>> {
        Ok(None)
    }

    fn tree(&self, id: &Oid) -> Result<Rc<Vec<Named>>> {
        Ok(self.trees.borrow().get(id).cloned().unwrap_or_default())
    }

    fn text(&self, id: &Oid) -> Result<Text> {
        Ok(self.texts.borrow().get(id).map_or(Text::Opaque, |bytes| Text::Lines(Rc::clone(bytes))))
    }

    fn keep_tree(&self, entries: Vec<Named>) -> Result<Oid> {
        let id = id_of(format!("{entries:?}").as_bytes());
        self.trees.borrow_mut().insert(id, Rc::new(entries));
        Ok(id)
    }

    fn keep_text(&self, bytes: Vec<u8>) -> Result<Oid> {
        let id = id_of(&bytes);
        self.texts.borrow_mut().insert(id, bytes.into());
        Ok(id)
    }

    fn merge_bases(&self, _: &Oid, _: &Oid) -> Result<Vec<Oid>> {
        Ok(Vec::new())
    }

    fn range(&self, _: &Oid, _: &Oid) -> Result<Vec<Oid>> {
        Ok(Vec::new())
    }

    fn authored_with(&self, _: &[u8]) -> Result<Vec<Oid>> {
        Ok(Vec::new())
    }
}

/// The same for the same content, as git's.
fn id_of(content: &[u8]) -> Oid {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Oid::new(format!("{:040x}", hasher.finish()))
}
