//! An annotated call in types: what the arguments and the function together say.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

use crate::args::Arguments;
use crate::check::{
    check_key, check_provider, check_step_name, check_target, inference_operation,
    memory_operation, provider_of,
};
use crate::diagnostics::Errors;
use crate::kind::Kind;

/// Everything that the expansion writes.
pub(crate) struct Call {
    /// The runtime's private module.
    pub(crate) runtime: TokenStream,
    /// The operation, as a variant of the runtime's enum.
    pub(crate) operation: TokenStream,
    pub(crate) span_name: String,
    pub(crate) constants: Vec<(Key, Lit)>,
    pub(crate) records: Vec<Record>,
    pub(crate) returns_response: bool,
}

/// The key of an attribute.
pub(crate) enum Key {
    /// A constant of the runtime.
    Known(&'static str),
    /// A literal of the user's.
    Custom(LitStr),
}

/// A value that is read from the function's arguments at each call.
pub(crate) enum Record {
    /// Recorded, and the end of the span's name.
    Target(Expr),
    /// Recorded as text.
    Text(Key, Expr),
    /// Recorded as what it is.
    Value(Key, Expr),
}

/// The operation before it is known to the runtime.
struct Operation {
    variant: TokenStream,
    /// The first word of the span's name; a step has none.
    name: Option<&'static str>,
    target_key: Option<&'static str>,
}

impl Call {
    /// `None` where the errors leave nothing to expand.
    pub(crate) fn new(
        kind: Kind,
        arguments: Arguments,
        function_name: Option<&str>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let step_name = (kind == Kind::Step).then(|| step_name(&arguments, errors)).flatten();
        let operation = operation(kind, &arguments, errors);
        let mut call = Self {
            runtime: runtime(arguments.crate_path.as_ref()),
            operation: TokenStream::new(),
            span_name: String::new(),
            constants: Vec::new(),
            records: Vec::new(),
            returns_response: kind.returns_response(),
        };
        let span_name = arguments.span_name.as_ref();
        if let Some(name) = span_name {
            check_step_name(name, errors);
        }
        if arguments.remote.is_none() && kind == Kind::Agent {
            in_process_agent_has_no_provider(&arguments, errors);
        }

        if kind.returns_response() || arguments.provider.is_some() {
            call.set_provider(kind, &arguments, errors);
        }
        let target = match arguments.target {
            None if kind.is_named_by_function() => function_name.map(string),
            target => target,
        };
        let target_name = match (target, &operation) {
            (Some(target), Some(Operation { target_key: Some(key), .. })) => {
                call.set_target(kind, key, target, span_name.is_some(), errors)
            }
            _ => None,
        };
        if kind.returns_response() && target_name.is_none() && call.records.is_empty() {
            let name = kind.name();
            let message = format!(
                "`#[{name}]` needs the model that it asks for, like `#[{name}(model = \"gpt-4o\")]`"
            );
            errors.push(Span::call_site(), message);
        }
        for (key, value) in arguments.records {
            call.set(Key::Known(key), value, Record::Text);
        }
        for pair in arguments.attributes {
            check_key(&pair.key, errors);
            call.set(Key::Custom(pair.key), pair.value, Record::Value);
        }

        let Operation { variant, name, .. } = operation?;
        call.span_name = match (span_name, step_name, name, target_name) {
            (Some(given), ..) => given.value(),
            (None, Some(step), ..) => step,
            (None, None, Some(name), Some(target)) => format!("{name} {target}"),
            (None, None, Some(name), None) => name.to_owned(),
            (None, None, None, _) => return None,
        };
        call.operation = variant;
        errors.is_empty().then_some(call)
    }

    /// Sets what the operation is about, and gives it back where it is a literal.
    fn set_target(
        &mut self,
        kind: Kind,
        key: &'static str,
        target: Expr,
        has_span_name: bool,
        errors: &mut Errors,
    ) -> Option<String> {
        match literal(target) {
            Ok(Lit::Str(name)) => {
                check_target(kind, &name, errors);
                let text = name.value();
                self.constants.push((Key::Known(key), Lit::Str(name)));
                Some(text)
            }
            Ok(other) => {
                errors.push(other.span(), "a name is a string");
                Some(String::new())
            }
            Err(expression) => {
                self.records.push(if has_span_name {
                    Record::Text(Key::Known(key), expression)
                } else {
                    Record::Target(expression)
                });
                None
            }
        }
    }

    fn set_provider(&mut self, kind: Kind, arguments: &Arguments, errors: &mut Errors) {
        let key = || Key::Known("PROVIDER_NAME");
        match arguments.provider.clone().map(literal) {
            Some(Ok(Lit::Str(name))) => {
                check_provider(&name, errors);
                self.constants.push((key(), Lit::Str(name)));
            }
            Some(Ok(other)) => errors.push(other.span(), "a provider is a string"),
            Some(Err(expression)) => self.records.push(Record::Text(key(), expression)),
            None => match provider_by_model(arguments) {
                Some(provider) => {
                    self.constants.push((key(), Lit::Str(LitStr::new(provider, Span::call_site()))));
                }
                None if arguments.target.is_some() => errors.push(
                    Span::call_site(),
                    format!(
                        "`#[{}]` needs `provider = \"…\"`: the model's name does not tell who serves it",
                        kind.name()
                    ),
                ),
                None => {}
            },
        }
    }

    fn set(&mut self, key: Key, value: Expr, record: fn(Key, Expr) -> Record) {
        match literal(value) {
            Ok(literal) => self.constants.push((key, literal)),
            Err(expression) => self.records.push(record(key, expression)),
        }
    }
}

fn provider_by_model(arguments: &Arguments) -> Option<&'static str> {
    match literal(arguments.target.clone()?) {
        Ok(Lit::Str(model)) => provider_of(&model.value()),
        _ => None,
    }
}

fn in_process_agent_has_no_provider(arguments: &Arguments, errors: &mut Errors) {
    if let Some(provider) = &arguments.provider {
        errors.push_error(syn::Error::new_spanned(
            provider,
            "an agent in this process has no provider: its model calls have; with `remote`, the \
             agent is another service's",
        ));
    }
}

fn runtime(path: Option<&Path>) -> TokenStream {
    path.map_or_else(|| quote!(::agent_trace_runtime::__private), |path| quote!(#path::__private))
}

fn operation(kind: Kind, arguments: &Arguments, errors: &mut Errors) -> Option<Operation> {
    let (variant, name, target_key) = match kind {
        Kind::Agent if arguments.remote.is_some() => {
            (quote!(RemoteAgent), Some("invoke_agent"), Some("AGENT_NAME"))
        }
        Kind::Agent => (quote!(Agent), Some("invoke_agent"), Some("AGENT_NAME")),
        Kind::Workflow => (quote!(Workflow), Some("invoke_workflow"), Some("WORKFLOW_NAME")),
        Kind::LlmCall => {
            let name = inference_operation(arguments.operation.as_ref(), errors);
            (quote!(Inference(#name)), Some(name), Some("REQUEST_MODEL"))
        }
        Kind::Embedding => (quote!(Embeddings), Some("embeddings"), Some("REQUEST_MODEL")),
        Kind::Retrieval => (quote!(Retrieval), Some("retrieval"), Some("DATA_SOURCE_ID")),
        Kind::Memory => {
            let name = memory_operation(arguments.leading.as_ref(), errors)?;
            let variant = if arguments.in_process.is_some() {
                quote!(InProcessMemory(#name))
            } else {
                quote!(Memory(#name))
            };
            (variant, Some(name), None)
        }
        Kind::Tool => (quote!(Tool), Some("execute_tool"), Some("TOOL_NAME")),
        Kind::Plan => (quote!(Plan), Some("plan"), Some("AGENT_NAME")),
        Kind::Step => (quote!(Step), None, None),
    };
    Some(Operation { variant, name, target_key })
}

fn step_name(arguments: &Arguments, errors: &mut Errors) -> Option<String> {
    let Some(given) = arguments.leading.clone() else {
        let message = "`#[step]` needs a name, like `#[step(\"agent.prompt_assembly\")]`";
        errors.push(Span::call_site(), message);
        return None;
    };
    match literal(given) {
        Ok(Lit::Str(name)) => {
            check_step_name(&name, errors);
            Some(name.value())
        }
        Ok(other) => {
            errors.push(other.span(), "a step's name is a string");
            None
        }
        Err(expression) => {
            let message = "a step's name is a literal, like \"agent.prompt_assembly\"";
            errors.push_error(syn::Error::new_spanned(expression, message));
            None
        }
    }
}

/// The literal that an expression is, or the expression.
#[expect(clippy::result_large_err, reason = "the expression is what is mostly returned")]
fn literal(expression: Expr) -> Result<Lit, Expr> {
    match expression {
        Expr::Lit(ExprLit { lit, attrs })
            if attrs.is_empty()
                && matches!(lit, Lit::Str(_) | Lit::Int(_) | Lit::Float(_) | Lit::Bool(_)) =>
        {
            Ok(lit)
        }
        other => Err(other),
    }
}

fn string(text: &str) -> Expr {
    Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(LitStr::new(text, Span::call_site())) })
}
