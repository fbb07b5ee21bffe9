#!/bin/sh
# All crashes at all points: takes a quarter of an hour. A spread of them runs with `cargo test`.
cd "$(dirname "$0")/../.." && JOURNAL_CRASH=full exec cargo test --release --test crash -- --nocapture
