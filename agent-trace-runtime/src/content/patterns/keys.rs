//! What keys, tokens and addresses look like.

/// Keys by the prefixes that their services give them so that they can be found.
const API_KEYS: &[&str] = &[
    // OpenAI, DeepSeek and others, Anthropic, OpenRouter, Langfuse.
    "sk-[A-Za-z0-9]{20,}",
    "sk-(?:proj|svcacct|admin|ant|or|lf)-[A-Za-z0-9_-]{16,}",
    // Google: API keys and access tokens.
    "AIza[A-Za-z0-9_-]{35,}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    // AWS.
    "(?:AKIA|ASIA)[A-Z0-9]{16}(?-u:\\b)",
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
    // What has no prefix of its own is known by the name before it.
    r#"(?i:aws_?secret_?access_?key)["'\s:=]{1,5}[A-Za-z0-9/+]{40}"#,
    r#"(?i:x-(?:goog-)?api-key)["']?\s*[:=]\s*["']?[A-Za-z0-9._~+/=-]{16,}"#,
    // To its end, or to that of the text where it was cut.
    "-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)",
];

/// All of them in one expression. They begin where a word does, and `-----` anywhere.
pub(super) fn api_keys() -> String {
    let (words, blocks): (Vec<&str>, Vec<&str>) =
        API_KEYS.iter().partition(|key| !key.starts_with("-----"));
    format!(r"(?-u:\b)(?:{})|{}", words.join("|"), blocks.join("|"))
}

/// The scheme and what follows it, or the name of the header and what follows that.
pub(super) const BEARER_TOKEN: &str = concat!(
    r#"(?i:\bauthorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?[a-z0-9._~+/=-]{8,})"#,
    r"|(?i:\b(?:bearer|basic)\s+[a-z0-9._~+/=-]{16,})",
);

/// Whether what follows looks like a token: words have neither digits nor capitals within them.
pub(super) fn is_bearer_token(found: &str) -> bool {
    let token = found.rsplit([' ', '\t', '\n', ':', '=', '"', '\'']).find(|part| !part.is_empty());
    token.is_some_and(|token| {
        let has_digit = token.bytes().any(|byte| byte.is_ascii_digit());
        let has_capital = token.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
        has_digit || has_capital && token.bytes().any(|byte| byte.is_ascii_lowercase())
    })
}

/// Signed ones have three parts, encrypted ones five.
pub(super) const JSON_WEB_TOKEN: &str =
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}";

/// Letters of any alphabet.
pub(super) const EMAIL_ADDRESS: &str = r"[\w.%+'-]*[\w%+-]@[\w-]+(?:\.[\w-]+)*\.\w{2,}";

/// Whether the address ends as domains do and versions do not.
pub(super) fn is_email_address(found: &str) -> bool {
    found.rsplit('.').next().is_some_and(|last| last.chars().all(char::is_alphabetic))
}
