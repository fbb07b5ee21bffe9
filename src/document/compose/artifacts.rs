//! What was made to stay: runbooks, documents, modules, and the tests that were written.

use super::Composer;
use crate::change::{FileChange, Status};
use crate::document::*;
use crate::evidence::kinds::{Flag, is_documentation};
use crate::evidence::links_and_pointers::is_link;
use crate::evidence::{FileEvidence, comment};
use crate::markdown::{cut, one_line};

/// Characters of a purpose.
const WIDTH: usize = 120;
/// Lines of a file in which its purpose is looked for.
const LINES: usize = 60;

impl Composer<'_> {
    pub(super) fn artifacts(&self) -> Vec<Artifact> {
        let pairs = self.record.evidence.changes.iter().zip(&self.record.evidence.files);
        let added = pairs.filter(|(change, file)| file.status == Status::Added && !is_link(change));
        let mut artifacts: Vec<(usize, Artifact)> = added.filter_map(|(change, file)| self.artifact(change, file)).collect();
        artifacts.sort_by_key(|(rank, _)| *rank);
        artifacts.into_iter().map(|(_, artifact)| artifact).collect()
    }

    fn artifact(&self, change: &FileChange, file: &FileEvidence) -> Option<(usize, Artifact)> {
        let (rank, kind) = kind(file)?;
        let text = change.head_blob().map(|blob| String::from_utf8_lossy(&blob[..blob.len().min(16 * 1024)]).into_owned());
        let of = if is_documentation(&file.path, file.category) { purpose_of_document } else { purpose_of_code };
        let purpose = text.as_deref().and_then(of).map(|purpose| self.mask(&purpose));
        let path = self.path(&file.path);
        let kind = kind.to_owned();
        Some((rank, Artifact { kind, path, purpose }))
    }

    pub(super) fn testing(&self) -> Testing {
        let is_new_test_file = |file: &FileEvidence| {
            let support = file.flags.iter().any(|flag| matches!(flag, Flag::Fixture | Flag::Snapshot));
            file.category == Category::Test && file.status == Status::Added && !support
        };
        let files = self.record.evidence.files.iter();
        let created = files.filter(|file| !file.tests.is_empty() || is_new_test_file(file)).map(|file| CreatedTests {
            path: self.path(&file.path),
            tests: file.tests.clone(),
            purpose: None,
        });
        Testing { created: created.collect(), ..Testing::default() }
    }
}

/// Folders and names of artifacts with the template's words for them, most telling first.
const KINDS: &[(&str, &str)] = &[
    ("agents/", "Agent"),
    ("commands/", "Command"),
    ("prompts/", "Prompt"),
    ("skills/", "Skill"),
    ("hooks/", "Hook"),
    ("adr", "Decision record"),
    ("decisions/", "Decision record"),
    ("rfc", "Decision record"),
    ("postmortem", "Postmortem"),
    ("incident", "Postmortem"),
    ("retrospective", "Postmortem"),
    ("runbook", "Runbook"),
    ("playbook", "Runbook"),
    ("troubleshooting", "Runbook"),
    ("ops/", "Runbook"),
    ("oncall", "Runbook"),
];

fn kind(file: &FileEvidence) -> Option<(usize, &'static str)> {
    let path = file.path.lossy().to_lowercase();
    match file.category {
        Category::Artifact => {
            let known = KINDS.iter().find(|(part, _)| names(&path, part));
            Some((0, known.map_or("Instructions", |(_, kind)| kind)))
        }
        Category::Docs if !is_formality(&path) => Some((1, "Documentation")),
        Category::Migration if file.flags.contains(&Flag::PublicApi) => Some((2, "Schema")),
        Category::Migration => Some((2, "Migration")),
        Category::Code => Some((3, "Code")),
        _ => None,
    }
}

/// Whether the path has this folder (`ops/`), or a word that is this one, also in the plural or with a number: `adr`, `ADR-7`, `rfc2119`.
pub(super) fn names(path: &str, part: &str) -> bool {
    if let Some(folder) = part.strip_suffix('/') {
        return path.split('/').rev().skip(1).any(|name| name == folder);
    }
    let is_form = |rest: &str| rest == "s" || rest.bytes().all(|b| b.is_ascii_digit());
    path.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.strip_prefix(part)).any(is_form)
}

/// What a stated artifact is, by its path alone.
pub fn stated_kind(path: &RepoPath) -> &'static str {
    let path = path.lossy().to_lowercase();
    let is_document = [".md", ".rst", ".txt", ".adoc", ".org"].iter().any(|end| path.ends_with(end));
    let is_written = |kind: &str| matches!(kind, "Decision record" | "Postmortem" | "Runbook");
    let known = KINDS.iter().find(|(part, kind)| names(&path, part) && (is_document || !is_written(kind))).map(|(_, kind)| *kind);
    known.unwrap_or(if is_document { "Documentation" } else { "Code" })
}

/// Documents that explain nothing of the project: licences and plain text lists.
fn is_formality(path: &str) -> bool {
    const NAMES: &[&str] = &["license", "licence", "unlicense", "copying", "notice", "patents", "authors"];
    let name = path.rsplit('/').next().unwrap_or_default();
    path.ends_with(".txt") || NAMES.iter().any(|formal| name.starts_with(formal))
}

/// What a document says it is for: its front matter's description, its first heading, else as code does.
fn purpose_of_document(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    sentence(&described(&lines).or_else(|| commented(&lines))?)
}

/// What code says it is for in its first comment.
fn purpose_of_code(text: &str) -> Option<String> {
    sentence(&commented(&text.lines().take(LINES).collect::<Vec<_>>())?)
}

fn sentence(found: &str) -> Option<String> {
    let found = one_line(found);
    // a decision's number is no sentence: `4. Use a queue`
    let found = found.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(". ").unwrap_or(&found);
    let sentence = found.split_once(". ").map_or(found, |(first, _)| first).trim_end_matches('.');
    (sentence.chars().filter(|c| c.is_alphabetic()).count() > 3).then(|| cut(sentence, WIDTH))
}

fn described(lines: &[&str]) -> Option<String> {
    let mut rest = lines;
    if let [first, body @ ..] = lines
        && first.trim_end() == "---"
    {
        let end = body.iter().position(|line| line.trim_end() == "---")?;
        if let Some(value) = body[..end].iter().find_map(|line| described_by(line)).filter(|value| value.len() > 3) {
            return Some(value.to_owned());
        }
        rest = &body[end + 1..];
    }
    let first = rest.iter().find(|line| !line.trim().is_empty())?;
    first.strip_prefix("# ").filter(|_| rest.iter().any(|line| line.starts_with("##")) || !looks_like_script(lines)).map(str::to_owned)
}

fn described_by(line: &str) -> Option<&str> {
    let value = line.strip_prefix("description:").or_else(|| line.strip_prefix("purpose:"))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

/// A `#` line opens a heading in a document and a comment in a script; both say what the file is for, but for these.
fn looks_like_script(lines: &[&str]) -> bool {
    lines.first().is_some_and(|line| line.starts_with("#!"))
}

/// Beginnings of comment lines that say nothing of a purpose: notes to tools, and whose the file is.
const EMPTY_WORDS: &[&str] = &[
    "copyright", "(c)", "©", "spdx-", "all rights reserved", "@license", "@author", "author:", "authors:", "created by", "created on",
    "created at", "written by", "@file", "-*-", "vim:", "vi:", "ex:", "coding:", "coding=", "encoding:", "typed:", "frozen_string_literal",
    "warn_indent", "shareable_constant_value", "eslint", "jshint", "tslint", "global ", "globals ", "istanbul", "@ts-", "@flow", "@jsx",
    "@format", "@vitest-", "@jest-", "@generated", "<reference", "prettier", "stylelint", "noqa", "type: ignore", "mypy:", "pylint:",
    "ruff:", "flake8:", "fmt:", "isort:", "rubocop:", "shellcheck ", "nolint", "go:", "+build", "code generated",
];
/// Beginnings of paragraphs that say nothing of a purpose from end to end: licences, and how something is called.
const EMPTY_PARAGRAPHS: &[&str] = &[
    "license", "licence", "the mit license", "mit license", "apache license", "permission is hereby granted", "redistribution and use",
    "this program is free software", "this file is part of", "this file is licensed", "this source code is licensed",
    "use of this source code", "usage:",
];
/// Lines that stand above a file's first comment.
const OPENERS: &[&str] = &["<?php", "#!", "'use strict'", "\"use strict\"", "package ", "namespace ", "declare(", "@charset"];

fn commented(lines: &[&str]) -> Option<String> {
    let opens = |line: &&&str| line.trim().is_empty() || OPENERS.iter().any(|opener| line.starts_with(opener));
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for (line, text) in
        lines.iter().skip_while(opens).map_while(|line| Some((line.trim(), if line.trim().is_empty() { "" } else { comment::text(line)? })))
    {
        blocks.last_mut()?.push(text);
        if line.is_empty() || line.ends_with("*/") {
            blocks.push(Vec::new());
        }
    }
    blocks.iter().find_map(|block| told_above_licence(block))
}

/// What the first telling paragraph of a comment tells. Nothing that follows whose the file is or how it is licensed, where the comment
/// speaks of a licence: more owners, its address, its terms.
fn told_above_licence(block: &[&str]) -> Option<String> {
    let licensed = block.iter().any(|text| text.to_lowercase().contains("licen"));
    let mut paragraphs = block.split(|text| text.is_empty()).filter(|paragraph| !paragraph.is_empty());
    if licensed { paragraph_text(paragraphs.next()?) } else { paragraphs.find_map(paragraph_text) }
}

/// What a paragraph of comments tells below its notes to tools.
fn paragraph_text(paragraph: &[&str]) -> Option<String> {
    let begins = |text: &str, words: &[&str]| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.starts_with(word))
    };
    let is_address = |text: &str| text.starts_with("http") || (text.contains('@') && text.ends_with('>'));
    let notes = paragraph.iter().take_while(|text| begins(text, EMPTY_WORDS) || is_address(text)).count();
    let rest = &paragraph[notes..];
    let tells = rest.first().is_some_and(|text| !begins(text, EMPTY_PARAGRAPHS));
    tells.then(|| rest.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_stated_artifacts() {
        for (path, kind) in [
            ("ops/restore.md", "Runbook"),
            ("ops/deploy.sh", "Code"),
            ("docs/adr/0001-locks.md", "Decision record"),
            ("adr/check.py", "Code"),
            (".claude/hooks/format.sh", "Hook"),
            ("docs/queue.adoc", "Documentation"),
            ("docs/quadratic.md", "Documentation"),
            ("docs/props/button.md", "Documentation"),
            ("docs/ADRs.md", "Decision record"),
            ("docs/coincidents.md", "Documentation"),
        ] {
            assert_eq!(stated_kind(&RepoPath::from(path)), kind, "{path}");
        }
    }

    #[test]
    fn purposes_of_documents() {
        for (text, said) in [
            ("# Restore the queue\n\nText.\n", Some("Restore the queue")),
            ("---\nname: x\ndescription: \"Watches the queue\"\n---\n# X\n", Some("Watches the queue")),
            ("# 4. Use FastAPI\n\n## Status\n\nAccepted\n", Some("Use FastAPI")),
            ("# 2026. A year\n", Some("A year")),
            ("# v1.2. Notes of it\n", None),
            ("---\nname: x\n---\n\n# Heading\n", Some("Heading")),
            ("#!/bin/sh\n# Checks the depth of a queue\nset -e\n", Some("Checks the depth of a queue")),
            ("", None),
        ] {
            assert_eq!(purpose_of_document(text).as_deref(), said, "{text:?}");
        }
    }

    #[test]
    fn purposes_of_code() {
        for (text, said) in [
            ("//! Locks for invoices. More here.\n\nuse x;\n", Some("Locks for invoices")),
            ("<?php\n\n/**\n * Sends an invoice once.\n * @param x\n */\n", Some("Sends an invoice once")),
            ("#!/bin/sh\n# Copyright 2026\n# Checks the depth of a queue\nset -e\n", Some("Checks the depth of a queue")),
            ("\"\"\"Measure lag.\"\"\"\n", Some("Measure lag")),
            ("# Authorization of requests\n", Some("Authorization of requests")),
            ("class A {}\n// not at the top\n", None),
            ("#[derive(Debug)]\nstruct A;\n", None),
            ("#include <a.h>\n", None),
            // notes to tools, and whose it is
            ("# typed: false\n\nclass A\nend\n", None),
            ("# frozen_string_literal: true\n\n# Sends an invoice\nclass A\nend\n", Some("Sends an invoice")),
            ("# -*- coding: utf-8 -*-\n# vim: set ts=4:\ndef a():\n", None),
            ("/* Created by Ann Other */\nexports.a = 1;\n", None),
            ("// eslint-disable-next-line no-console\nexport {}\n", None),
            ("// @ts-check\n// Reads the queue\n", Some("Reads the queue")),
            (
                "// Copyright 2024 The Authors. All rights reserved.\n// Use of this source code is governed by\n// the LICENSE file.\n\npackage a\n",
                None,
            ),
            ("// SPDX-License-Identifier: MIT\n\n// Package a counts.\npackage a\n", Some("Package a counts")),
            (
                "/*\n * This file is part of Foo.\n *\n * (c) Ann Other <ann@example.org>\n *     Robin Doe <robin@example.org>\n *\n * For the full license see LICENSE.\n */\n\n/**\n * Builds things.\n */\n",
                Some("Builds things"),
            ),
            (
                "/*\n * Licensed to A under B.\n * See the\n *\n *    https://example.org/LICENSE-2.0\n *\n * Unless agreed\n */\npackage x;\n",
                None,
            ),
            ("// (c) Ann Other <ann@example.org>\n// Robin Doe <robin@example.org>\n\nexport {}\n", None),
            ("// Counts licences.\n//\n// Licensed under the MIT licence.\npackage a\n", Some("Counts licences")),
            ("# Usage: __rg_contains_opt LONG\n#   more\nfunction a\n", None),
            ("", None),
        ] {
            assert_eq!(purpose_of_code(text).as_deref(), said, "{text:?}");
        }
    }
}
