//! Who serves the model of a call, or runs the agent.

use proc_macro2::Span;
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitStr};

use super::{Call, Constant, MODEL, Record};
use crate::args::Arguments;
use crate::check::{self, Check, Provider, check_family};
use crate::diagnostics::Errors;
use crate::families;
use crate::kind::Kind;
use crate::target::Target;

impl Call {
    /// Sets the provider; gives it back where it is known without the arguments.
    pub(super) fn set_provider(
        &mut self,
        kind: Kind,
        given: Option<Expr>,
        target: Option<&Target>,
        fixed_model: Option<String>,
        type_parameters: &[String],
        errors: &mut Errors,
    ) -> Option<String> {
        const KEY: &str = "gen_ai.provider.name";
        let model = match target {
            Some(Target::Literal(model)) if kind.returns_response() => Some(model.value()),
            _ => fixed_model,
        };
        let given = given.map(|given| check::provider(given, type_parameters, errors));
        match given {
            Some(Some(Provider::Literal(name))) => {
                if let Some(model) = model {
                    check_family(&name, &model, errors);
                }
                self.constants.push(Constant::literal(KEY, &name));
                return Some(name.value());
            }
            Some(Some(Provider::Constant(path))) => {
                let check = match model {
                    Some(model) => Check { function: "provider_for", other: Some(model) },
                    None => Check { function: "provider", other: None },
                };
                let checked = self.checked(&check, &path);
                self.constants.push(Constant { key: KEY.to_owned(), value: quote!(Str(#checked)) });
            }
            Some(Some(Provider::Expression(value))) => {
                let key = LitStr::new(KEY, Span::call_site());
                self.records.push(Record::Value { method: "text", key, value });
            }
            Some(None) => {}
            None if !kind.returns_response() => {}
            None => {
                if let Some(provider) = model.as_deref().and_then(families::provider_of) {
                    let provider = LitStr::new(provider, Span::call_site());
                    self.constants.push(Constant::literal(KEY, &provider));
                } else if target.is_some() && model.as_deref() != Some("") {
                    let message = format!(
                        "`#[{}]` needs `provider = \"…\"`: the model's name does not tell who serves it",
                        kind.name()
                    );
                    errors.push(Span::call_site(), message);
                }
            }
        }
        None
    }
}

/// A model that is recorded and ends no name, where it is a literal.
pub(super) fn fixed_model(arguments: &Arguments) -> Option<String> {
    arguments.records.iter().find_map(|given| match &given.value {
        Expr::Lit(ExprLit { lit: Lit::Str(model), .. }) if given.key == MODEL => {
            Some(model.value())
        }
        _ => None,
    })
}

/// An agent of another service has a provider, and one of this process has none.
pub(super) fn check_hosted(arguments: &Arguments, errors: &mut Errors) {
    match (&arguments.remote, &arguments.provider) {
        (None, Some(provider)) => errors.push_error(syn::Error::new_spanned(
            provider,
            "an agent in this process has no provider: its model calls have; with `remote`, the \
             agent is another service's",
        )),
        (Some(remote), None) => errors.push(
            remote.span(),
            "a remote agent needs `provider = \"…\"`: who runs it; `custom(\"acme\")` for a \
             service of your own",
        ),
        _ => {}
    }
}
