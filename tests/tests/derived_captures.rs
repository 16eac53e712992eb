//! `#[derive(Capture)]` on every shape of type.

use std::marker::PhantomData;

use agent_trace_runtime::content::{Capture, Sensitive};
use serde_json::json;

#[derive(Capture)]
struct Order<'a, T> {
    id: u32,
    items: Vec<Item<'a>>,
    #[capture(skip)]
    _session: Opaque,
    #[capture(mask)]
    token: Opaque,
    #[capture(max_bytes = 10)]
    note: &'a str,
    extra: Option<T>,
    r#type: State,
    secret: Sensitive<&'a str>,
}

/// What cannot be captured.
struct Opaque;

#[derive(Capture)]
struct Item<'a>(&'a str);

#[derive(Capture)]
struct Pair(u8, #[capture(mask)] Opaque, #[capture(skip)] Opaque);

#[derive(Capture)]
struct Masked(#[capture(mask)] Opaque);

#[derive(Capture)]
struct Bounded(#[capture(max_bytes = 4)] String);

#[derive(Capture)]
struct Nothing;

#[derive(Capture)]
struct Marked<T> {
    #[capture(skip)]
    _marker: PhantomData<T>,
}

#[derive(Capture)]
enum State {
    Open,
    Shipped {
        carrier: String,
        #[capture(mask)]
        code: Opaque,
    },
    Returned(u64),
    Lost(u8, u8),
}

#[derive(Capture)]
enum Never {}

mod shadowed {
    #![allow(dead_code, non_camel_case_types)]

    struct Option;
    struct String;

    #[derive(agent_trace_runtime::content::Capture)]
    pub(super) struct Plain {
        pub(super) builder: u8,
        pub(super) field: u8,
    }
}

#[test]
fn a_struct_is_an_object_of_its_fields() {
    let order = Order {
        id: 7,
        items: vec![Item("headphones")],
        _session: Opaque,
        token: Opaque,
        note: "leave at the door",
        extra: Some(true),
        r#type: State::Open,
        secret: Sensitive::new("planted"),
    };
    assert_eq!(
        order.capture(),
        json!({
            "id": 7, "items": ["headphones"], "token": "***", "note": "leave at…[9 bytes cut]",
            "extra": true, "type": "Open", "secret": "***",
        }),
    );
    assert_eq!(
        shadowed::Plain { builder: 1, field: 2 }.capture(),
        json!({"builder": 1, "field": 2})
    );
}

#[test]
fn tuples_units_and_variants_are_what_they_hold() {
    assert_eq!(Pair(1, Opaque, Opaque).capture(), json!({"0": 1, "1": "***"}));
    assert_eq!(Masked(Opaque).capture(), json!("***"));
    assert_eq!(Bounded("long text".to_owned()).capture(), json!("long…[5 bytes cut]"));
    assert_eq!(Nothing.capture(), json!({}));
    assert_eq!(Marked::<Opaque> { _marker: PhantomData }.capture(), json!({}));
    let shipped = State::Shipped { carrier: "acme".to_owned(), code: Opaque };
    assert_eq!(shipped.capture(), json!({"Shipped": {"carrier": "acme", "code": "***"}}));
    assert_eq!(State::Returned(3).capture(), json!({"Returned": 3}));
    assert_eq!(State::Lost(1, 2).capture(), json!({"Lost": {"0": 1, "1": 2}}));
    assert_eq!(None::<Never>.capture(), json!(null));
}
