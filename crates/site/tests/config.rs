//! `site.toml`: what is refused, and in which words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use site::{Config, Tls};

const GOOD: &str = "listen = \"127.0.0.1:8080\"\nbase_url = \"https://example.org/\"\n";

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(Path::new("/srv/news/site.toml"), text).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(text: &str, line: usize, words: &[&str]) {
    let error = parse(text).expect_err(text);
    let place = format!("/srv/news/site.toml:{line}: ");
    assert!(error.starts_with(&place), "{error}\ninstead of {place}");
    for word in words {
        assert!(error.contains(word), "{error}\nwithout {word:?}");
    }
}

#[test]
fn the_least_and_its_defaults() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.listen.port(), 8080);
    assert_eq!(config.base_url, "https://example.org");
    assert_eq!(config.content, PathBuf::from("/srv/news/content"));
    assert_eq!(config.tick.secs(), 3600);
    assert_eq!(config.tls, Tls::None);
    assert_eq!(config.timeouts.header, Duration::from_secs(10));
    assert_eq!(config.visits_per_prefix, Some(400));
    assert!(!config.onion && config.proxies.is_empty() && !config.mix_on_premises);
    assert_eq!(config.mix, mix::link::Limits::default());
}

#[test]
fn everything_can_be_said() {
    let text = "listen = \"[::]:443\"\nredirect_listen = \"[::]:80\"\nbase_url = \"https://example.org\"\n\
        content = \"/srv/stories\"\ntick_secs = 10\nmix_on_premises = true\n\
        [tls]\nmode = \"acme\"\ndomains = [\"example.org\", \"www.example.org\"]\n\
        contact = [\"mailto:a@example.org\"]\n\
        [limits]\nconnections = 100\nconnections_per_address = 10\nvisits_per_prefix = 0\nheader_secs = 1\n\
        body_secs = 2\nstall_secs = 3\nrequest_secs = 4\nidle_secs = 5\nshutdown_secs = 6\n\
        [proxy]\ntrusted = [\"127.0.0.1\", \"::ffff:10.0.0.1\"]\nonion = true\n\
        [mix]\nbatch_items = 128\npool_items = 2048\nepoch_ticks = 2\nseen_bits = 12\nsnapshot_secs = 5\n\
        noise_shift = 20\nnoise_scale = 3\nwithout_landlock = true\n";
    let config = parse(text).unwrap();
    assert_eq!(config.content, PathBuf::from("/srv/stories"));
    assert!(matches!(&config.tls, Tls::Acme { domains, directory, .. }
        if domains.len() == 2 && directory.contains("letsencrypt")));
    assert_eq!(config.visits_per_prefix, None);
    let times = config.timeouts;
    let secs = [times.header, times.body, times.stall, times.request, times.idle, times.shutdown];
    assert_eq!(secs.map(|time| time.as_secs()), [1, 2, 3, 4, 5, 6]);
    assert_eq!(config.proxies[1].to_string(), "10.0.0.1");
    assert_eq!(config.mix.noise_shift, 20);
    assert!(config.onion && config.mix_on_premises && config.mix_without_landlock);
}

#[test]
fn files_are_named_from_the_folder_of_the_configuration() {
    let text =
        format!("{GOOD}[tls]\nmode = \"files\"\ncertificate = \"a.pem\"\nkey = \"/k.pem\"\n");
    let expected = Tls::Files { certificate: "/srv/news/a.pem".into(), key: "/k.pem".into() };
    assert_eq!(parse(&text).unwrap().tls, expected);
}

#[test]
fn unknown_keys_are_refused_everywhere() {
    refused(&format!("{GOOD}colour = 1\n"), 3, &["unknown key `colour`", "remove it", "base_url"]);
    refused(&format!("{GOOD}[limits]\nconections = 1\n"), 4, &["conections", "`connections`"]);
    refused(&format!("{GOOD}[proxy]\ntrust = []\n"), 4, &["trust", "`trusted`"]);
    refused(&format!("{GOOD}[mix]\nbatch = 1\n"), 4, &["batch", "`batch_items`"]);
    refused(&format!("{GOOD}[tls]\nmode = \"none\"\nport = 1\n"), 3, &["port"]);
    refused(&format!("{GOOD}[log]\naccess = true\n"), 3, &["unknown key `log`"]);
}

#[test]
fn wrong_values_are_named_with_their_line_and_mend() {
    refused("base_url = \"https://a\"\n", 1, &["missing key `listen`", "add it"]);
    refused("listen = \"nowhere\"\nbase_url = \"https://a\"\n", 1, &["socket address"]);
    refused("listen = \n", 1, &[]);
    for bad in ["example.org", "ftp://example.org", "https://example.org/news", ""] {
        let text = format!("listen = \"127.0.0.1:1\"\nbase_url = \"{bad}\"\n");
        refused(&text, 2, &["base_url", "https://example.org"]);
    }
    refused(&format!("{GOOD}tick_secs = 0\n"), 3, &["1 to 86400", "3600"]);
    refused(&format!("{GOOD}tick_secs = \"hour\"\n"), 3, &["u32"]);
    refused(&format!("{GOOD}[limits]\nidle_secs = 0\n"), 4, &["idle_secs = 0", "1 to 3600"]);
    refused(&format!("{GOOD}[limits]\n\nconnections = 0\n"), 5, &["connections = 0"]);
    refused(&format!("{GOOD}[mix]\nbatch_items = 1\n"), 3, &["batch_items = 1", "8 to 1024"]);
    refused(&format!("{GOOD}[proxy]\ntrusted = [\"proxy\"]\n"), 4, &["IP address"]);
    refused(&format!("{GOOD}[tls]\nmode = \"magic\"\n"), 4, &["magic", "acme"]);
    refused(
        &format!("{GOOD}[tls]\nmode = \"files\"\nkey = \"k\"\n"),
        3,
        &["certificate", "add it"],
    );
    refused(&format!("{GOOD}[tls]\nmode = \"acme\"\ndomains = []\n"), 3, &["domains"]);
    refused(&format!("{GOOD}[tls]\nmode = \"acme\"\ndomains = [\"a b\"]\n"), 3, &["domains"]);
    let contact = "[tls]\nmode = \"acme\"\ndomains = [\"a.org\"]\ncontact = [\"me\"]\n";
    refused(&format!("{GOOD}{contact}"), 3, &["\"me\"", "mailto:"]);
    let plain = "listen = \"127.0.0.1:1\"\nbase_url = \"http://a.org\"\n[tls]\nmode = \"acme\"\ndomains = [\"a.org\"]\n";
    refused(plain, 2, &["http://", "https://"]);
}

#[test]
fn a_missing_file_says_what_makes_one() {
    let error = Config::load(Path::new("/nowhere/site.toml")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/site.toml") && error.contains("subrosa site init"), "{error}");
}
