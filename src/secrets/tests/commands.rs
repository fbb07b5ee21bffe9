//! Secrets in the arguments of programs.

use regex::Regex;

use super::super::commands::{ROWS, argument, command};
use super::alnum;

/// Command lines with a secret where `§` stands.
const LINES: &[&str] = &[
    "mysql -u root -p§ shop < dump.sql",
    "aws configure set aws_secret_access_key §",
    "rclone config create x s3 access_key_id AKIAxx secret_access_key §",
    "az keyvault secret set --vault-name v --name x --value §",
    "pulumi config set --secret dbPassword §",
    "pulumi config set dbPassword § --secret",
    "mc alias set s3 https://s3.example.org AKIAxx §",
    "etcdctl --user root:§ get a",
    "lftp -u bob,§ ftp.example.org",
    "heroku config:set STRIPE_KEY=§ -a shop",
    "heroku config:set -a shop FOO=§",
    "netlify env:set FOO §",
    "read -r DB_PASS <<< '§'",
    "vercel secrets add foo §",
    "curl -H 'Cookie: session=§' https://example.org",
    "curl --oauth2-bearer § https://example.org",
    "http example.org Authorization:'Bearer §'",
    "http example.org 'Authorization:Bearer §'",
    "http example.org X-Api-Key:§",
    "mysqldump --single-transaction -uroot -p'§' shop",
    "sshpass -p § ssh web1",
    "sshpass -p§ ssh web1",
    "useradd -p § kim",
    "mongosh -u app -p § shop",
    "cqlsh -u app -p §",
    "twine upload -u __token__ -p § dist/*",
    "7z a -p§ a.7z b",
    "sqlcmd -S db -U sa -P § -Q 'select 1'",
    "unzip -P § a.zip",
    "docker login -u kim -p § registry.example.org",
    "helm registry login -u kim -p § registry.example.org",
    "az login --service-principal -u kim -p § --tenant x",
    "redis-cli -h cache -a § flushall",
    "redis-cli AUTH §",
    "redis-cli CONFIG SET requirepass §",
    "ldapsearch -x -D cn=admin -w § -b dc=x",
    "smbclient //files/share -U kim%§",
    "sqlplus kim/§@db1",
    "rabbitmqctl change_password kim §",
    "htpasswd -b .htpasswd kim §",
    "htpasswd -nbB kim §",
    "openssl rsa -in k.pem -passin pass:§ -out k2.pem",
    "openssl enc -aes-256-cbc -k § -in a",
    "openssl passwd -6 §",
    "curl -u kim:§ https://api.example.org",
    "curl -fsSu 'kim:§' https://api.example.org",
    "curl --proxy-user kim:§ https://api.example.org",
    "http -a kim:§ https://api.example.org",
    "curl -b 'session=§' https://api.example.org",
    "xfreerdp /u:kim /p:§ /v:web1",
    "snmpget -v3 -A § -X x web1",
    "nmcli dev wifi connect home password §",
    "wpa_passphrase home §",
    "neo4j-admin set-initial-password §",
    "vault kv put secret/shop user=kim code='§'",
    "vault kv patch secret/shop code=§",
    "vault write auth/userpass/users/kim code=§",
    "vault login §",
    "consul kv put db/password §",
    "etcdctl put /db/password §",
    "kubectl create secret generic api --from-literal=key=§ -n shop",
    "gh secret set CODE --body § -R shop/api",
    "fly secrets set DB=x1 API=§",
    "aws ssm put-parameter --name /shop/db --value '§' --type SecureString",
    "aws secretsmanager create-secret --name db --secret-string §",
    "doctl auth init -t §",
    "cargo login §",
    "mvn sonar:sonar -Dsonar.login=§",
    "dotnet nuget push a.nupkg -k §",
    "composer config http-basic.example.org kim §",
    "composer config --auth github-oauth.github.com §",
    "npm config set //registry.example.org/:_authToken §",
    "wrangler secret put CODE <<< §",
    "echo § | docker login -u kim --password-stdin",
    "echo 'kim:§' | sudo chpasswd",
    "echo § | sudo -S systemctl restart nginx",
    "printf %s '§' | vault kv put secret/shop code=-",
];

/// Each line with a word and with something random.
pub(super) fn examples() -> Vec<(&'static str, String, String)> {
    let with = |line: &&str, secret: String| ("command", line.replace('§', &secret), secret);
    LINES.iter().flat_map(|line| [with(line, "Kaninchen7".to_owned()), with(line, alnum(20))]).collect()
}

#[test]
fn every_row_has_an_example() {
    for row in ROWS {
        let [command, argument] = [command(row), argument(row)].map(|expression| Regex::new(&expression).expect(row.programs));
        let arguments = |line: &str| command.captures(line).map(|found| found["arguments"].to_owned());
        let mut lines = LINES.iter().filter_map(|line| arguments(&line.replace('§', "Kaninchen7")));
        let example = lines.any(|arguments| argument.captures_iter(&arguments).any(|found| found["s"].contains("Kaninchen7")));
        assert!(example, "{} {}", row.programs, row.before);
    }
}

#[test]
fn all_secrets_of_a_line_are_masked_and_what_is_none_stays() {
    for (line, masked) in [
        (
            "vault kv put secret/shop a=one1 b='two 2' c=@file d=-",
            "vault kv put secret/shop a=(secret, masked) b='(secret, masked)' c=@file d=-",
        ),
        ("mysql -u root -p shop && ls -p1", "mysql -u root -p shop && ls -p1"),
        ("curl -u \"$USER:$PASS\" https://example.org", "curl -u \"$USER:$PASS\" https://example.org"),
        ("curl -u name:password https://example.org", "curl -u name:password https://example.org"),
        ("docker run -u 1000:1000 -p 8080:80 web", "docker run -u 1000:1000 -p 8080:80 web"),
        ("mkdir -p a/b; cp -p x y; ssh -p 2222 web1", "mkdir -p a/b; cp -p x y; ssh -p 2222 web1"),
        ("Stores used: `vault kv put secret/shop api_key=…` (18:42).", "Stores used: `vault kv put secret/shop api_key=…` (18:42)."),
        ("ran `mysql -u root -pKaninchen7`", "ran `mysql -u root -p(password, masked)`"),
        ("run cargo login to get a token", "run cargo login to get a token"),
        ("psql -p 5432 -U app shop", "psql -p 5432 -U app shop"),
        ("echo done | tee log", "echo done | tee log"),
    ] {
        assert_eq!(super::mask(line).text, masked);
    }
}
