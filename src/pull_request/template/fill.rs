//! Puts the pieces into a template, or into a body that was made from one.
//!
//! All is done by edits at byte ranges of the text that is there; what no edit touches is the same byte for byte.

use std::collections::BTreeMap;
use std::ops::Range;

use super::blocks::{self, BlockKind};
use super::compose::{Composition, compose};
use super::edits::{TextEdit, apply, ended_like, line_end, line_start};
use super::headings::{self, Family};
use super::lines::{LinePlace, lines};
use super::slots::{Slot, slots, tokens};
use super::table::{self, Answers};
use crate::forge::Capabilities;
use crate::pull_request::Description;
use crate::pull_request::boxes::{Verdict, plain, verdict};
use crate::pull_request::conventional::Type;
use crate::pull_request::facts::Facts;
use crate::pull_request::layout::{Level, pieces, render};
use crate::pull_request::markers;
use crate::pull_request::update::{MergedBlock, merged};

/// What a template is filled with.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The parts.
    pub parts: &'a Description,
    /// What boxes stand on.
    pub facts: &'a Facts,
    /// What the forge can show.
    pub can: Capabilities,
    /// How much is told.
    pub level: Level,
    /// The commit that is described.
    pub head: &'a str,
    /// The branch where the work is to go.
    pub base: &'a str,
    /// Whether what is written gets marks.
    pub marks: bool,
    /// Headings that the user maps to families.
    pub headings: &'a BTreeMap<String, String>,
    /// Texts of boxes that the author ticks.
    pub attested: &'a [String],
}

/// A filled text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// Headings that nothing was found for.
    pub unfilled: Vec<String>,
    /// Boxes that only the author can tick.
    pub attestations: Vec<String>,
    /// Boxes that a person ticked and that the record does not prove now.
    pub doubtful: Vec<String>,
    /// Boxes that `journal` had ticked, and that it unticked because the record does not prove them now.
    pub unticked: Vec<String>,
    /// Paragraphs that people changed and that stayed.
    pub kept: Vec<String>,
}

/// Fills a fresh template. A part of it that says itself that it may stay empty, and that nothing was found for, is left out.
pub fn fill(template: &str, with: Filling<'_>) -> Filled {
    if template.trim().is_empty() {
        return Filled { text: main_block(with), ..Filled::default() };
    }
    let work = Filler::new(template, None, with);
    let idle = work.idle();
    if idle.is_empty() {
        return work.run();
    }
    fill(&without(template, &idle), with)
}

/// Brings what `journal` wrote into a body up to date, and fills slots that are still as the template has them.
pub fn refill(body: &str, template: &str, with: Filling<'_>) -> Filled {
    let work = Filler::new(body, Some(template), with);
    work.run()
}

/// Brings what `journal` wrote into a body up to date, and touches nothing else.
pub fn refresh(body: &str, with: Filling<'_>) -> Filled {
    let mut work = Filler::new(body, Some(body), with);
    work.refresh_own();
    work.finish()
}

/// The default layout in its marks.
pub fn main_block(with: Filling<'_>) -> String {
    let text = render(with.parts, with.level, with.can);
    if with.marks { markers::wrap("main", &text, with.head, with.can.comments) } else { text }
}

struct Filler<'a> {
    text: &'a str,
    /// The template that a body was made from; none for a fresh one.
    template: Option<&'a str>,
    with: Filling<'a>,
    slots: Vec<Slot>,
    /// The template's slots, by which the pieces are placed: a body may have lost some, or have others.
    source: Vec<Slot>,
    composition: Composition,
    own: Vec<markers::Block>,
    edits: Vec<TextEdit>,
    /// Checksums of the boxes that we ticked, now or when the body was made.
    ticked: Vec<u32>,
    filled: Filled,
}

impl<'a> Filler<'a> {
    fn new(text: &'a str, template: Option<&'a str>, with: Filling<'a>) -> Self {
        let own = markers::blocks(text).unwrap_or_default();
        let mut found = outside(slots(text, with.headings), &own);
        let mut source = slots(template.unwrap_or(text), with.headings);
        if adopts_lead(template.unwrap_or(text), with.headings) {
            found[0].family = Some(Family::Summary);
            source[0].family = Some(Family::Summary);
        }
        let stub = stub_in(template.unwrap_or(text), with);
        let tokens: Vec<String> = tokens(template.unwrap_or(text)).into_iter().map(|(_, id)| id).collect();
        let composition = compose(&source, stub, &tokens, with.parts, with.level, with.can);
        Self {
            text,
            template,
            with,
            slots: found,
            source,
            composition,
            own,
            edits: Vec::new(),
            ticked: markers::ticked(text),
            filled: Filled::default(),
        }
    }

    fn run(mut self) -> Filled {
        self.refresh_own();
        self.fill_tokens();
        for at in 0..self.slots.len() {
            self.fill_slot(at);
        }
        if self.template.is_none() {
            self.fill_tables();
            self.tick();
            self.append_rest();
        } else {
            self.doubt();
        }
        self.finish()
    }

    fn finish(mut self) -> Filled {
        self.filled.text = markers::with_ticked(&apply(self.text, self.edits), &self.ticked);
        self.filled
    }

    /// The new text of each of our blocks.
    fn fresh(&self) -> BTreeMap<String, String> {
        let mut fresh: BTreeMap<String, String> = BTreeMap::new();
        for (at, text) in &self.composition.answers {
            fresh.insert(id(&self.source[*at]), text.clone());
        }
        fresh.extend((!self.composition.issues.is_empty()).then(|| ("stub".to_owned(), self.composition.issues.join("\n"))));
        fresh.extend((!self.composition.rest.is_empty()).then(|| ("rest".to_owned(), self.composition.rest.clone())));
        fresh.insert("main".to_owned(), render(self.with.parts, self.with.level, self.with.can));
        for piece in pieces(self.with.parts, self.with.level, self.with.can) {
            fresh.insert(format!("token-{}", piece.id), piece.body);
        }
        fresh
    }

    /// What the slot of this number is filled with: in a body, what the slot of the same heading is in the template.
    fn answer(&self, at: usize) -> Option<&String> {
        if self.template.is_none() {
            return self.composition.answers.get(&at);
        }
        let slot = &self.slots[at];
        let same = |other: &Slot| other.key == slot.key && other.family == slot.family;
        if self.own.iter().any(|block| block.id == id(slot)) || self.slots.iter().position(same) != Some(at) {
            return None;
        }
        self.composition.answers.iter().find(|(number, _)| same(&self.source[**number])).map(|(_, text)| text)
    }

    /// Blocks that are there: as people left them where they changed something, else anew.
    fn refresh_own(&mut self) {
        let fresh = self.fresh();
        for block in &self.own {
            let Some(new) = fresh.get(&block.id) else { continue };
            let MergedBlock { text, edited } = merged(&self.text[block.inner.clone()], &block.sums, new);
            self.filled.kept.extend(edited);
            let Some(text) = text else { continue };
            let whole = markers::wrap(&block.id, &text, self.with.head, self.with.can.comments);
            let whole = markers::with_sums(&whole, &markers::sums(new));
            self.edits.push(TextEdit { range: block.whole.clone(), text: ended_like(&whole, &self.text[block.whole.clone()]) });
        }
    }

    fn wrap(&self, id: &str, text: &str) -> String {
        if !self.with.marks {
            return format!("{}\n", text.trim_matches('\n'));
        }
        markers::wrap(id, text, self.with.head, self.with.can.comments)
    }

    /// Places that the template names by themselves.
    fn fill_tokens(&mut self) {
        let fresh = self.fresh();
        for (range, id) in tokens(self.text) {
            let Some(text) = fresh.get(&format!("token-{id}")) else { continue };
            let alone = self.text[..range.start].ends_with('\n') || range.start == 0;
            let text = if alone { self.wrap(&format!("token-{id}"), text).trim_end().to_owned() } else { text.replace('\n', " ") };
            self.edits.push(TextEdit { range, text });
        }
    }

    fn is_untouched(&self, at: usize) -> bool {
        let Some(template) = self.template else { return true };
        let slot = &self.slots[at];
        let same = |other: &Slot| other.key == slot.key && template[other.body.clone()].trim() == self.text[slot.body.clone()].trim();
        self.source.iter().any(same)
    }

    fn fill_slot(&mut self, at: usize) {
        let slot = self.slots[at].clone();
        let blocks = blocks::blocks(self.text, &slot.body);
        if blocks.iter().any(|block| block.kind == BlockKind::Own) || !self.is_untouched(at) {
            return;
        }
        let answered = self.answer(at).is_some();
        let stubbed = self.fill_stub(&blocks, &slot);
        let answer = self.answer(at).cloned().or_else(|| self.type_lines(&slot));
        let Some(answer) = answer else {
            if !stubbed && self.waits(&slot, &blocks) {
                self.filled.unfilled.push(slot.heading.trim_matches(['*', ':', ' ']).to_owned());
            }
            return;
        };
        let id = id(&slot);
        let fence = blocks.iter().find_map(|block| match &block.kind {
            BlockKind::EmptyFence(inner) => Some((block.range.clone(), inner.clone())),
            _ => None,
        });
        match fence.filter(|_| matches!(slot.family, Some(Family::ReleaseNote))) {
            Some((_, inner)) => self.edits.push(TextEdit { range: inner, text: format!("{}\n", answer.replace("```", "'''")) }),
            None => self.splice(&slot, &blocks, &self.wrap(&id, &answer), answered && stubbed),
        }
        self.remove_instructions(&slot, &blocks);
    }

    /// The place of the answer: that of the first instruction, else before boxes, tables and rules, else the end.
    fn splice(&mut self, slot: &Slot, blocks: &[blocks::Block], answer: &str, before_stub: bool) {
        let first = blocks.iter().find(|block| block.kind == BlockKind::Instruction);
        let stub = blocks.iter().find(|block| before_stub && matches!(block.kind, BlockKind::Stub(_)));
        let structure = blocks
            .iter()
            .find(|block| matches!(block.kind, BlockKind::Boxes | BlockKind::Table | BlockKind::Rule | BlockKind::EmptyFence(_)));
        let at = match (first, stub, structure) {
            (Some(instruction), ..) => instruction.range.start,
            (None, Some(stub), _) => stub.range.start,
            (None, None, Some(structure)) => structure.range.start,
            (None, None, None) => blocks.last().map_or(slot.body.start, |last| last.range.end),
        };
        let before = self.text[..at].trim_end_matches([' ', '\t', '\n', '\r']);
        let next = blocks.iter().find(|block| block.range.start >= at && block.kind != BlockKind::Instruction);
        let tail = next.is_some() || slot.body.end < self.text.len();
        let start = if before.is_empty() { 0 } else { line_end(self.text, before.len()) };
        let end = self.text[at..].find(|c: char| !c.is_whitespace()).map_or(self.text.len(), |gap| line_start(self.text, at + gap).max(at));
        let lead = match () {
            () if before.is_empty() => "",
            () if start == before.len() => "\n\n",
            () => "\n",
        };
        self.edits.push(TextEdit { range: start.min(end)..end, text: format!("{lead}{answer}{}", if tail { "\n" } else { "" }) });
    }

    /// Instructions go, with the blank lines behind them.
    fn remove_instructions(&mut self, slot: &Slot, blocks: &[blocks::Block]) {
        for block in blocks.iter().filter(|block| block.kind == BlockKind::Instruction) {
            let rest = &self.text[block.range.end..slot.body.end];
            let end = rest
                .find(|c: char| !c.is_whitespace())
                .map_or(slot.body.end, |gap| line_start(self.text, block.range.end + gap).max(block.range.end));
            self.edits.push(TextEdit { range: block.range.start..end, text: String::new() });
        }
    }

    /// Issues instead of a line that waits for them.
    fn fill_stub(&mut self, blocks: &[blocks::Block], slot: &Slot) -> bool {
        if self.composition.issues.is_empty() || self.own.iter().any(|block| block.id == "stub") || slot.family == Some(Family::Leave) {
            return false;
        }
        let found = blocks.iter().find_map(|block| match &block.kind {
            BlockKind::Stub(lead) => Some((block.range.clone(), lead.clone())),
            _ => None,
        });
        let Some((range, lead)) = found else { return false };
        let issues = std::mem::take(&mut self.composition.issues);
        if lead.trim_end().ends_with([':', ')', '*']) {
            // the end of a line of its own words: no marks around it, the line is the template's
            let line_end = if self.text[range.clone()].ends_with('\n') { "\n" } else { "" };
            self.edits.push(TextEdit { range, text: format!("{lead}{}{line_end}", issues.join(", ")) });
            return true;
        }
        let text = issues.iter().map(|line| format!("{lead}{line}")).collect::<Vec<_>>().join("\n");
        let ended = self.text[range.clone()].ends_with('\n');
        let text = self.wrap("stub", &text);
        self.edits.push(TextEdit { range, text: if ended { text } else { text.trim_end().to_owned() } });
        true
    }

    /// `/kind bug` where the template speaks of such lines.
    fn type_lines(&self, slot: &Slot) -> Option<String> {
        let kind = Type::named(self.with.facts.kind?).filter(|_| slot.family == Some(Family::Type))?;
        let line = format!("/kind {}", kind.kind_line?);
        self.text[slot.body.clone()].contains(&line).then_some(line)
    }

    /// Optional parts that nothing was found for, headings included: what waits there for an answer waits in vain.
    fn idle(&self) -> Vec<Range<usize>> {
        let idle = |at: usize| {
            let slot = &self.slots[at];
            let blocks = blocks::blocks(self.text, &slot.body);
            let stubs = blocks.iter().any(|block| matches!(block.kind, BlockKind::Stub(_)));
            let waiting = blocks.iter().all(|block| matches!(block.kind, BlockKind::Instruction | BlockKind::Stub(_)));
            let answered = self.answer(at).is_some() || (stubs && !self.composition.issues.is_empty());
            let deeper = |next: &Slot| slot.level > 0 && (next.level == 0 || next.level > slot.level);
            let holds_others = self.slots.get(at + 1).is_some_and(deeper);
            slot.optional && slot.family != Some(Family::Leave) && waiting && !answered && !holds_others
        };
        (1..self.slots.len()).filter(|at| idle(*at)).map(|at| self.slots[at - 1].body.end..self.slots[at].body.end).collect()
    }

    /// Whether the slot asks for something that is not there.
    fn waits(&self, slot: &Slot, blocks: &[blocks::Block]) -> bool {
        let asks = blocks.iter().any(|block| matches!(block.kind, BlockKind::Instruction | BlockKind::Stub(_) | BlockKind::EmptyFence(_)));
        let filled_by_boxes = matches!(slot.family, Some(Family::Checklist | Family::Leave));
        !slot.heading.is_empty() && !slot.optional && !filled_by_boxes && (asks || blocks.is_empty()) && !slot.parent
    }

    fn fill_tables(&mut self) {
        let answers = Answers { issues: &self.with.parts.issues, base: self.with.base, facts: self.with.facts };
        let all = lines(self.text);
        let in_table = |line: &&super::lines::Line<'_>| {
            let part = self.slots.iter().find(|slot| slot.body.contains(&line.range.start));
            part.is_some_and(|slot| {
                blocks::blocks(self.text, &slot.body)
                    .iter()
                    .any(|block| block.kind == BlockKind::Table && block.range.contains(&line.range.start))
            })
        };
        let rows = all.iter().filter(|line| line.place == LinePlace::Text && line.text.contains('|')).filter(in_table);
        let edits = rows.filter_map(|line| {
            let (range, text) = table::answer(line.text, answers)?;
            Some(TextEdit { range: line.range.start + range.start..line.range.start + range.end, text })
        });
        self.edits.extend(edits.collect::<Vec<_>>());
    }

    /// Ticks what is proven or attested, and lists what only the author can tick.
    fn tick(&mut self) {
        let others = |at: usize| self.slots.iter().any(|slot| slot.family == Some(Family::Leave) && slot.body.contains(&at));
        for line in lines(self.text).iter().filter(|line| !others(line.range.start)) {
            let Some((at, false, text)) = blocks::boxed(line) else { continue };
            let attested = self.with.attested.iter().any(|said| !said.trim().is_empty() && plain(text).contains(&plain(said)));
            match verdict(text, self.with.facts) {
                Verdict::Attestation if !attested => self.filled.attestations.push(crate::markdown::one_line(text)),
                Verdict::Proven => {
                    self.ticked.push(markers::sum(&plain(text)));
                    self.edits.push(TextEdit { range: at..at + 1, text: "x".into() });
                }
                _ if attested => self.edits.push(TextEdit { range: at..at + 1, text: "x".into() }),
                _ => {}
            }
        }
    }

    /// What is ticked and could be proven, and is not: our own tick is taken back, a person's stays and is listed.
    fn doubt(&mut self) {
        let ours = |at: usize| self.own.iter().any(|block| block.whole.contains(&at));
        for line in lines(self.text).iter().filter(|line| !ours(line.range.start)) {
            let Some((at, true, text)) = blocks::boxed(line) else { continue };
            if verdict(text, self.with.facts) != Verdict::Unproven {
                continue;
            }
            let (sum, told) = (markers::sum(&plain(text)), crate::markdown::one_line(text));
            match self.ticked.iter().position(|known| *known == sum) {
                Some(known) => {
                    self.ticked.remove(known);
                    self.edits.push(TextEdit { range: at..at + 1, text: " ".into() });
                    self.filled.unticked.push(told);
                }
                None => self.filled.doubtful.push(told),
            }
        }
    }

    fn append_rest(&mut self) {
        if self.composition.rest.is_empty() {
            return;
        }
        let written = self.text.trim_end().len();
        let end = if written == 0 { 0 } else { line_end(self.text, written) };
        let lead = match () {
            () if written == 0 => "",
            () if self.text[..end].ends_with('\n') => "\n",
            () => "\n\n",
        };
        let text = format!("{lead}{}", self.wrap("rest", &self.composition.rest));
        self.edits.push(TextEdit { range: end..self.text.len(), text });
    }
}

/// A text without these parts.
fn without(text: &str, parts: &[Range<usize>]) -> String {
    let left = apply(text, parts.iter().map(|range| TextEdit { range: range.clone(), text: String::new() }).collect());
    match parts.last() {
        // what separated the part from what stands before it
        Some(last) if last.end == text.len() => {
            let written = left.trim_end().len();
            left[..if written == 0 { 0 } else { line_end(&left, written) }].to_owned()
        }
        _ => left,
    }
}

/// The name of a slot's block.
fn id(slot: &Slot) -> String {
    slot.family.map_or("lead", headings::id).to_owned()
}

/// Slots whose headings we did not write ourselves.
fn outside(all: Vec<Slot>, own: &[markers::Block]) -> Vec<Slot> {
    let mut kept: Vec<Slot> = Vec::new();
    for slot in all {
        let ours = own.iter().any(|block| block.whole.start < slot.body.start && slot.body.start < block.whole.end);
        match kept.last_mut().filter(|_| ours) {
            Some(last) => last.body.end = slot.body.end,
            None => kept.push(slot),
        }
    }
    // what has no slot stands at the end, and is no part of the last one
    for block in own.iter().filter(|block| matches!(block.id.as_str(), "rest" | "main")) {
        for slot in kept.iter_mut().filter(|slot| slot.body.contains(&block.whole.start)) {
            slot.body.end = block.whole.start;
        }
    }
    kept
}

/// Whether what stands before the first heading is for the description: nothing else is, and it tells the author to write there.
fn adopts_lead(template: &str, named: &BTreeMap<String, String>) -> bool {
    let found = slots(template, named);
    let other = found.iter().any(|slot| matches!(slot.family, Some(Family::Summary | Family::Changes | Family::Why)));
    let blocks = blocks::blocks(template, &found[0].body);
    !other && blocks.iter().any(|block| block.kind == BlockKind::Instruction) && blocks.iter().all(|block| block.kind != BlockKind::Kept)
}

/// Whether a line of the template, or a row of a table, waits for an issue.
fn stub_in(text: &str, with: Filling<'_>) -> bool {
    let slots = slots(text, with.headings);
    let some = ["#1".to_owned()];
    let answers = Answers { issues: &some, base: "", facts: &Facts::default() };
    let row = |line: &super::lines::Line<'_>| {
        line.text.contains('|') && table::answer(line.text, answers).is_some_and(|(_, text)| text.contains("#1"))
    };
    if lines(text).iter().any(|line| line.place == LinePlace::Text && row(line)) {
        return true;
    }
    let mut bodies = slots.iter().filter(|slot| slot.family != Some(Family::Leave)).map(|slot| &slot.body);
    bodies.any(|body| blocks::blocks(text, body).iter().any(|block| matches!(block.kind, BlockKind::Stub(_))))
}
