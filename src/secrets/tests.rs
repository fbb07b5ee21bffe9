//! Both directions are measured: secrets that must go, ordinary text that must stay. Fake secrets are joined from parts here so that
//! no scanner takes this file for a leak.

use std::collections::HashSet;

use proptest::prelude::*;
use regex::Regex;

use super::kinds::KINDS;
use super::{marks as marks_of, mask, mask_value};
use crate::parallel::assert_linear;

mod commands;
mod tokens;

/// Characters as a generator would give them, always the same.
fn random(length: usize, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15 ^ length as u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[usize::try_from(state % letters.len() as u64).expect("below the alphabet's length")]
    };
    (0..length).map(|_| next()).collect()
}

fn alnum(length: usize) -> String {
    format!("a1B{}", random(length.saturating_sub(3), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
}

fn hex(length: usize) -> String {
    format!("0af{}", random(length.saturating_sub(3), "0123456789abcdef"))
}

fn upper(length: usize) -> String {
    random(length, "ABCDEFGHJKLMNPQRSTUVWXYZ234567")
}

/// Row id, text with the secret in it, the secret.
fn corpus() -> Vec<(&'static str, String, String)> {
    let mut all = Vec::new();
    let mut add = |id, before: &str, secret: String, after: &str| all.push((id, format!("{before}{secret}{after}"), secret));
    for (id, prefix, body) in tokens::tokens() {
        add(id, "deployed with ", format!("{prefix}{body}"), " yesterday");
    }
    let pem = |lines: usize| (0..lines).map(|_| alnum(64)).collect::<Vec<_>>().join("\n");
    add("private-key", "key:\n-----BEGIN RSA PRIVATE KEY-----\n", pem(4), "\nab==\n-----END RSA PRIVATE KEY-----\nafter");
    add("private-key", "-----BEGIN OPENSSH PRIVATE KEY-----\n+", pem(3).replace('\n', "\n+"), "\n+-----END OPENSSH PRIVATE KEY-----\n");
    add(
        "private-key",
        "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n",
        pem(2).replace('\n', "\\n"),
        "\\n-----END PRIVATE KEY-----\\n\"}",
    );
    add("private-key", "cut off: -----BEGIN EC PRIVATE KEY-----\n  ", pem(1), "\n");
    add("aws-secret-key", "aws_secret_access_key = ", alnum(40), "\n");
    add("aws-secret-key", "aws configure set aws_secret_access_key ", alnum(40), "");
    add("aws-secret-key", "{\"AwsSessionToken\": \"", alnum(200), "\"}");
    add("signed-url", "https://b.example.org/k?X-Amz-Algorithm=AWS4&X-Amz-Signature=", hex(64), "&X-Amz-SignedHeaders=host");
    add("kubernetes-secret", "---\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  dsn: ", "kaninchen".to_owned(), "\n");
    add("putty-key", "Encryption: none\nPrivate-Lines: 2\n", format!("{}\n{}", alnum(64), alnum(40)), "\nPrivate-MAC: 49");
    add("private-key", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", pem(3), "\n---- END SSH2 ENCRYPTED PRIVATE KEY ----");
    add("teams-webhook", "https://shop.webhook.office.com/webhookb2/", format!("{}@{}/IncomingWebhook/{}", hex(36), hex(36), hex(32)), "");
    add("discord-webhook", "https://ptb.discord.com/api/v10/webhooks/", format!("123456789012345678/{}", alnum(60)), "");
    add("telegram-token", "curl https://api.telegram.org/bot", format!("1234567890:AA{}", alnum(33)), "/sendMessage");
    add("password-hash", "kim:$apr1$", format!("{}${}", alnum(8), alnum(22)), "");
    add("password-hash", "kim:{SHA}", alnum(27), "=");
    add("password-hash", "root:$y$j9T$", format!("{}${}", alnum(22), alnum(43)), ":19000:");
    add("aws-secret-key", "AWS_SECRET_ACCESS_KEY=", alnum(40), " terraform apply");
    add(
        "azure-storage-key",
        "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=",
        alnum(86) + "==",
        ";EndpointSuffix=core.windows.net",
    );
    add("azure-sas", "https://x.blob.core.windows.net/c?sv=2022-11-02&sig=", alnum(43) + "%3D", "&se=2030");
    add("slack-webhook", "curl https://hooks.slack.com/services/", format!("T{}/B{}/{}", upper(8), upper(8), alnum(24)), " -d x");
    add("discord-webhook", "https://discord.com/api/webhooks/", format!("123456789012345678/{}", alnum(60)), "");
    add("laravel-key", "APP_KEY=base64:", alnum(43) + "=", "\n");
    add("bearer-token", "curl -H 'Authorization: Bearer ", alnum(32), "' https://api.example.org");
    add("bearer-token", "headers: { Authorization: `Bearer ", alnum(24), "` }");
    add("basic-credentials", "Authorization: Basic ", "dXNlcjpo".to_owned() + "dW50ZXIy", "\n");
    add("authorization", "Authorization: Token ", hex(40), "\n");
    add("authorization", "\"authorization\": \"", alnum(30), "\"");
    add("cookie", "Cookie: session=", alnum(40), "\n");
    add("cookie", "Cookie: theme=dark; session=", alnum(40), "; csrftoken=x\n");
    add("url-password", "git clone https://kim:", alnum(14), "@git.example.org/shop.git");
    add("url-password", "DATABASE_URL=postgres://shop:", "s3cr3tPass".to_owned(), "@db.example.org:5432/shop");
    add("url-password", "redis://:", alnum(20), "@10.0.0.5:6379/0");
    add("url-password", "amqp://guest:", "gue5t-Long".to_owned(), "@mq/vhost");
    add("database-password", "mongodb+srv://app:", "p@ss/w0rd".to_owned(), "@cluster0.example.net/db?retryWrites=true");
    add("connection-password", "psql \"host=db user=app password=", "kaninchen".to_owned(), " dbname=shop\"");
    add("connection-password", "jdbc:postgresql://db/shop?user=app&password=", "kaninchen".to_owned(), "");
    add("query-token", "curl 'https://api.example.org/x?key=", alnum(24), "'");
    add("netrc", "machine api.example.org\n  login kim\n  password ", "kaninchen".to_owned(), "\n");
    add("pgpass", "# shop\ndb.example.org:5432:shop:kim:", "kaninchen".to_owned(), "\n");
    add("shell-variable", "set -gx DB_PASSWORD ", "hunter2".to_owned(), "");
    add("header-argument", "curl -H 'Authorization: Bearer ", "kaninchen".to_owned(), "' https://api.example.org");
    add("header-argument", "curl --header \"PRIVATE-TOKEN: ", alnum(20), "\" https://git.example.org");
    add("url-token", "git remote add o https://", hex(40), "@github.com/a/b.git");
    add("argument", "login --username kim --password ", "hunter2".to_owned(), " host");
    add("argument", "deploy --token=", alnum(24), " --force");
    add("argument", "cli --api-key '", "abc defghij 123".to_owned(), "' run");
    add("argument", "cmd: [\"login\", \"--password\", \"", "hunter2x".to_owned(), "\"]");
    add("argument", "vault --client-secret ", alnum(20), "");
    add("prose", "the root password is ", "s3cretPass26".to_owned(), ", rotate it");
    add("prose-token", "the api key ", "s3cretKey2699".to_owned(), " leaked");
    add("prose-token", "rotated, the token is ", "s3cretKey2699".to_owned(), " now");
    add("prose", "pw ", "s3cretPass2819".to_owned(), " works");
    add("assignment", r"sh -c 'export PASSWORD='\''", "hunter2".to_owned(), r"'\''; true'");
    add("assignment", r"ssh web1 'MYSQL_PWD='\''", "hunter2".to_owned(), r"'\'' mysql -u root'");
    add("assignment", r#"ssh web1 'MYSQL_PWD='"'"'"#, "hunter2".to_owned(), r#"'"'"' mysql -u root'"#);
    add("printed", r"sh -c 'echo '\''", "kaninchen".to_owned(), r"'\'' | docker login --password-stdin'");
    add("mysql", r"sh -c 'mysql -uroot -p'\''", "hunter2".to_owned(), r"'\'' -e '\''select 1'\'''");
    add("sql-password", "mysql -e \"SET PASSWORD FOR app@web = '", "n3wPass".to_owned(), "'\"");
    add("sql-password", "mysql -e \"GRANT ALL ON *.* TO app IDENTIFIED BY '", "n3wPass".to_owned(), "'\"");
    add("sql-password", "psql -c 'ALTER ROLE app PASSWORD '\\''", "sup3rGeheim".to_owned(), "'\\''' shop");
    add("sql-password", "CREATE USER app WITH PASSWORD '", "zwei Taxis 9".to_owned(), "';");
    add("sql-password", "mysql -e \"ALTER USER 'app'@'%' IDENTIFIED BY '", "n3wPass".to_owned(), "'\"");
    add("sql-password", "mysql -e \"SET PASSWORD FOR a = PASSWORD('", "n3wPass".to_owned(), "')\"");
    add("acl-password", "user alice on >", "kaninchen".to_owned(), " ~* +@all");
    add("acl-password", "ACL SETUSER alice on ~* +@all >", "kaninchen".to_owned(), "");
    add("environment-default", "'key' => env('APP_KEY', '", "kaninchen9".to_owned(), "'),");
    add("environment-default", "os.environ.get(\"DB_PASSWORD\", \"", "kaninchen".to_owned(), "\")");
    add("setter", "cfg.setPassword(\"", "kaninchen".to_owned(), "\");");
    add("login-arguments", "DriverManager.getConnection(\"jdbc:x\", \"app\", \"", "kaninchen".to_owned(), "\")");
    add("login-arguments", "requests.post(url, auth=('kim', '", "kaninchen".to_owned(), "'))");
    add("login-arguments", "req.SetBasicAuth(\"kim\", \"", "kaninchen".to_owned(), "\")");
    add("login-call", "client.Login(\"kim\", \"", "S3cretPass26".to_owned(), "\")");
    add("jwt-key", "jwt.encode(payload, '", "kaninchen".to_owned(), "', algorithm='HS256')");
    add("option-default", "add_argument('--password', default='", "kaninchen".to_owned(), "')");
    add("environment-default", "os.environ.setdefault('SECRET_KEY', '", "kaninchen9".to_owned(), "')");
    add("xml-element", "<password>", "hunter2".to_owned(), "</password>");
    add("xml-element", "<apiKey type=\"x\">", alnum(24), "</apiKey>");
    add("assignment", "VAULT_TOKEN=s.", alnum(24), "");
    add("assignment", "# shop\nspring.datasource.password=", "kaninchen".to_owned(), "\nspring.jpa.open-in-view=false");
    add("assignment", "db:\n  password: ", "kaninchen".to_owned(), "\n  user: kim");
    add("assignment", "storepass=", alnum(12), "");
    add("assignment", "SSHPASS=", "kaninchen".to_owned(), " sshpass -e ssh web1");
    add("assignment", "export DB_PASSWORD=", "correcthorse".to_owned(), "\n");
    add("assignment", "PGPASSWORD=", "hunter2".to_owned(), " psql -h db");
    add("assignment", "docker run -e MYSQL_ROOT_PASSWORD=", "rootpw".to_owned(), " mysql:8");
    add("assignment", "password: ", "hunter2".to_owned(), "\nuser: kim");
    add("assignment", "the new password=", "Tr0ub4dor&3".to_owned(), " was set on web1");
    add("assignment", "{\"client_secret\": \"", alnum(30), "\"}");
    add("assignment", "const apiKey = '", alnum(32), "';");
    add("assignment", "password = \"", "hunter".to_owned(), "\"");
    add("assignment", "Server=db;User Id=sa;Password=", "Str0ng!Pass".to_owned(), ";Encrypt=true");
    add("assignment", "GET /cb?access_token=", alnum(30), "&state=x");
    add("assignment", "jwt_secret => '", "my-jwt-hmac".to_owned(), "',");
    add("assignment", "//registry.example.org/:_authToken=", alnum(36), "\n");
    add("assignment", "X-Api-Key: ", alnum(32), "\n");
    add("assignment", "encryption_key: ", hex(64), "\n");
    add("assignment", "webhook_key = \"", alnum(40), "\"");
    add("assignment", "  \"auth\": \"", "a2ltOmh1bnRlcjI0Mg".to_owned() + "==", "\"");
    add("assignment", "+  api_secret: \"", alnum(20), "\"");
    add("assignment", "body: {\\\"password\\\":\\\"", "hunter2".to_owned(), "\\\"}");
    all.extend(commands::examples());
    all
}

/// A window of the secret's middle: what must never survive.
fn middle(secret: &str) -> &str {
    let longest = secret.split(['\n', '\\', ' ']).max_by_key(|part| part.len()).unwrap_or(secret);
    let (from, to) = (longest.len() / 4, longest.len() - longest.len() / 4);
    longest.get(from..to).unwrap_or(longest)
}

#[test]
fn secrets_are_found() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{} shapes", corpus.len());
    let survived: Vec<_> = corpus.iter().filter(|(_, text, secret)| mask(text).text.contains(middle(secret))).collect();
    // every shape of the corpus is found; the required share is 98 %
    assert!(survived.is_empty(), "{} of {} survived: {survived:#?}", survived.len(), corpus.len());
}

#[test]
fn every_row_is_found_by_its_own_example() {
    let mut ids = HashSet::new();
    let corpus = corpus();
    for kind in KINDS {
        assert!(ids.insert(kind.id), "{} twice", kind.id);
        Regex::new(kind.pattern).expect(kind.id);
        let hint = Regex::new(&format!("(?i-u:{})", kind.hint)).expect(kind.id);
        let examples: Vec<_> = corpus.iter().filter(|(id, ..)| *id == kind.id).collect();
        assert!(!examples.is_empty(), "{} has no example", kind.id);
        for (_, text, secret) in examples {
            assert!(hint.is_match(text), "{}: the hint misses {text}", kind.id);
            let masked = mask(text).text.into_owned();
            assert!(!masked.contains(middle(secret)), "{}: {text}", kind.id);
            assert_eq!(mask(&masked).text, masked, "{}: masked twice", kind.id);
        }
    }
}

#[test]
fn what_surrounds_a_secret_stays() {
    let stripe = format!("sk_{}_{}", "live", alnum(24));
    for (text, want) in [
        (format!("STRIPE_SECRET={stripe}"), "STRIPE_SECRET=(Stripe secret key, masked)".to_owned()),
        (format!("\"key\": \"{stripe}\","), "\"key\": \"(Stripe secret key, masked)\",".to_owned()),
        ("postgres://shop:s3cr3tPass@db/x".to_owned(), "postgres://shop:(password, masked)@db/x".to_owned()),
        ("mysql -u root -pS3cret shop".to_owned(), "mysql -u root -p(password, masked) shop".to_owned()),
        ("login --password \"a b c\" host".to_owned(), "login --password \"(password, masked)\" host".to_owned()),
        ("Password=Str0ng!Pass;Encrypt=true".to_owned(), "Password=(password, masked);Encrypt=true".to_owned()),
        ("f(password=\"hunter2\", x=1)".to_owned(), "f(password=\"(password, masked)\", x=1)".to_owned()),
    ] {
        let masked = mask(&text);
        assert_eq!(masked.text, want);
        let marks: Vec<_> = masked.hits.iter().flat_map(|(kind, number)| vec![*kind; *number]).collect();
        assert_eq!(marks_of(&masked.text), marks);
        assert_eq!(masked.hits.iter().map(|(_, n)| n).sum::<usize>(), 1, "{text}");
    }
}

#[test]
fn ordinary_text_stays() {
    let lines = include_str!("../../tests/fixtures/secrets/ordinary.txt");
    let lines: Vec<&str> = lines.lines().filter(|line| !line.is_empty()).collect();
    let masked: Vec<_> = lines.iter().filter(|line| !mask(line).hits.is_empty()).map(|line| mask(line).text).collect();
    assert!(lines.len() >= 150, "{} lines", lines.len());
    assert!(masked.is_empty(), "{} of {}: {masked:#?}", masked.len(), lines.len());
}

/// Lines of a kind of text that holds no secret: lines of commit ids, UUIDs, digests, lock files and test data, made up.
fn generated() -> Vec<(&'static str, Vec<String>)> {
    // another length is another seed
    let base64 = |n: usize, length| random(length + n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").split_off(n);
    let hex = |n: usize, length| random(length + n, "0123456789abcdef").split_off(n);
    let uuid = |n: usize| format!("{}-{}-4{}-a{}-{}", hex(n, 8), hex(n, 4), hex(n, 3), hex(n + 1, 3), hex(n, 12));
    let of = |line: &dyn Fn(usize) -> String| (0..200).map(line).collect::<Vec<_>>();
    vec![
        ("commits", of(&|n| format!("commit {}\n{} Fix the parser ({n})", hex(n, 40 + n % 2 * 24), hex(n, 7)))),
        ("diffs", of(&|n| format!("index {}..{} 100644\n@@ -{n},7 +{n},9 @@ fn parse(token: &str)", hex(n, 10), hex(n + 1, 10)))),
        ("uuids", of(&|n| format!("{{\"id\": \"{}\", \"request_id\": \"{}\"}}", uuid(n), uuid(n + 1)))),
        ("digests", of(&|n| format!("{}  dist/app-{n}.tar.gz\nsha256:{}", hex(n, 64), hex(n + 1, 64)))),
        (
            "lock files",
            of(&|n| {
                let (digest, integrity) = (hex(n, 64), base64(n, 86));
                format!("checksum = \"{digest}\"\n\"integrity\": \"sha512-{integrity}==\",\n--hash=sha256:{digest} \\")
            }),
        ),
        (
            "test data",
            of(&|n| {
                let blob = base64(n, 76);
                format!("{blob}\nlet png = \"{}==\";\ndata:image/png;base64,{blob}", base64(n, 40))
            }),
        ),
    ]
}

/// This program's own sources and lock file, line by line: code that speaks of tokens and keys all the time.
fn sources() -> Vec<String> {
    fn all(folder: &std::path::Path, lines: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()) {
            match entry.is_dir() {
                true => all(&entry, lines),
                // the corpus of secrets itself is not ordinary
                false
                    if entry.ends_with("secrets/tests.rs")
                        || entry.ends_with("secrets/tests/commands.rs")
                        || entry.ends_with("kept/tests.rs") => {}
                false => lines.extend(std::fs::read_to_string(&entry).unwrap_or_default().lines().map(str::to_owned)),
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = Vec::new();
    all(&root.join("src"), &mut lines);
    lines.extend(std::fs::read_to_string(root.join("Cargo.lock")).expect("readable").lines().map(str::to_owned));
    lines
}

#[test]
fn fewer_than_one_line_in_a_hundred_is_masked_wrongly() {
    let mut kinds: Vec<(&str, Vec<String>)> = generated();
    kinds.push(("source", sources()));
    for (kind, texts) in kinds {
        let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()).collect();
        let wrong: Vec<&&str> = lines.iter().filter(|line| !mask(line).hits.is_empty()).collect();
        assert!(wrong.len() * 100 < lines.len(), "{kind}: {} of {}: {:#?}", wrong.len(), lines.len(), &wrong[..wrong.len().min(20)]);
    }
}

#[test]
fn values_by_key_and_by_content() {
    let stripe = format!("sk_{}_{}", "live", alnum(24));
    for (key, value, want) in [
        ("STRIPE_SECRET", stripe.as_str(), Some("(Stripe secret key, value masked)")),
        ("anything", stripe.as_str(), Some("(Stripe secret key, value masked)")),
        ("db_password", "postgres", Some("(password, value masked)")),
        ("db_password", "\"correct horse\"", Some("(password, value masked)")),
        ("password", "1234", Some("(password, value masked)")),
        ("requirepass", "foobared", Some("(password, value masked)")),
        ("apiKey", "abc", Some("(API key, value masked)")),
        ("SECRET_KEY_BASE", "0af", Some("(secret key, value masked)")),
        ("url", "postgres://u:hunter2@db/x", Some("postgres://u:(password, masked)@db/x")),
        ("command", "mysql -u root -pS3cret shop", Some("mysql -u root -p(password, masked) shop")),
        ("password", "${DB_PASSWORD}", None),
        ("password", "changeme", None),
        ("password", "changeme-2026", None),
        ("api_key", "changeme-please-12345", Some("(API key, value masked)")),
        ("jwt_secret", "replace-me-3f9a8b7c6d5e4f3a2b1c", Some("(secret, value masked)")),
        ("password", "\"\"", None),
        ("password_min_length", "8", None),
        ("token_ttl", "3600", None),
        ("token", "30", None),
        ("permissions.id-token", "write", None),
        ("max_tokens", "4096", None),
        ("tokens", "a1b2c3d4e5f6", Some("(token, value masked)")),
        ("secretName", "web-tls", None),
        ("tokenUrl", "https://example.org/oauth", None),
        ("private_key_path", "/etc/ssl/key.pem", None),
        ("public_key", "AAAAC3NzaC1lZDI1NTE5AAAAIK8s7d6f5g4h3j2k1l", None),
        ("password", "{{ vault_password }}", None),
        ("cache-key", "v1-linux-a8f5f167f44f4964e6c998dee827110c", None),
        ("retry_after", "330", None),
        ("IMAGE_REL_TOKEN", "0x000D", None),
        ("auth.existingSecret", "db-creds", None),
        ("pwd", "/srv/app", None),
        ("auth", "basic", None),
        ("auth", "kim:hunter2", Some("(password, value masked)")),
        ("bearer", "abc", Some("(token, value masked)")),
        ("user", "alice on >hunter2 ~* +@all", Some("alice on >(password, masked) ~* +@all")),
    ] {
        assert_eq!(mask_value(key, value).map(|m| m.shown).as_deref(), want, "{key} = {value}");
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    for piece in [
        "-----BEGIN PRIVATE KEY-----\n", "mysql ", "a://b:", "password=", "<password>", "curl -u ", "\"token\": \"", "eyJ", "cookie: a=",
        "--password ",
    ] {
        assert_linear(piece, |part| piece.repeat(200_000 / piece.len() / part), |text| drop(mask(text)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn masking_twice_changes_nothing_more(picks in proptest::collection::vec((0..60_usize, "[ -~\n]{0,12}"), 1..5)) {
        let corpus = corpus();
        let text: String = picks.iter().map(|(i, glue)| format!("{glue}{}", corpus[i % corpus.len()].1)).collect();
        let once = mask(&text).text.into_owned();
        let twice = mask(&once).text.into_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn no_middle_survives_whatever_surrounds_it(pick in 0..200_usize, before in "[0-9 \n]{0,20}", after in "[0-9 \n]{0,20}") {
        let corpus = corpus();
        let (_, text, secret) = &corpus[pick % corpus.len()];
        let text = format!("{before} {text} {after}");
        prop_assert!(!mask(&text).text.contains(middle(secret)), "{}", text);
    }

    #[test]
    fn any_text_can_be_masked(text in "\\PC{0,200}") {
        let once = mask(&text).text.into_owned();
        let twice = mask(&once).text.into_owned();
        prop_assert_eq!(twice, once);
        mask_value(&text, &text);
    }
}
