//! An annotated call in types: what the arguments and the function together say.

mod parts;
mod provider;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr, Path};

use crate::args::{Arguments, Given, Pair, Usage};
use crate::capture::{self, Captured};
use crate::check::{
    self, Check, Value, check_key, check_span_name, check_step_name, problem_of_target,
    target_check,
};
use crate::diagnostics::Errors;
use crate::function::Function;
use crate::grammar;
use crate::kind::Kind;
use crate::mapping::Mapping;
use crate::operation::{Operation, operation};
use crate::semconv::{self, Kinds};
use crate::target::{Target, is_constant};

pub(crate) use parts::{Constant, Record, SiteTarget, SpanName};
use provider::{check_hosted, fixed_model};

/// The SDK's limit of attributes on one span.
const MAX_ATTRIBUTES: usize = 128;

/// The attributes, besides the operation's own, whose values are names and not ids.
const NAMES: &[&str] = &["gen_ai.agent.name", "gen_ai.data_source.id", "gen_ai.memory.store.id"];

/// Recorded by an argument where it does not end the span's name.
const MODEL: &str = "gen_ai.request.model";

/// The attributes that the runtime may add to what the site says; a test counts those of a call that has
/// them all.
const ADDED_BY_RUNTIME: usize = 26;

/// Everything that the expansion writes.
pub(crate) struct Call {
    /// The runtime's private module.
    pub(crate) runtime: TokenStream,
    /// The runtime's constructor of the site.
    pub(crate) constructor: &'static str,
    /// The operation, where the constructor is told.
    pub(crate) operation: Option<String>,
    pub(crate) name: SpanName,
    pub(crate) target: Option<SiteTarget>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) records: Vec<Record>,
    /// Where the token usage of a model call is.
    pub(crate) usage: Option<Usage>,
    /// Where in the result the parts of the response are.
    pub(crate) mapping: Option<Mapping>,
    /// What content is recorded, where that is switched on.
    pub(crate) captured: Vec<Captured>,
    /// The names of the function's arguments.
    pub(crate) argument_names: Vec<Ident>,
    /// What came with the context that the call continues.
    pub(crate) parent: Option<Expr>,
    pub(crate) cancel_is_ok: bool,
    /// Which errors are no failures.
    pub(crate) ok_if: Option<Expr>,
    /// What an error is called.
    pub(crate) error_type: Option<Expr>,
    /// How many chunks of a stream get an event.
    pub(crate) chunk_events: Option<u16>,
    /// Whether the result is what a search has found.
    pub(crate) is_search: bool,
}

impl Call {
    /// `None` where the errors leave nothing to expand.
    pub(crate) fn new(
        kind: Kind,
        mut arguments: Arguments,
        function: Option<&Function>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let type_parameters = function.map(Function::type_parameters).unwrap_or_default();
        let mut call = Self {
            runtime: runtime(arguments.crate_path.as_ref()),
            constructor: "step",
            operation: None,
            name: SpanName::Literal(String::new()),
            target: None,
            constants: Vec::new(),
            records: Vec::new(),
            usage: kind.returns_response().then(|| arguments.usage.clone()),
            parent: arguments.parent.take(),
            cancel_is_ok: arguments.cancel_is_ok,
            ok_if: arguments.ok_if.take(),
            error_type: arguments.error_type.take(),
            chunk_events: arguments.chunk_events,
            is_search: kind == Kind::Retrieval,
            mapping: mapping(&mut arguments, errors),
            captured: std::mem::take(&mut arguments.captured),
            argument_names: capture::argument_names(function),
        };
        let step = (kind == Kind::Step).then(|| call.step_name(&arguments, errors)).flatten();
        let operation = operation(kind, &arguments, errors);
        if let Some(name) = &arguments.span_name {
            check_span_name(name, errors);
        }

        let target = match arguments.target.take() {
            None if kind.is_named_by_function() => {
                function.map(|function| Target::Literal(function.name_literal()))
            }
            target => target.and_then(|target| Target::read(target, &type_parameters, errors)),
        };
        if kind == Kind::Agent && !errors.mentions_target() {
            check_hosted(&arguments, errors);
        }
        let provider = call.set_provider(
            kind,
            arguments.provider.take(),
            target.as_ref(),
            fixed_model(&arguments),
            &type_parameters,
            errors,
        );
        if let Some(operation) = &operation {
            call.constructor = operation.constructor;
            call.is_search |= operation.name.as_deref() == Some("search_memory");
            call.operation = operation.name.clone().filter(|_| operation.is_one_of_several);
            let check = target_check(kind, provider);
            let name = call.set_target(kind, operation, target, &check, &arguments, errors);
            call.set_values(kind, operation.kinds, arguments.records, &type_parameters, errors);
            call.set_attributes(kind, operation.kinds, arguments.attributes, errors);
            call.name = match (arguments.span_name, step, name) {
                (Some(given), ..) => SpanName::Literal(given.value()),
                (None, Some(step), _) => step,
                (None, None, Some(name)) => name,
                (None, None, None) => SpanName::Literal(operation.name.clone().unwrap_or_default()),
            };
        }
        operation?;
        call.check_count(errors);
        errors.is_empty().then_some(call)
    }

    /// A constant of the user's within the runtime's check of it; a refusal points at the constant.
    fn checked(&self, check: &Check, path: &ExprPath) -> TokenStream {
        let span = path.span();
        let runtime = respanned(&self.runtime, span);
        let function = Ident::new(check.function, Span::call_site().located_at(span));
        let other = check.other.iter();
        quote_spanned!(span=> #runtime::checked::#function(#(#other,)* #path))
    }

    fn step_name(&self, arguments: &Arguments, errors: &mut Errors) -> Option<SpanName> {
        let Some(given) = arguments.leading.clone() else {
            if !errors.mentions_target() {
                let message = "`#[step]` needs a name, like `#[step(\"agent.prompt_assembly\")]`";
                errors.push(Span::call_site(), message);
            }
            return None;
        };
        match Target::read(given, &[], errors)? {
            Target::Literal(name) => {
                check_step_name(&name, errors);
                Some(SpanName::Literal(name.value()))
            }
            Target::Constant(path) => Some(SpanName::Constant(
                self.checked(&Check { function: "step", other: None }, &path),
            )),
            Target::Expression(expression) => {
                let message =
                    "a step's name is a literal or a constant, like \"agent.prompt_assembly\"";
                errors.push_error(syn::Error::new_spanned(expression, message));
                None
            }
        }
    }

    /// Sets what the operation is about. Gives the span's name, unless it is told at each call.
    fn set_target(
        &mut self,
        kind: Kind,
        operation: &Operation,
        target: Option<Target>,
        check: &Check,
        arguments: &Arguments,
        errors: &mut Errors,
    ) -> Option<SpanName> {
        let Some(target) = target else {
            if kind.returns_response() && !errors.mentions_target() {
                let name = kind.name();
                let message = format!(
                    "`#[{name}]` needs the model that it asks for, like `#[{name}(model = \"gpt-4o\")]`"
                );
                errors.push(Span::call_site(), message);
            }
            return None;
        };
        let (key, name) = (operation.target_key?, operation.name.as_ref()?);
        match target {
            Target::Literal(literal) => {
                let text = literal.value();
                if let Some(problem) = problem_of_target(kind, &text) {
                    errors.push(literal.span(), problem);
                }
                self.target = Some(SiteTarget::Literal(literal));
                Some(SpanName::Literal(format!("{name} {text}")))
            }
            Target::Constant(path) => {
                let value = self.checked(check, &path);
                let ends_name = arguments.span_name.is_none();
                self.target = Some(SiteTarget::Constant { value, ends_name });
                None
            }
            Target::Expression(value) if arguments.span_name.is_some() => {
                let key = LitStr::new(key, Span::call_site());
                self.records.push(Record::Value { method: "text", key, value });
                None
            }
            Target::Expression(value) => {
                self.records.push(Record::Target { key, value });
                None
            }
        }
    }

    fn set_values(
        &mut self,
        kind: Kind,
        kinds: Kinds,
        values: Vec<Given>,
        type_parameters: &[String],
        errors: &mut Errors,
    ) {
        for Given { argument, key, name, value } in values {
            let Some(known) = semconv::find(key) else { continue };
            if !known.kinds.has(kinds) {
                let message = format!(
                    "`{}` belongs on the spans of {}, not on this one of `#[{}]`",
                    argument.name,
                    known.kinds.names(),
                    kind.name()
                );
                errors.push(name.span(), message);
                continue;
            }
            let value = match key {
                MODEL => self.checked_name(
                    value,
                    "model",
                    grammar::problem_of_model,
                    type_parameters,
                    errors,
                ),
                key if NAMES.contains(&key) => self.checked_name(
                    value,
                    "name",
                    grammar::problem_of_name,
                    type_parameters,
                    errors,
                ),
                _ => value,
            };
            // What is true or absent, and what counts only if it is not one.
            let is_absent = matches!((key, &value),
                ("gen_ai.request.stream", Expr::Lit(ExprLit { lit: Lit::Bool(stream), .. }))
                    if !stream.value);
            if is_absent {
                continue;
            }
            let key = LitStr::new(key, name.span());
            if let Some(value) = check::typed(known, value, argument.range, errors) {
                self.push(key, value);
            }
        }
    }

    /// A value that names something, checked as the operation's own name is.
    fn checked_name(
        &self,
        value: Expr,
        function: &'static str,
        problem: fn(&str) -> Option<&'static str>,
        type_parameters: &[String],
        errors: &mut Errors,
    ) -> Expr {
        match &value {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => {
                if let Some(problem) = problem(&name.value()) {
                    errors.push(name.span(), problem);
                }
                value
            }
            Expr::Path(path) if is_constant(path, type_parameters) => {
                let checked = self.checked(&Check { function, other: None }, path);
                let block = quote_spanned!(path.span()=> {
                    const __NAME: &::core::primitive::str = #checked;
                    __NAME
                });
                Expr::Verbatim(block)
            }
            _ => value,
        }
    }

    fn set_attributes(&mut self, kind: Kind, kinds: Kinds, pairs: Vec<Pair>, errors: &mut Errors) {
        let mut seen: Vec<String> = Vec::new();
        for Pair { key, value } in pairs {
            if seen.contains(&key.value()) {
                let message = format!("`{}` is given twice; keep one of the two", key.value());
                errors.push(key.span(), message);
                continue;
            }
            seen.push(key.value());
            let value = match check_key(&key, kinds, kind.arguments(), errors) {
                Some(known) => check::typed(known, value, None, errors),
                None => Some(check::untyped(value)),
            };
            if let Some(value) = value {
                self.push(key, value);
            }
        }
    }

    fn push(&mut self, key: LitStr, value: Value) {
        match value {
            Value::Constant(value) if semconv::is_sampling_relevant(&key.value()) => {
                self.constants.push(Constant { key: key.value(), value });
            }
            Value::Constant(value) => self.records.push(Record::Constant { key, value }),
            Value::Expression(method, value) => {
                self.records.push(Record::Value { method, key, value });
            }
        }
    }

    /// Refuses a site that could lose attributes to the SDK's limit.
    fn check_count(&self, errors: &mut Errors) {
        let count = self.constants.len() + self.records.len() + usize::from(self.target.is_some());
        let most = MAX_ATTRIBUTES - ADDED_BY_RUNTIME;
        if count > most {
            let message = format!(
                "this sets {count} attributes; a span has room for {most} besides those that the \
                 runtime adds, and drops what is over"
            );
            errors.push(Span::call_site(), message);
        }
    }
}

/// The mapping of the result, unless something else says where the usage is.
fn mapping(arguments: &mut Arguments, errors: &mut Errors) -> Option<Mapping> {
    let (name, mapping) = arguments.mapping.take()?;
    if arguments.usage_name.is_some() && mapping.has_usage() {
        let message = "`usage` and the counts of `record` tell the same tokens, which would be two \
                       truths; keep one of the two";
        errors.push(name.span(), message);
    }
    Some(mapping)
}

/// The place of an expression, with the names of the macro: where errors about its type belong.
pub(crate) fn mixed_site(value: &Expr) -> Span {
    Span::mixed_site().located_at(value.span())
}

/// The same tokens at another place; what their names mean does not change.
pub(crate) fn respanned(tokens: &TokenStream, place: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.clone().into_iter().map(respan).collect()
}

fn runtime(path: Option<&Path>) -> TokenStream {
    path.map_or_else(|| quote!(::agent_trace_runtime::__private), |path| quote!(#path::__private))
}
