//! Plays a seed and compares what the product says with the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use session_journal::attribution::Attribution;
use session_journal::git::baseline;

use crate::model::Stash;
use crate::play::World;
use crate::sandbox::{Lines, read_worktree};

/// Something that may happen, with how often.
type Deed = (usize, fn(&mut World));

const DEEDS: [Deed; 18] = [
    (9, World::edit),
    (8, |w| w.commit(true)),
    (3, World::amend),
    (3, World::stash),
    (4, World::unstash),
    (5, World::someone_pushes),
    (1, World::someone_beside),
    (5, World::pull),
    (2, World::fetch),
    (4, World::merge),
    (6, World::rebase),
    (4, World::reset),
    (2, World::revert),
    (3, World::cherry_pick),
    (6, World::switch),
    (1, World::orphan),
    (1, World::push),
    (1, World::discard_file),
];

/// Whether a session could be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judged {
    /// Every line and commit is right.
    Exact,
    /// The same, and the product doubted some file all the same.
    Reserved,
    /// Right but for files that the product itself said it could not separate.
    SaidSo,
    /// The model does not know what is right.
    No,
}

/// Plays one seed; the error says what differs.
pub fn play_and_judge(seed: u64, verbose: bool) -> Result<Judged, String> {
    let played = std::panic::catch_unwind(|| {
        let mut world = World::new(seed);
        before(&mut world);
        let steps = 3 + world.rng.below(28);
        for _ in 0..steps {
            deed(&mut world);
            if world.unjudged {
                return Ok(Judged::No);
            }
        }
        let judged = verdict(&mut world);
        if verbose && judged != Ok(Judged::Exact) {
            eprintln!("seed {seed}: {judged:?}\n{}", world.sandbox.script());
        }
        judged
    });
    played.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(format!("panicked: {}", text.unwrap_or_default()))
    })
}

fn deed(world: &mut World) {
    let all: usize = DEEDS.iter().map(|(weight, _)| weight).sum();
    let mut roll = world.rng.below(all);
    for (weight, deed) in DEEDS {
        if roll < weight {
            deed(world);
            world.trace();
            return;
        }
        roll -= weight;
    }
}

/// What was there before the session: own commits, a stash, dirt, partly staged.
fn before(world: &mut World) {
    let dir = world.work.clone();
    for _ in 0..world.rng.below(3) {
        world.edit_as(&dir, "before");
        world.git(&["add", "-A"]);
        let n = world.number();
        world.git(&["commit", "-qm", &format!("before {n}")]);
    }
    if world.rng.one_in(3) {
        world.edit_as(&dir, "before");
        world.git(&["stash", "push", "-q", "-u"]);
    }
    if !world.rng.one_in(4) {
        for _ in 0..1 + world.rng.below(3) {
            world.edit_as(&dir, "before");
        }
        if world.rng.one_in(3) {
            world.git(&["add", "-A"]);
            if world.rng.one_in(2) {
                world.edit_as(&dir, "before");
            }
        }
    }
    begin(world);
}

fn begin(world: &mut World) {
    world.sandbox.comment("--- start");
    if world.is_recorded {
        world.sandbox.journal(&world.work, &["hook", "install"]);
        world.sandbox.journal(&world.work, &["start", "random"]);
    }
    let start = world.sandbox.worktree_state(&world.work);
    // (the repository does not look for new files in directories that were not there before)
    let private = world.sandbox.path("private/objects");
    world.repo.odb().and_then(|odb| odb.add_disk_alternate(&private.to_string_lossy())).expect("private objects");
    let head = world.head();
    let known = world.git(&["rev-list", "--all"]).out;
    known.lines().for_each(|id| world.learn(id));
    world.model.without = read_worktree(&world.work);
    world.before = world.model.without.clone();
    let passed: Lines = world.model.reached(head.as_slice()).values().flat_map(|node| node.full.clone()).collect();
    world.gone_before = &passed - &world.before;
    if let Some(index) = &start.index {
        let staged = crate::sandbox::read_tree(&world.repo, index.as_str());
        world.model.staged = &(&staged - &world.model.without) - &world.model.full(head.as_ref());
    }
    for stash in &start.stashes {
        let id = stash.as_str().to_owned();
        let base = world.model.full(Some(&world.git(&["rev-parse", &format!("{id}^1")]).out));
        let top = world.stash_lines(&id);
        world.doubtful.push(&top - &base);
        world.stashed.push((&top - &base, &base - &top));
        world.model.stashes.push(Stash { id, base: (base.clone(), base), top: (top.clone(), top), old: true, given_back: false });
    }
    world.start = Some(start);
}

fn verdict(world: &mut World) -> Result<Judged, String> {
    world.sandbox.comment("--- stop");
    let end = world.sandbox.worktree_state(&world.work);
    let start = world.start.clone().expect("a start");
    let git = world.sandbox.private(&world.work);
    let said = baseline::attribute(&git, &start, &end, None).map_err(|e| format!("attribution failed: {e:#}"))?;
    if texts(world, end.tree.as_str()).values().any(|lines| lines.iter().collect::<BTreeSet<_>>().len() < lines.len()) {
        // git put a line in twice: a set of lines does not know which one is whose
        return Ok(Judged::No);
    }
    let difference = difference(world, said.baseline.as_str(), end.tree.as_str());
    let (surely, said_so): (Vec<_>, Vec<_>) = lines_verdict(world, &difference).into_iter().partition(|wrong| {
        let told = said.not_separable.iter().any(|path| path.lossy() == wrong.line.0);
        // what the session wrote is its own in any case
        !told || wrong.line.1.starts_with("session-")
    });
    let mut wrong: Vec<String> = surely.iter().map(|w| format!("{} {}:{}", w.what, w.line.0, w.line.1)).collect();
    wrong.extend(commits_verdict(world, &said));
    if world.is_recorded {
        wrong.extend(program_verdict(world, &said, end.tree.as_str()));
    }
    if !wrong.is_empty() {
        return Err(wrong.join("; "));
    }
    Ok(match (said_so.is_empty(), said.not_separable.is_empty()) {
        (true, true) => Judged::Exact,
        (true, false) => Judged::Reserved,
        (false, _) => Judged::SaidSo,
    })
}

impl World {
    /// Where a line of interest is: for looking into a seed that fails.
    fn trace(&self) {
        let Ok(line) = std::env::var("JOURNAL_FUZZ_TRACE") else { return };
        let has = |lines: &Lines| lines.iter().any(|(_, l)| *l == line);
        let head = self.head().and_then(|id| self.model.nodes.get(&id));
        let node = head.map(|n| (has(&n.full), has(&n.foreign)));
        let stashes: Vec<_> = self.model.stashes.iter().map(|s| (has(&s.base.1), has(&s.top.1))).collect();
        let (work, without) = (has(&read_worktree(&self.work)), has(&self.model.without));
        self.sandbox.comment(&format!("{line}: worktree {work}, without {without}, head {node:?}, stashes {stashes:?}"));
    }
}

/// A line that the product got wrong.
struct Wrong {
    what: &'static str,
    line: (String, String),
}

fn lines_verdict(world: &World, (added, removed, moved): &(Lines, Lines, Lines)) -> Vec<Wrong> {
    let (work, without) = (read_worktree(&world.work), &world.model.without);
    let (must_add, must_remove) = (&work - without, without - &work);
    let session = |l: &&(String, String)| l.1.starts_with("session-");
    let mut wrong = Vec::new();
    let mut say = |what: &'static str, lines: Vec<&(String, String)>| {
        wrong.extend(lines.into_iter().map(|line| Wrong { what, line: line.clone() }));
    };
    say("added missing", must_add.difference(added).filter(session).collect());
    // an old line that comes back may be told or not, but only where it was not there without the session
    say("added wrongly", added.difference(&must_add).collect());
    // a reset that left the worktree alone, a stash applied: if nothing is left of its lines, nobody can tell
    let here = &work - &world.model.full(world.head().as_ref());
    let mut traceless: Lines = world.doubtful.iter().filter(|came| came.is_disjoint(&here)).flatten().cloned().collect();
    // a stash of the start that shows nothing but lines that are gone: applied, or not
    let unseen = world.stashed.iter().filter(|(came, _)| came.is_disjoint(&here));
    let mut displaced: Lines = unseen.flat_map(|(_, went)| went.clone()).collect();
    traceless.extend(displaced.iter().cloned());
    // what the start had and HEAD has was deleted, whatever happened to it in between
    displaced.extend(world.before.intersection(&world.model.foreign(world.head().as_ref())).cloned());
    // what is in a stash all the same is not gone
    traceless.extend(world.model.stashes.iter().flat_map(|s| &s.top.1 - &s.base.1));
    // a reset that left the worktree alone and left no trace looks like one that did not: what it deleted is deleted anew
    let unseen = world.left_alone.iter().filter(|(came, _)| came.is_disjoint(&here));
    displaced.extend(unseen.flat_map(|(_, went)| went.clone()));
    displaced.extend(world.deleted_by_both.iter().cloned());
    // what HEAD or a commit below it had at the start and the worktree had not was gone before
    traceless.extend(world.gone_before.iter().cloned());
    say("removed missing", must_remove.difference(removed).filter(|l| !traceless.contains(*l)).collect());
    say("removed wrongly", removed.difference(&must_remove).filter(|l| !displaced.contains(*l)).collect());
    say("moved for no reason", moved.iter().filter(|(path, _)| !world.resolved.contains(path)).collect());
    wrong
}

fn commits_verdict(world: &mut World, said: &Attribution) -> Vec<String> {
    let tips = |world: &World, folders: &[&str]| -> Vec<String> {
        let ids = world.git(&[&["for-each-ref", "--format=%(objectname)"], folders].concat()).out;
        ids.lines().map(str::to_owned).chain(world.head()).collect()
    };
    let all = tips(world, &["refs/heads", "refs/remotes", "refs/tags"]);
    all.iter().for_each(|id| world.learn(id));
    let (reached, at_hand) = (world.model.reached(&all), world.model.reached(&tips(world, &["refs/heads", "refs/tags"])));
    let must: BTreeSet<String> = reached.iter().filter(|(_, n)| n.made && n.mine).map(|(id, _)| id.clone()).collect();
    // what only a remote has may have been amended since it was pushed
    let open: BTreeSet<String> = reached.iter().filter(|(id, n)| n.open || !at_hand.contains_key(*id)).map(|(id, _)| id.clone()).collect();
    let told: BTreeSet<String> = said.commits.iter().map(|c| c.id.as_str().to_owned()).collect();
    let name = |id: &String| format!("{} {}", &id[..7], world.git(&["log", "-1", "--format=%s", id]).out);
    let mut wrong = Vec::new();
    for (what, ids) in [("commits missing", &must - &(&told | &open)), ("commits wrongly", &told - &(&must | &open))] {
        if !ids.is_empty() {
            wrong.push(format!("{what} {:?}", ids.iter().map(name).collect::<Vec<_>>()));
        }
    }
    wrong
}

/// What the program, started and stopped beside and with its hooks in place, says otherwise than attribution did.
fn program_verdict(world: &World, said: &Attribution, end: &str) -> Vec<String> {
    let document = world.sandbox.journal(&world.work, &["stop", "--no-input", "--format", "json"]);
    let document: Value = serde_json::from_str(&document).expect("a document");
    let list = |key: &str| document[key].as_array().expect("a list").clone();
    let told = list("commits");
    let told: Vec<&str> = told.iter().filter_map(|commit| commit["id"].as_str()).collect();
    let commits: Vec<&str> = said.commits.iter().map(|commit| commit.id.as_str()).collect();
    let files = list("files");
    let named = files.iter().flat_map(|file| [&file["path"], &file["old_path"]]);
    let paths: BTreeSet<&str> = named.filter_map(Value::as_str).collect();
    let (base, head) = (texts(world, said.baseline.as_str()), texts(world, end));
    let changed = base.keys().chain(head.keys()).filter(|path| base.get(*path) != head.get(*path));
    let changed: BTreeSet<&str> = changed.map(String::as_str).collect();
    let mut wrong = Vec::new();
    if told != commits {
        wrong.push(format!("the program tells commits {told:?}, attribution {commits:?}"));
    }
    if paths != changed {
        wrong.push(format!("the program tells files {paths:?}, attribution {changed:?}"));
    }
    wrong
}

/// Added, removed and merely moved lines between two trees, by a diff of each file.
fn difference(world: &World, base: &str, head: &str) -> (Lines, Lines, Lines) {
    let (base, head) = (texts(world, base), texts(world, head));
    let (mut added, mut removed, mut moved) = (Lines::new(), Lines::new(), Lines::new());
    let paths: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
    let empty = Vec::new();
    for path in paths {
        let (a, b) = (base.get(path).unwrap_or(&empty), head.get(path).unwrap_or(&empty));
        for change in similar::capture_diff_slices(similar::Algorithm::Myers, a, b) {
            if change.tag() != similar::DiffTag::Equal {
                removed.extend(a[change.old_range()].iter().map(|l| (path.clone(), l.clone())));
                added.extend(b[change.new_range()].iter().map(|l| (path.clone(), l.clone())));
            }
        }
    }
    moved.extend(added.intersection(&removed).cloned());
    (&added - &moved, &removed - &moved, moved)
}

fn texts(world: &World, tree: &str) -> BTreeMap<String, Vec<String>> {
    let tree = world.repo.find_tree(git2::Oid::from_str(tree).expect("an id")).expect("a tree");
    let mut out = BTreeMap::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |prefix, entry| {
        if let Ok(blob) = entry.to_object(&world.repo).and_then(|o| o.peel_to_blob()) {
            let text = String::from_utf8_lossy(blob.content()).into_owned();
            out.insert(format!("{prefix}{}", entry.name().unwrap_or_default()), text.lines().map(str::to_owned).collect());
        }
        git2::TreeWalkResult::Ok
    })
    .expect("a walk");
    out
}
