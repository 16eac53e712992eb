//! Parts within their wholes, whatever is stated in whichever order.

use proptest::prelude::*;

use super::*;

#[test]
fn parts_never_exceed_their_whole() {
    let usage = Usage::new(10, 5).cached_input(12).cache_write_input(11).reasoning_output(9);
    assert_eq!(usage.cached_input_tokens(), Some(10));
    assert_eq!(usage.cache_write_input_tokens(), Some(0));
    assert_eq!(usage.reasoning_output_tokens(), Some(5));
}

#[test]
fn the_order_of_statements_does_not_matter() {
    let parts_first =
        Usage::default().cached_input(4).reasoning_output(9).with_input(10).with_output(5);
    assert_eq!(parts_first, Usage::new(10, 5).cached_input(4).reasoning_output(5));
}

#[test]
fn a_count_that_nobody_stated_is_not_recorded() {
    let mut attributes = Vec::new();
    Usage::default().append_to(&mut attributes);
    assert!(attributes.is_empty());
    Usage::default().with_output(3).input_of(Modality::Audio, 2).append_to(&mut attributes);
    let recorded: Vec<_> = attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    assert_eq!(recorded, ["gen_ai.usage.output_tokens", "gen_ai.usage.audio.input_tokens"]);
}

#[test]
fn what_is_cached_apart_belongs_to_the_input() {
    let usage = Usage::cached_apart(10, 900, 90, 5);
    assert_eq!(usage.input_tokens(), Some(1000));
    assert_eq!(
        usage + Usage::new(1, 1),
        Usage::new(1001, 6).cached_input(900).cache_write_input(90)
    );
}

#[test]
fn a_later_event_that_repeats_the_uncached_part_keeps_the_cached_one() {
    let mut usage = Usage::cached_apart(10, 900, 90, 1);
    usage.merge(Usage { uncached_input: Some(12), ..Usage::default().with_output(38) });
    assert_eq!(usage, Usage::cached_apart(12, 900, 90, 38));
    usage.merge(Usage::default().with_input(500));
    assert_eq!(usage.input_tokens(), Some(500));
    assert_eq!(usage.cached_input_tokens(), Some(500));
}

fn count() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        Just(None),
        (0..50_u64).prop_map(Some),
        any::<u64>().prop_map(Some),
        Just(Some(u64::MAX))
    ]
}

prop_compose! {
    fn usage()(
        uncached_input in count(),
        counts in prop::array::uniform5(count()),
        input_of in prop::array::uniform3(count()),
        output_of in prop::array::uniform3(count()),
        cache_read_of in prop::array::uniform3(count()),
    ) -> Usage {
        let [input, output, cache_read, cache_write, reasoning] = counts;
        let stated =
            Counts { input, output, cache_read, cache_write, reasoning, input_of, output_of, cache_read_of };
        Usage { stated, uncached_input }
    }
}

fn assert_sound(usage: Usage) -> Result<(), TestCaseError> {
    let counts = usage.settled();
    let sum =
        |parts: &[Option<u64>]| parts.iter().flatten().map(|&part| u128::from(part)).sum::<u128>();
    let fits = |parts: &[Option<u64>], whole: Option<u64>| {
        whole.is_none_or(|whole| sum(parts) <= u128::from(whole))
    };
    prop_assert!(fits(&[counts.cache_read, counts.cache_write], counts.input), "{counts:?}");
    prop_assert!(fits(&[counts.reasoning], counts.output), "{counts:?}");
    prop_assert!(fits(&counts.input_of, counts.input), "{counts:?}");
    prop_assert!(fits(&counts.output_of, counts.output), "{counts:?}");
    prop_assert!(fits(&counts.cache_read_of, counts.cache_read.or(counts.input)), "{counts:?}");
    for (cached, whole) in counts.cache_read_of.into_iter().zip(counts.input_of) {
        prop_assert!(fits(&[cached], whole), "{counts:?}");
    }
    let mut attributes = Vec::new();
    usage.append_to(&mut attributes);
    for attribute in attributes {
        prop_assert!(matches!(attribute.value, opentelemetry::Value::I64(0..)), "{attribute:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_overflows_and_parts_stay_within_their_whole(left in usage(), right in usage()) {
        assert_sound(left)?;
        assert_sound(left + right)?;
        let mut merged = left;
        merged.merge(right);
        assert_sound(merged)?;
        merged.merge(right);
        prop_assert_eq!([left, right].into_iter().sum::<Usage>(), left + right);
    }
}
