//! Attributes beside those of the macros, around a function and within it, and the lints of its body.

use agent_trace_runtime::{step, tool};

use crate::support::{check, check_async};

#[must_use]
#[step("app.above")]
fn above() -> u8 {
    1
}

#[step("app.below")]
#[must_use]
fn below() -> u8 {
    1
}

#[step("app.old")]
#[deprecated = "for the test"]
async fn old() -> u8 {
    1
}

#[expect(unused_must_use, deprecated, reason = "proves that the attributes are in force")]
#[test]
fn lints_of_the_function_stay() {
    above();
    below();
    drop(old());
}

#[expect(unused_variables, reason = "proves that it is still seen")]
#[step("app.unused")]
fn unused_argument(unused: u8) {}

#[expect(unused_variables, reason = "proves that it is still seen")]
#[step("app.unused")]
async fn unused_argument_later(unused: u8) {}

#[expect(unused_mut, reason = "proves that it is still seen")]
#[step("app.unused")]
async fn unused_mut_later(mut value: u8) -> u8 {
    value
}

#[expect(unused_must_use, unused_variables, reason = "proves that they are still seen")]
#[step("app.unused")]
fn unused_inside() {
    let unused = 1;
    above();
}

#[expect(unreachable_code, reason = "proves that it is still seen")]
#[step("app.unused")]
async fn unreachable_inside(value: u8) -> u8 {
    return value;
    value + 1
}

#[test]
fn lints_of_the_body_stay() {
    unused_inside();
    check(|| unused_argument(1), (), "app.unused");
    check_async(|| unused_argument_later(1), (), "app.unused");
    check_async(|| unused_mut_later(1), 1, "app.unused");
    check_async(|| unreachable_inside(1), 1, "app.unused");
}

#[cfg(any())]
#[tool]
fn configured() -> Missing {}

#[tool]
#[cfg(any())]
fn configured() -> Missing {}

#[tool]
#[cfg(not(any()))]
fn configured() -> u8 {
    1
}

#[cfg_attr(not(any()), tool(name = "conditional"))]
async fn conditionally_traced() -> u8 {
    2
}

#[cfg_attr(any(), tool)]
async fn conditionally_plain() -> u8 {
    3
}

#[tool]
fn inner_attributes(one: u8) -> u8 {
    #![allow(unused_variables)]
    //! An inner comment, which is an attribute too.
    let unused = one;
    one
}

#[tool]
async fn inner_attributes_later(one: u8) -> u8 {
    #![expect(unused_variables)]
    let unused = one;
    one
}

#[tool]
fn attributes_of_arguments(
    #[allow(unused_variables)] unused: u8,
    #[cfg(any())] gone: Missing,
    #[cfg(not(any()))] kept: u8,
) -> u8 {
    kept
}

#[test]
fn conditions_hold() {
    check(configured, 1, "execute_tool configured");
    check_async(conditionally_traced, 2, "execute_tool conditional");
    check_async(conditionally_plain, 3, "");
    check(|| inner_attributes(4), 4, "execute_tool inner_attributes");
    check_async(|| inner_attributes_later(5), 5, "execute_tool inner_attributes_later");
    check(|| attributes_of_arguments(1, 6), 6, "execute_tool attributes_of_arguments");
}

#[tokio::test]
#[step("app.test_below")]
async fn a_test_can_be_annotated_itself() {
    tokio::task::yield_now().await;
}

#[step("app.test_above")]
#[tokio::test]
async fn a_test_can_be_annotated_above_its_own_attribute() {
    tokio::task::yield_now().await;
}
