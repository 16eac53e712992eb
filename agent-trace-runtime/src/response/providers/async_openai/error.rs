//! What `error.type` says of an error of the client.

use std::borrow::Cow;

use async_openai::error::OpenAIError;

use crate::ErrorType;

/// The API's code or type of the error, else the kind of failure; never a message.
impl ErrorType for OpenAIError {
    fn error_type(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::ApiError(response) => {
                let error = &response.api_error;
                let names = [&error.code, &error.r#type].into_iter().flatten();
                match names.into_iter().find(|name| is_name(name)) {
                    Some(name) => return Cow::Owned(name.clone()),
                    None => return Cow::Owned(response.status_code.as_u16().to_string()),
                }
            }
            Self::Reqwest(_) => "Reqwest",
            Self::JSONDeserialize(..) => "JSONDeserialize",
            Self::StreamError(_) => "StreamError",
            Self::InvalidArgument(_) => "InvalidArgument",
            Self::FileSaveError(_) => "FileSaveError",
            Self::FileReadError(_) => "FileReadError",
            // Of the client's optional middleware; which features it has is not known here.
            #[allow(unreachable_patterns)]
            _ => "Boxed",
        })
    }
}

/// Whether this is a code or a kind: services that are compatible with OpenAI send anything there.
fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_part)
}
