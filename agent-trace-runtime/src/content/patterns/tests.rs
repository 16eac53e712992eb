//! What each pattern finds, and what it passes over.

use serde_json::json;

use super::*;

/// Texts, each with whether it is redacted whole.
fn check(kind: PatternKind, hits: &[&str], misses: &[&str]) {
    let patterns = Patterns::of([kind]);
    let redacted = replacement(kind.name());
    for hit in hits {
        assert_eq!(patterns.redact_text(hit), redacted, "{hit}");
        assert_eq!(patterns.redact_text(&format!("a ({hit}), b")), format!("a ({redacted}), b"));
        // Redacting twice changes nothing.
        let once = Patterns::default().redact_text(hit).into_owned();
        assert_eq!(Patterns::default().redact_text(&once), once);
    }
    for miss in misses {
        assert_eq!(patterns.redact_text(miss), *miss);
    }
}

fn of(prefix: &str, length: usize) -> String {
    let rest = "a1B2c3D4e5F6g7H8i9J0";
    prefix.chars().chain(rest.chars().cycle().take(length)).collect()
}

#[test]
fn api_keys_are_found() {
    let hits = [
        of("sk-", 48),
        of("sk-proj-", 40) + "_-x",
        of("sk-svcacct-", 40),
        of("sk-ant-api03-", 80) + "-AA",
        of("sk-or-v1-", 64),
        of("AIza", 35),
        of("ya29.", 60),
        "AKIAIOSFODNN7EXAMPLE".into(),
        "ASIAIOSFODNN7EXAMPLE".into(),
        of("ghp_", 36),
        of("github_pat_", 60),
        of("glpat-", 20),
        "xoxb-123456789012-abcdefABCDEF".into(),
        of("hf_", 34),
        of("gsk_", 52),
        of("xai-", 80),
        of("pplx-", 48),
        of("sk_live_", 24),
        of("rk_test_", 24),
        of("npm_", 36),
        format!("dapi{}", "0f".repeat(16)),
        format!("aws_secret_access_key = {}", "a/+B".repeat(10)),
        format!("X-Api-Key: {}", of("", 32)),
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----".into(),
    ];
    let hits: Vec<&str> = hits.iter().map(String::as_str).collect();
    check(
        PatternKind::ApiKey,
        &hits,
        &[
            "sk-learn-based-classification-pipeline",
            "sk-short",
            "risk-aB3dE6gH9jK2mN5pQ8sT1vW4",
            "AKIA",
            "AKIAIOSFODNN7EXAMPLETOOLONG",
            "hf_model",
            "ghp_short",
            "the desk_live_room_of_the_house",
            "-----BEGIN PUBLIC KEY-----",
        ],
    );
    let cut = format!("-----BEGIN PRIVATE KEY-----\n{}", "MIIE".repeat(99));
    assert_eq!(Patterns::default().redact_text(&cut), "[redacted: API key]");
}

#[test]
fn keys_and_passwords_are_known_by_their_names() {
    check(
        PatternKind::ApiKey,
        &[
            "api-key: 0123456789abcdef0123456789abcdef",
            "api_key=a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6",
            "apiKey%3Da1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6",
            "AccountKey=a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8i9J0==",
        ],
        &["api_key=settings.openai_api_key", "api key: see the documentation", "api_key=None"],
    );
    check(
        PatternKind::Password,
        &[
            "password=tr0ub4dor",
            "password: tr0ub4dor",
            "PASSWORD=correcthorse",
            "pwd = hunter2hunter2",
            "client_secret=abcdefgh",
            "password%3Dcorrecthorse",
        ],
        &[
            "password: required",
            "password: whatever you like",
            "pwd = read_password()",
            "password=short",
            "PWD=/home/ann/projects",
            "a password is needed",
            "https://example.com:8080/@ann",
            "std::mem::swap(a, b) @home",
            "http://[::1]:80/@x",
        ],
    );
    let patterns = Patterns::default();
    for (text, redacted) in [
        ("MISTRAL_API_KEY=a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6 x", "MISTRAL_[redacted: API key] x"),
        (r#"{"api_key": "0123456789abcdef01234567"}"#, r#"{"[redacted: API key]"}"#),
        (r#"{\"api_key\": \"0123456789abcdef01234567\"}"#, r#"{\"[redacted: API key]\"}"#),
        (r#"{"password": "correct-horse"}"#, r#"{"[redacted: password]"}"#),
        ("https://ann:tr0ub@example.com/a", "https://[redacted: password]@example.com/a"),
        ("postgres://u:pw@localhost:5432/db", "postgres://[redacted: password]@localhost:5432/db"),
        ("redis://:pw@cache", "redis://[redacted: password]@cache"),
    ] {
        assert_eq!(patterns.redact_text(text), redacted);
        assert_eq!(patterns.redact_text(redacted), redacted);
    }
}

#[test]
fn tokens_are_found() {
    let long = format!("Authorization: Bearer {}", of("", 40));
    check(
        PatternKind::BearerToken,
        &[
            &long,
            "bearer abcdef0123456789abcdef",
            "authorization: dXNlcjpwYXNz",
            "Basic dXNlcjpwYXNzd29yZA==",
        ],
        &[
            "the bearer authentication-scheme",
            "Bearer of good news",
            "basic responsibilities",
            "authorization: required",
        ],
    );
    check(
        PatternKind::JsonWebToken,
        &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"],
        &["eyJhbGciOiJIUzI1NiJ9", "eye.contact.made", "keyJhbGciOiJI.abcdefghij.abc"],
    );
}

#[test]
fn what_stands_before_hides_nothing() {
    let found = [
        of("sk-", 48),
        of("sk-proj-", 40),
        of("sk-ant-api03-", 80),
        of("ghp_", 36),
        of("AIza", 35),
        "AKIAIOSFODNN7EXAMPLE".into(),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P".into(),
        "Bearer abcdef0123456789abcdef".into(),
        "4111111111111111".into(),
        "4111 1111 1111 1111".into(),
        "DE89370400440532013000".into(),
    ];
    let patterns = Patterns::default();
    for secret in &found {
        for before in [
            "\\n", "\\t", "\\r", "\\\"", "?k%3D", "a%20", "a%0A", "\\u003d", "\\u0020", "\\x20",
            "key_",
        ] {
            let text = format!("a {before}{secret}\\nb");
            let redacted = patterns.redact_text(&text);
            assert!(!redacted.contains(secret.as_str()), "{redacted}");
            assert!(redacted.ends_with("]\\nb") && redacted.starts_with("a "), "{redacted}");
        }
    }
    for prefix in ["v1", "key"] {
        for key in &found[1..5] {
            assert_eq!(
                patterns.redact_text(&format!("{prefix}{key}")),
                format!("{prefix}[redacted: API key]")
            );
        }
    }
    assert_eq!(
        patterns.redact_text("Authorization%3A%20Bearer%20abcdef0123456789abcdef"),
        "[redacted: bearer token]"
    );
    for miss in ["task-admin-dashboard-component", "risk-or-reward-calculation-sheet", "%zz4"] {
        assert_eq!(patterns.redact_text(miss), miss);
    }
}

#[test]
fn addresses_are_found() {
    check(
        PatternKind::EmailAddress,
        &[
            "ann@example.com",
            "Ann.O'Neil+news@mail.example.co.uk",
            "jörg@müller.de",
            "a_b%c@x-y.museum",
        ],
        &[
            "@ann",
            "ann@",
            "ann@localhost",
            "npm@10.2.3",
            "user@192.168.0.1",
            "a @ b.com",
            "5 @ 3.50",
        ],
    );
    let patterns = Patterns::default();
    assert_eq!(
        patterns.redact_text("write to <ann@example.com>."),
        "write to <[redacted: e-mail address]>."
    );
    assert_eq!(patterns.redact_text("ann@example.com."), "[redacted: e-mail address].");
}

#[test]
fn card_numbers_are_found() {
    check(
        PatternKind::CardNumber,
        &[
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "5555555555554444",
            "378282246310005",
            "3782 822463 10005",
            "30569309025904",
            "4222222222222",
            "6011000990139424",
            "2223003122003222",
            "6304000000000000000",
            "4111.1111.1111.1111",
            "4111111111111111.0",
        ],
        &[
            "4111111111111112",
            "4111 1111 1111 1112",
            "411111111111",
            "41111111111111111111",
            "0.4111111111111111",
            "4111111111111111.5",
            "4111111111111111.05",
            "411.111.111.111.111",
            "a4111111111111111",
            "4111111111111111b",
            "4111 1111-1111 1111",
            "0000 0000 0000 0000",
            "1764100000000",
            "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        ],
    );
    let patterns = Patterns::default();
    let found = "[redacted: card number]";
    let text = "12 4111 1111 1111 1111 and 4111111111111111, 123";
    assert_eq!(patterns.redact_text(text), format!("12 {found} and {found}, 123"));
    assert_eq!(patterns.redact_text("4111 1111 1111 1111 123"), format!("{found} 123"));
}

#[test]
fn account_numbers_are_found() {
    check(
        PatternKind::Iban,
        &[
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "GB82 WEST 1234 5698 7654 32",
            "gb82west12345698765432",
            "FR14 2004 1010 0505 0001 3M02 606",
            "NO93 8601 1117 947",
            "MT84MALT011000012345MTLCAST001S",
        ],
        &[
            "DE89370400440532013001",
            "DE8937040044053201300",
            "DE893704004405320130000",
            "XX89370400440532013000",
            "aDE89370400440532013000",
            "DE89  370400440532013000",
        ],
    );
    assert_eq!(
        Patterns::default().redact_text("to GB82 WEST 1234 5698 7654 32 PLEASE"),
        "to [redacted: IBAN] PLEASE"
    );
}

#[test]
fn numbers_and_keys_of_objects_are_redacted() {
    let arguments = json!({"card": [4111111111111111_u64, 4111111111111111.0_f64], "ann@example.com": [0.25, 7]});
    let redacted = Patterns::default().redact(Content::ToolCallArguments(arguments));
    let expected = json!({"card": ["[redacted: card number]", "[redacted: card number]"], "[redacted: e-mail address]": [0.25, 7]});
    assert_eq!(redacted, Some(Content::ToolCallArguments(expected)));
}

#[test]
fn keys_of_objects_tell_what_their_values_are() {
    let arguments = json!({
        "api_key": "0123456789abcdef0123456789abcdef",
        "nested": [{"dbPassword": "correct-horse", "note": "correct-horse"}],
        "Authorization": "dXNlcjpwYXNz",
        "passenger": "Ann of Amsterdam",
        "key": "a value of some length 1",
    });
    let redacted = Patterns::default().redact(Content::ToolCallArguments(arguments));
    let expected = json!({
        "api_key": "[redacted: API key]",
        "nested": [{"dbPassword": "[redacted: password]", "note": "correct-horse"}],
        "Authorization": "[redacted: bearer token]",
        "passenger": "Ann of Amsterdam",
        "key": "a value of some length 1",
    });
    assert_eq!(redacted, Some(Content::ToolCallArguments(expected)));
}

#[test]
fn patterns_are_chosen_and_added() {
    let text = "ann@example.com ord_7";
    assert_eq!(Patterns::of([]).redact_text(text), text);
    let patterns = Patterns::of([]).with_regex("order", r"ord_\d+").unwrap();
    assert_eq!(patterns.redact_text(text), "ann@example.com [redacted: order]");
    let error = Patterns::default().with_regex("broken", "(").unwrap_err().to_string();
    assert!(error.contains("`broken`"), "{error}");
}

#[test]
fn long_texts_are_read_once() {
    let patterns = Patterns::default();
    for unit in [
        "a",
        "1",
        "1 ",
        "4111 ",
        "%20",
        "password=",
        "://a:",
        "api_key=",
        "sk-",
        "eyJa.",
        "a@",
        "a@b.",
        "DE89 ",
        "-----BEGIN PRIVATE KEY",
    ] {
        let text = unit.repeat(300_000 / unit.len());
        let _ = patterns.redact_text(&text);
    }
}
