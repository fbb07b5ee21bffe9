use super::*;

/// The commands of a line, each as its words with `|` between, and its places before it.
fn read(line: &str) -> Vec<String> {
    let wrappers = Wrappers::from([("sx".to_owned(), Wrapper { host: 1, command: Some(2) })]);
    let leaves = commands(line, &wrappers).into_iter().filter(|command| !command.wraps && !command.simple.words.is_empty());
    let show = |command: Command| {
        let places: String = command.places.iter().map(|place| format!("@{} ", place.name)).collect();
        let root = if command.is_privileged { "# " } else { "" };
        format!("{places}{root}{}", command.simple.words.join("|"))
    };
    leaves.map(show).collect()
}

#[test]
fn command_lines_are_read_as_a_shell_reads_them() {
    for (line, found) in [
        ("ls -l", &["ls|-l"][..]),
        ("echo 'a b' \"c \\\"d\\\"\" e\\ f", &["echo|a b|c \"d\"|e f"]),
        ("A=1 B='x y' make test", &["make|test"]),
        ("cd api && npm test || echo no; date &", &["cd|api", "npm|test", "echo|no", "date"]),
        ("cat x | grep -c 'a|b' > out 2>&1", &["cat|x", "grep|-c|a|b"]),
        ("sudo -u postgres psql -c 'select 1; select 2'", &["# psql|-c|select 1; select 2"]),
        ("env -u X A=1 nice -n 5 timeout 60 cargo test", &["cargo|test"]),
        (
            "ssh -p 22 root@web1 'sudo systemctl restart nginx && tail -n 5 /var/log/x'",
            &["@web1 # systemctl|restart|nginx", "@web1 tail|-n|5|/var/log/x"],
        ),
        ("ssh jump ssh inner uptime", &["@jump @inner uptime"]),
        ("ssh web1", &["ssh|web1"]),
        ("ssh web1 <<'EOF'\nsystemctl stop x\nEOF\n", &["@web1 systemctl|stop|x"]),
        ("docker exec -it -u root app sh -c 'php artisan test'", &["@app php|artisan|test"]),
        ("docker compose -f a.yml exec -T web phpunit --filter x", &["@web phpunit|--filter|x"]),
        ("kubectl -n prod exec deploy/api -- ls /", &["@deploy/api ls|/"]),
        ("sx server 'cat /etc/hosts'", &["@server cat|/etc/hosts"]),
        ("sx server cat /etc/hosts", &["@server cat|/etc/hosts"]),
        ("for f in a b; do rm \"$f\"; done", &["rm|$f"]),
        ("x=$(git rev-parse HEAD); echo \"at $(date)\"", &["git|rev-parse|HEAD", "echo|at $(date)", "date"]),
        ("bash -lc \"cd /x; make\"", &["cd|/x", "make"]),
        ("find . -name '*.rs' -exec grep -n foo {} +", &["grep|-n|foo|{}"]),
        ("git bisect run make test", &["make|test"]),
        ("find . -name '*.rs' -print0 | xargs -0 -n 1 grep foo", &["find|.|-name|*.rs|-print0", "grep|foo"]),
        ("mysql -p(password argument, masked) -h db1 shop", &["mysql|-pmasked|-h|db1|shop"]),
        ("export TOKEN=(value masked); deploy web1", &["export|TOKEN=masked", "deploy|web1"]),
        ("npx jest --ci", &["jest|--ci"]),
        ("php -d memory_limit=-1 vendor/bin/phpunit", &["vendor/bin/phpunit"]),
        ("python3.12 -m pytest -q", &["pytest|-q"]),
        ("", &[]),
    ] {
        assert_eq!(read(line), found, "{line}");
    }
}

#[test]
fn pipes_files_and_input_are_known() {
    let all = simple("echo 'drop table x' | psql shop | tee out.txt > /dev/null");
    assert_eq!(all[1].input.as_deref(), Some("drop table x"));
    assert_eq!((all[0].piped_into.join(" "), all[2].writes.join(" ")), ("psql tee".into(), "/dev/null".into()));
    assert_eq!(simple("psql shop < a.sql 2> /dev/null")[0].reads, ["a.sql"]);
    assert_eq!(simple("psql <<< 'select 1'")[0].input.as_deref(), Some("select 1"));
    let inner = |line: &str| simple(line).iter().map(|command| command.is_inner).collect::<Vec<_>>();
    assert_eq!(inner("cargo test"), [false]);
    assert_eq!(inner("cargo test | tail"), [true, false]);
    assert_eq!(inner("cargo test || true"), [true, false]);
    assert_eq!(inner("cd x && cargo test"), [false, false]);
}

#[test]
fn odd_lines_do_no_harm() {
    let deep = format!("{}date{}", "$(".repeat(3000), ")".repeat(3000));
    let odd = [deep.as_str(), &"(".repeat(10_000), "a <<X", "\"", "$'", "if then fi", ";;", "a |", "\u{0}", "ssh", "sudo", "docker exec"];
    for line in odd {
        commands(line, &Wrappers::new());
    }
}

proptest::proptest! {
    #[test]
    fn no_line_panics(line in "[a-z '\"$(){}|&;<>\\\\\n=-]{0,60}") {
        commands(&line, &Wrappers::new());
    }
}
