//! Three services and a server of tools, as processes, are one tree.

use std::process::Command;

#[test]
fn one_command_asks_three_services_and_prints_one_tree() {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let mut command = Command::new(target.join("examples/triage"));
    let output = command.env_clear().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let expected = "\
Your order A-1042 is nine days late, so you can have a full refund. Shall I start it?

triage      POST /ask
triage      └─ invoke_agent triage  [conversation-17]
triage         ├─ chat gpt-4o-mini  [conversation-17]
triage         │  └─ POST
triage         └─ invoke_agent specialist  [conversation-17]
triage            └─ POST
specialist           └─ POST /agents/{topic}
specialist              └─ invoke_agent specialist  [conversation-17]
specialist                 ├─ execute_tool track_order  [conversation-17]
tools                      │  └─ tools/call track_order
specialist                 ├─ tools/call refund_policy
tools                      │  └─ tools/call refund_policy
specialist                 └─ invoke_agent summarizer  [conversation-17]
specialist                    └─ triage.Summarizer/Summarize
summarizer                       └─ triage.Summarizer/Summarize
summarizer                          └─ invoke_agent summarizer  [conversation-17]
summarizer                             └─ chat gpt-4o-mini  [conversation-17]
summarizer                                └─ POST
";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    let (_, tree) = expected.split_once("\n\n").unwrap();
    assert!(include_str!("../../README.md").contains(tree), "the README shows the same");
}
