//! What keys, tokens and addresses look like.

use std::ops::Range;

/// Keys by the prefixes that their services give them so that they can be found.
const API_KEYS: &[&str] = &[
    // OpenAI, DeepSeek and others, Anthropic, OpenRouter, Langfuse.
    "sk-[A-Za-z0-9]{20,}",
    "sk-(?:proj|svcacct|admin|ant|or|lf)-[A-Za-z0-9_-]{16,}",
    // Google: API keys and access tokens.
    "AIza[A-Za-z0-9_-]{35,}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    // AWS.
    "(?:AKIA|ASIA)[A-Z0-9]{16}(?:(?-u:\\b)|_)",
    // GitHub, GitLab.
    "gh[pousr]_[A-Za-z0-9]{36,}",
    "github_pat_[A-Za-z0-9_]{22,}",
    "glpat-[A-Za-z0-9_-]{20,}",
    // Slack.
    "xox[a-z]-[A-Za-z0-9-]{10,}",
    "xapp-[0-9]-[A-Za-z0-9-]{10,}",
    r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    // Hugging Face, Groq, xAI, Perplexity, Replicate, NVIDIA, Tavily, Pinecone.
    "hf_[A-Za-z0-9]{30,}",
    "gsk_[A-Za-z0-9]{20,}",
    "xai-[A-Za-z0-9]{40,}",
    "pplx-[A-Za-z0-9]{32,}",
    "r8_[A-Za-z0-9]{30,}",
    "nvapi-[A-Za-z0-9_-]{40,}",
    "tvly-[A-Za-z0-9-]{20,}",
    "pcsk_[A-Za-z0-9_]{30,}",
    // Databricks, Stripe, SendGrid, npm, PyPI, DigitalOcean, Shopify.
    "dapi[0-9a-f]{32}",
    "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",
    "whsec_[A-Za-z0-9+/=]{24,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}",
    "npm_[A-Za-z0-9]{36}",
    "pypi-[A-Za-z0-9_-]{50,}",
    "dop_v1_[0-9a-f]{64}",
    "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    // To its end, or to that of the text where it was cut.
    "-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)",
];

/// What has no prefix of its own is known by the name before it: keys of Azure, Mistral and others.
pub(super) const NAMED_KEY: &str = concat!(
    r"(?i:(?:x-|x-goog-|aws_?)?(?:api|subscription|account|shared_?access|secret_?access)[-_ ]?key)",
    r#"\\*["']?\s*(?:[:=]|(?i:%3a|%3d))\s*\\*["']?[A-Za-z0-9._~+/=-]{16,}"#,
);

/// Whether the value is one, and no name of a variable.
pub(super) fn is_named_key(text: &str, found: Range<usize>) -> bool {
    ends_with_token(&text[found])
}

/// What is assigned to a name of passwords. Brackets at its end are those around it.
pub(super) const PASSWORD: &str = concat!(
    r"(?i:password|passwd|passphrase|pwd|client_?secret|secret_?key)",
    r#"\\*["']?\s*(?:[:=]|(?i:%3a|%3d))\s*\\*["']?"#,
    r#"[^\s"'\[\\,;&][^\s"'\\,;&]{6,}[^\s"'\\,;&()\[\]{}<>.]"#,
);

/// The user and the password in an address.
pub(super) const CREDENTIALS: &str = r#"://([^\s/:@"'<>?\#\[]*:[^\s/"'<>?\#\[]+)@"#;

/// Whether a key of an object may be a name of one of these. Long ones are texts.
pub(super) fn is_name(key: &str) -> bool {
    let key = if key.len() <= 64 { key.to_ascii_lowercase() } else { return false };
    ["key", "pass", "pwd", "secret", "authorization"].iter().any(|part| key.contains(part))
}

/// Whether a password is written there, and not words or code: `password: required`, `pwd = read_it()`.
pub(super) fn is_password(text: &str, found: Range<usize>) -> bool {
    let is_call = text[found.end..].starts_with('(');
    let found = &text[found];
    let Some(split) = found.find([':', '=', '%']) else { return false };
    let value = &found[split..];
    let is_apart = value[1..].starts_with(char::is_whitespace);
    let is_assigned = !value.starts_with(':') && !is_apart;
    let value = value[1..].trim_start();
    // What the shell calls the working directory.
    if value.starts_with('/') && found[..split].eq_ignore_ascii_case("pwd") {
        return false;
    }
    let is_quoted = value.trim_start_matches('\\').starts_with(['"', '\'']);
    let has_other = value.bytes().any(|byte| byte.is_ascii_digit() || b"!@#$^*+?".contains(&byte));
    is_quoted || !is_call && (is_assigned || has_other)
}

/// All of them in one expression.
pub(super) fn api_keys() -> String {
    API_KEYS.join("|")
}

/// Whether a key begins here. After a letter it has to look like one: `task-admin-…` holds a prefix too.
pub(super) fn is_api_key(text: &str, found: Range<usize>) -> bool {
    if begins_apart(&text[..found.start]) {
        return true;
    }
    let key = &text[found];
    let is_marked = key.strip_prefix("sk-").is_none_or(|rest| rest.contains('-'));
    key.starts_with("-----") || is_marked && looks_random(key)
}

/// Whether a key begins here, other than in the middle of a word that only looks like one.
pub(super) fn is_json_web_token(text: &str, found: Range<usize>) -> bool {
    begins_apart(&text[..found.start]) || looks_random(&text[found])
}

/// Whether what follows this text begins something: no letter stands before it, but that of an escape.
fn begins_apart(before: &str) -> bool {
    !before.ends_with(|last: char| last.is_ascii_alphabetic()) || ends_with_escape(before)
}

/// Whether a text ends with an escape of JSON, of source code or of an address: `\n`, `\u003d`, `%3D`.
pub(super) fn ends_with_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |mark: &[u8], digits: usize| {
        bytes.len().checked_sub(mark.len() + digits).is_some_and(|start| {
            let (found, rest) = bytes[start..].split_at(mark.len());
            found == mark && rest.iter().all(u8::is_ascii_hexdigit)
        })
    };
    matches!(bytes, [.., b'\\', b'0' | b'a'..=b'z'])
        || ends(b"%", 2)
        || ends(b"\\x", 2)
        || ends(b"\\u", 4)
}

/// Whether twelve characters in a row, three digits among them, are no words.
fn looks_random(key: &str) -> bool {
    key.split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|run| run.len() >= 12 && run.bytes().filter(u8::is_ascii_digit).count() >= 3)
}

/// The scheme and what follows it, or the name of the header and what follows that.
pub(super) const BEARER_TOKEN: &str = concat!(
    r#"(?i:authorization\\*["']?(?:\s|%20)*(?:[:=]|%3a|%3d)(?:\s|%20)*\\*["']?"#,
    r"(?:[a-z]+(?:\s|%20)+)?[a-z0-9._~+/=-]{8,})",
    r"|(?i:(?:bearer|basic)(?:\s|%20)+[a-z0-9._~+/=-]{16,})",
);

/// Whether it begins a word, and what follows looks like a token.
pub(super) fn is_bearer_token(text: &str, found: Range<usize>) -> bool {
    begins_apart(&text[..found.start]) && ends_with_token(&text[found])
}

/// Whether the last word looks like a token: words have neither digits nor capitals within them.
fn ends_with_token(found: &str) -> bool {
    let separators = [' ', '\t', '\n', ':', '=', '"', '\'', '%'];
    let Some(token) = found.rsplit(separators).find(|part| !part.is_empty()) else { return false };
    // What is left of `%20`, `%3A` or `%3D`.
    let escape = ["20", "3a", "3d", "3A", "3D"];
    let token = match escape.iter().find_map(|escape| token.strip_prefix(escape)) {
        Some(rest) if found.contains('%') => rest,
        _ => token,
    };
    let has_digit = token.bytes().any(|byte| byte.is_ascii_digit());
    let has_capital = token.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    has_digit || has_capital && token.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Signed ones have three parts, encrypted ones five.
pub(super) const JSON_WEB_TOKEN: &str =
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}";

/// Letters of any alphabet.
pub(super) const EMAIL_ADDRESS: &str = r"[\w.%+'-]*[\w%+-]@[\w-]+(?:\.[\w-]+)*\.\w{2,}";

/// Whether the address ends as domains do and versions do not.
pub(super) fn is_email_address(text: &str, found: Range<usize>) -> bool {
    text[found].rsplit('.').next().is_some_and(|last| last.chars().all(char::is_alphabetic))
}
