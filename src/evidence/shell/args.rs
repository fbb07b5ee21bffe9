//! The arguments of a command, flags and words apart.

/// A command's arguments. Which flags take a value is known for each command; without it, a flag's value would count as a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args<'a> {
    /// Words that are no flags, and all words after `--`.
    pub words: Vec<&'a str>,
    /// Flags as written, each with its value where it has one.
    pub flags: Vec<(&'a str, Option<&'a str>)>,
    /// For each word, where it stands in what was given.
    pub places: Vec<usize>,
}

impl<'a> Args<'a> {
    /// Reads all arguments, flags between the words included.
    pub fn new(arguments: &'a [String], with_value: &[&'a str]) -> Self {
        Self::read(arguments, with_value, usize::MAX)
    }

    /// Reads arguments up to the word at this place: what follows belongs to another command.
    pub fn up_to(arguments: &'a [String], with_value: &[&'a str], words: usize) -> Self {
        Self::read(arguments, with_value, words)
    }

    fn read(arguments: &'a [String], with_value: &[&'a str], limit: usize) -> Self {
        let (mut args, mut at) = (Self::default(), 0);
        // some programs write long flags with one dash
        let takes_value = |flag: &str| flag.starts_with("--") || flag.len() > 2 && with_value.contains(&flag);
        while at < arguments.len() && args.words.len() < limit {
            let argument = arguments[at].as_str();
            at += 1;
            if argument == "--" {
                for (place, word) in arguments.iter().enumerate().skip(at).take(limit - args.words.len()) {
                    args.words.push(word);
                    args.places.push(place);
                }
                break;
            }
            if !argument.starts_with('-') || argument == "-" {
                args.words.push(argument);
                args.places.push(at - 1);
            } else if let Some((flag, value)) = argument.split_once('=').filter(|(flag, _)| takes_value(flag)) {
                args.flags.push((flag, Some(value)));
            } else if let Some(flag) = with_value.iter().find(|flag| **flag == argument) {
                args.flags.push((flag, arguments.get(at).map(String::as_str)));
                at += 1;
            } else if let Some((others, flag, value)) = bundle(argument, with_value) {
                args.flags.extend([(others, None), (flag, value.or(arguments.get(at).map(String::as_str)))]);
                at += usize::from(value.is_none());
            } else {
                args.flags.push(attached(argument, with_value));
            }
        }
        args
    }

    /// The value of the first of these flags that has one.
    pub fn value(&self, flags: &[&str]) -> Option<&'a str> {
        self.flags.iter().find(|(flag, value)| value.is_some() && flags.contains(flag)).and_then(|(_, value)| *value)
    }

    /// Whether one of these flags is there; short ones also in a bundle: `-rf` has `-f`.
    pub fn has(&self, flags: &[&str]) -> bool {
        let bundled =
            |flag: &str, wanted: &str| wanted.len() == 2 && flag.len() > 2 && !flag.starts_with("--") && flag[1..].contains(&wanted[1..]);
        self.flags.iter().any(|(flag, _)| flags.iter().any(|wanted| flag == wanted || bundled(flag, wanted)))
    }
}

/// `-tAc` as `-tA` and `-c`, where `-c` takes a value: what stands behind it, else (none here) the next argument. Long ones are words of
/// programs that write them with one dash.
fn bundle<'a>(argument: &'a str, with_value: &[&'a str]) -> Option<(&'a str, &'a str, Option<&'a str>)> {
    let letters = argument.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let short = |c: char| with_value.iter().find(|flag| flag.len() == 2 && flag.ends_with(c));
    let (at, flag) = letters.char_indices().find_map(|(at, c)| Some((at, short(c)?)))?;
    let is_bundle = (1..4).contains(&at) && letters[..at].chars().all(|c| c.is_ascii_alphabetic());
    let value = Some(&letters[at + 1..]).filter(|value| !value.is_empty());
    (is_bundle && value.is_none_or(|value| !value.starts_with(|c: char| c.is_ascii_lowercase()))).then(|| (&argument[..=at], *flag, value))
}

/// `-p2222` as `-p` with its value, where `-p` takes one.
fn attached<'a>(argument: &'a str, with_value: &[&'a str]) -> (&'a str, Option<&'a str>) {
    let short = argument.get(..2).filter(|short| argument.len() > 2 && *short != "--" && with_value.contains(short));
    short.map_or((argument, None), |short| (short, argument.get(2..)))
}
