//! From marked fields to the `impl` of the trait.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, Generics, Member, PathArguments, Type};

use super::keys::{Count, Meaning};
use super::{Derived, Marked, Variant};

/// The getters of the trait, with what they return: of `R`, the runtime.
struct Getter {
    name: &'static str,
    returns: Returns,
}

enum Returns {
    Usage,
    Text,
    Name,
    Reasons,
    Choices,
    Number,
    Flag,
    Bytes,
    Messages,
}

const GETTERS: &[Getter] = &[
    Getter { name: "usage", returns: Returns::Usage },
    Getter { name: "response_model", returns: Returns::Text },
    Getter { name: "response_id", returns: Returns::Text },
    Getter { name: "finish_reasons", returns: Returns::Reasons },
    Getter { name: "finished_choices", returns: Returns::Choices },
    Getter { name: "choice_count", returns: Returns::Number },
    Getter { name: "service_tier", returns: Returns::Text },
    Getter { name: "system_fingerprint", returns: Returns::Text },
    Getter { name: "error_type", returns: Returns::Name },
    Getter { name: "is_absent", returns: Returns::Flag },
    Getter { name: "body_piece", returns: Returns::Bytes },
    Getter { name: "output_messages", returns: Returns::Messages },
];

impl Getter {
    const fn is_about_choices(&self) -> bool {
        matches!(self.returns, Returns::Reasons | Returns::Choices | Returns::Number)
    }

    /// The method, with this expression as its body.
    fn with(&self, runtime: &TokenStream, body: &TokenStream) -> TokenStream {
        let name = Ident::new(self.name, Span::call_site());
        let returns = match self.returns {
            Returns::Usage => quote!(::core::option::Option<#runtime::Usage>),
            Returns::Text => quote!(::core::option::Option<&::core::primitive::str>),
            Returns::Reasons => {
                quote!(::std::vec::Vec<::std::borrow::Cow<'_, ::core::primitive::str>>)
            }
            Returns::Choices => quote!(::std::vec::Vec<#runtime::response::FinishReason<'_>>),
            Returns::Name => {
                quote!(::core::option::Option<::std::borrow::Cow<'_, ::core::primitive::str>>)
            }
            Returns::Number => quote!(::core::primitive::usize),
            Returns::Flag => quote!(::core::primitive::bool),
            Returns::Messages => quote!(::std::vec::Vec<#runtime::content::OutputMessage>),
            Returns::Bytes => quote!(::core::option::Option<&[::core::primitive::u8]>),
        };
        quote! {
            fn #name(&self) -> #returns {
                #body
            }
        }
    }
}

impl Derived<'_> {
    /// An `impl` that tells nothing.
    pub(super) fn silent(&self) -> TokenStream {
        self.implement(self.generics, &TokenStream::new())
    }

    fn implement(&self, generics: &Generics, getters: &TokenStream) -> TokenStream {
        let Self { name, runtime, .. } = self;
        let (parameters, arguments, conditions) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #parameters #runtime::InferenceResponse for #name #arguments #conditions {
                #getters
            }
        }
    }

    pub(super) fn of_fields(&self, fields: &[Marked], cached_apart: bool) -> TokenStream {
        let runtime = &self.runtime;
        let flattened = fields.iter().find(|field| field.key.meaning == Meaning::Flatten);
        let has_reasons = fields.iter().any(|field| {
            matches!(field.key.meaning, Meaning::FinishReason | Meaning::FinishReasons)
        });
        let mut getters = TokenStream::new();
        for getter in GETTERS {
            let own = self.own(getter, fields, cached_apart);
            // The trait's defaults follow the reasons that the type tells itself. What has more to tell
            // is neither absent with its field, nor a piece of a body.
            let is_whole = matches!(getter.returns, Returns::Flag | Returns::Bytes);
            let is_own = has_reasons && getter.is_about_choices() || is_whole && fields.len() > 1;
            let inner = flattened.filter(|_| !is_own).map(|field| {
                let name = Ident::new(getter.name, place(&field.ty));
                let argument = argument(field);
                quote_spanned!(place(&field.ty)=> #runtime::InferenceResponse::#name(#argument))
            });
            let body = match (own, inner, &getter.returns) {
                (None, None, _) => continue,
                (Some(own), Some(inner), Returns::Usage | Returns::Text) => {
                    quote!(#own.or_else(|| #inner))
                }
                (Some(one), ..) | (None, Some(one), _) => one,
            };
            getters.extend(getter.with(runtime, &body));
        }
        if let (Some(field), [_]) = (flattened, fields) {
            getters.extend(self.tell(place(&field.ty), &argument(field)));
        }
        let conditions = fields.iter().map(|field| (&field.ty, field.key.meaning));
        self.implement(&self.bounded(conditions), &getters)
    }

    /// What the type's own fields tell of this getter.
    fn own(&self, getter: &Getter, fields: &[Marked], cached_apart: bool) -> Option<TokenStream> {
        if let Returns::Usage = getter.returns {
            return self.usage(fields, cached_apart);
        }
        let runtime = &self.runtime;
        fields.iter().find_map(|field| {
            let (function, part) = match (field.key.meaning, &getter.returns) {
                (Meaning::Text(of), _) if of == getter.name => ("text", None),
                (Meaning::FinishReason, Returns::Reasons) => ("finish_reason", None),
                (Meaning::FinishReasons, Returns::Reasons) => ("finish_reasons", Some("all")),
                (Meaning::FinishReasons, Returns::Choices) => ("finish_reasons", Some("finished")),
                (Meaning::FinishReasons, Returns::Number) => ("finish_reasons", Some("count")),
                _ => return None,
            };
            // The same call for each part: the compiler says only once what is wrong with it.
            let function = Ident::new(function, place(&field.ty));
            let part = part.map(|part| Ident::new(part, Span::call_site()));
            let part = part.map(|part| quote!(.#part()));
            let (place, argument) = (place(&field.ty), argument(field));
            Some(quote_spanned!(place=> #runtime::__private::derived::#function(#argument) #part))
        })
    }

    fn usage(&self, fields: &[Marked], cached_apart: bool) -> Option<TokenStream> {
        let runtime = &self.runtime;
        if let Some(field) = fields.iter().find(|field| field.key.meaning == Meaning::Usage) {
            let (place, argument) = (place(&field.ty), argument(field));
            return Some(quote_spanned!(place=> #runtime::InferenceResponse::usage(#argument)));
        }
        let counts: Vec<TokenStream> = fields
            .iter()
            .filter_map(|field| {
                let Meaning::Count(count) = field.key.meaning else { return None };
                let method = match count {
                    Count::Input if cached_apart => "uncached_input",
                    Count::Input => "input",
                    Count::Output => "output",
                    Count::CachedInput => "cached_input",
                    Count::CacheWriteInput => "cache_write_input",
                    Count::ReasoningOutput => "reasoning_output",
                };
                let method = Ident::new(method, place(&field.ty));
                let argument = argument(field);
                Some(quote_spanned!(place(&field.ty)=> .#method(#argument)))
            })
            .collect();
        (!counts.is_empty()).then(|| {
            quote! {
                <#runtime::__private::derived::CountedUsage as ::core::default::Default>::default()
                    #(#counts)*
                    .told()
            }
        })
    }

    fn tell(&self, place: Span, inner: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        let told = quote_spanned!(place=> #runtime::InferenceResponse::tell(#inner, response));
        quote! {
            fn tell(&self, response: &mut #runtime::response::Response) {
                #told;
            }
        }
    }

    /// Each variant as what its field tells.
    pub(super) fn of_variants(&self, variants: &[Variant]) -> TokenStream {
        let Self { name, runtime, .. } = self;
        let generics = self.bounded(variants.iter().map(|variant| (&variant.ty, Meaning::Flatten)));
        let mut getters = TokenStream::new();
        for getter in GETTERS {
            let method = Ident::new(getter.name, Span::call_site());
            let body = quote!(#runtime::InferenceResponse::#method(told(self)));
            getters.extend(getter.with(runtime, &body));
        }
        getters.extend(self.tell(Span::call_site(), &quote!(told(self))));
        let implementation = self.implement(&generics, &getters);

        let arms = variants.iter().map(|Variant { name: variant, member, ty }| {
            let field = Ident::new("field", Span::mixed_site().located_at(ty.span()));
            quote!(#name::#variant { #member: #field, .. } => #field)
        });
        // The type may have lifetimes of its own, so that this one cannot be left out.
        let borrowed = syn::Lifetime::new("'inference_response", Span::call_site());
        let mut with_borrowed = generics.clone();
        with_borrowed.params.insert(0, syn::parse_quote!(#borrowed));
        let (parameters, ..) = with_borrowed.split_for_impl();
        let (_, arguments, conditions) = generics.split_for_impl();
        quote! {
            const _: () = {
                fn told #parameters (
                    response: &#borrowed #name #arguments,
                ) -> &#borrowed dyn #runtime::InferenceResponse #conditions {
                    match response {
                        #(#arms,)*
                    }
                }

                #implementation
            };
        }
    }

    /// The generics, with what the getters ask of types that depend on them.
    fn bounded<'a>(&self, fields: impl Iterator<Item = (&'a Type, Meaning)>) -> Generics {
        let runtime = &self.runtime;
        let mut generics = self.generics.clone();
        for (ty, meaning) in fields {
            if !self.depends_on_parameter(ty.to_token_stream()) {
                continue;
            }
            let condition = match meaning {
                Meaning::Text(_) | Meaning::FinishReason | Meaning::FinishReasons => {
                    let ty = text_of(ty);
                    quote!(#ty: ::core::convert::AsRef<::core::primitive::str>)
                }
                Meaning::Count(_) => quote!(#ty: #runtime::response::TokenCount),
                Meaning::Usage | Meaning::Flatten => quote!(#ty: #runtime::InferenceResponse),
            };
            if let Ok(condition) = syn::parse2(condition) {
                generics.make_where_clause().predicates.push(condition);
            }
        }
        generics
    }

    fn depends_on_parameter(&self, ty: TokenStream) -> bool {
        ty.into_iter().any(|token| match token {
            TokenTree::Ident(name) => {
                self.generics.type_params().any(|parameter| parameter.ident == name)
            }
            TokenTree::Group(group) => self.depends_on_parameter(group.stream()),
            _ => false,
        })
    }
}

/// The place of a type, where errors about it belong.
fn place(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}

/// `&self.field`
fn argument(Marked { member, ty, .. }: &Marked) -> TokenStream {
    let mut member = member.clone();
    match &mut member {
        Member::Named(name) => name.set_span(name.span().located_at(ty.span())),
        Member::Unnamed(index) => index.span = place(ty),
    }
    quote_spanned!(place(ty)=> &self.#member)
}

/// The type of a text, without the `Option` and the list around it.
fn text_of(ty: &Type) -> &Type {
    match ty {
        Type::Array(array) => text_of(&array.elem),
        Type::Slice(slice) => text_of(&slice.elem),
        Type::Group(group) => text_of(&group.elem),
        Type::Paren(paren) => text_of(&paren.elem),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return ty };
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return ty };
            match arguments.args.first() {
                Some(GenericArgument::Type(inner))
                    if last.ident == "Option" || last.ident == "Vec" =>
                {
                    text_of(inner)
                }
                _ => ty,
            }
        }
        _ => ty,
    }
}
