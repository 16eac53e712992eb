//! What the program prints: a tree for either framework.

use std::process::Command;

#[test]
fn one_span_for_each_call_of_a_model_in_either_framework() {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let mut command = Command::new(target.join("examples/frameworks"));
    let output = command.env_clear().output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{printed}");
    // Names, tokens and outcomes, without how long each took.
    let lines = printed.lines().map(|line| {
        let words = line.split_whitespace().filter(|word| {
            !word.chars().all(|letter| letter.is_ascii_digit()) && !["µs", "ms", "s"].contains(word)
        });
        words.collect::<Vec<_>>().join(" ")
    });
    let lines: Vec<String> =
        lines.map(|line| line.split(" · trace ").next().unwrap().to_owned()).collect();
    let expected = |framework: &str| {
        [
            "frameworks · · spans · 563→103 tokens".to_owned(),
            format!("invoke_agent {framework} ok"),
            "├─ chat gpt-4o 236→49 ok".to_owned(),
            "├─ execute_tool track_parcel ok".to_owned(),
            "├─ execute_tool refund_policy ok".to_owned(),
            "└─ chat gpt-4o 327→54 ok".to_owned(),
        ]
    };
    assert_eq!(lines, [expected("rig"), expected("langchain")].concat(), "{printed}");
}
