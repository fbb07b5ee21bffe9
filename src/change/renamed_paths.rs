//! Files that were renamed, under one name: so that a change is known again where its file is called otherwise by now. Pure.

use std::collections::HashMap;

/// Which of a file's names, each as its checksum, stands for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RenamedPaths(HashMap<u32, u32>);

impl RenamedPaths {
    /// From pairs of names before and after, in any order.
    pub(super) fn of(renames: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut out = Self::default();
        for (old, new) in renames {
            let (old, new) = (out.name(old), out.name(new));
            if old != new {
                out.0.insert(old, new);
            }
        }
        out
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name that stands for this one.
    pub(super) fn name(&self, path: u32) -> u32 {
        let mut name = path;
        while let Some(next) = self.0.get(&name) {
            name = *next;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_file_have_one_name() {
        let paths = RenamedPaths::of([(3, 4), (1, 2), (2, 3), (4, 1), (7, 8)]);
        assert!([1, 2, 3, 4].map(|path| paths.name(path)).windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!((paths.name(7) == paths.name(8), paths.name(7) == paths.name(1), paths.name(9)), (true, false, 9));
    }
}
