//! The scripts of the examples: what the model says in each of them.

use std::time::Duration;

use serde_json::json;

use crate::{Reply, Script, ToolCall};

/// For `support_agent`: the model looks up the parcel and the refund policy, then answers with
/// what it learned. If the parcel could not be tracked, it says so instead of guessing.
pub fn support() -> Script {
    Script::new()
        .when(
            |conversation| conversation.user_spoke_last(),
            Reply::tool_calls([
                ToolCall::new("track_parcel", json!({"order_id": "A-1042"})),
                ToolCall::new("refund_policy", json!({"reason": "late_delivery"})),
            ])
            .tokens(236, 49)
            .after(Duration::from_millis(120)),
        )
        .when(
            |conversation| {
                conversation
                    .tool_result("track_parcel")
                    .is_some_and(|result| result.starts_with("error"))
            },
            Reply::text(
                "I'm sorry your headphones haven't arrived. I couldn't reach the carrier just now, \
                 so I can't say where the parcel is. You don't have to wait for it, though: order \
                 A-1042 is late enough for a full refund under our policy. Shall I start it?",
            )
            // The second prompt begins with the first one, most of which is cached by then.
            .tokens(331, 62)
            .cached(224)
            .after(Duration::from_millis(180)),
        )
        .otherwise(
            Reply::text(
                "I'm sorry your headphones haven't arrived. The carrier says they are out for \
                 delivery today. If you'd rather not wait, order A-1042 is late enough for a full \
                 refund under our policy. Shall I start it?",
            )
            .tokens(327, 54)
            .cached(224)
            .after(Duration::from_millis(180)),
        )
}

/// For `streaming`: a few sentences, with `pause` between two words.
pub fn tides(pause: Duration) -> Script {
    Script::new().otherwise(
        Reply::text(
            "The moon pulls at the sea, and the sea bulges towards it. As the earth turns below, a \
             coast passes through that bulge, and through a second one on the far side: two high \
             tides a day.",
        )
        .tokens(14, 42)
        .after(Duration::from_millis(40))
        .paced(pause),
    )
}

/// For `evaluate`: an answer, and the score that the judge gives it.
pub fn judged() -> Script {
    Script::new()
        .when(
            |conversation| conversation.user_text().starts_with("How relevant"),
            Reply::text("0.9").tokens(61, 2).after(Duration::from_millis(30)),
        )
        .otherwise(
            Reply::text("You can return them within 30 days of delivery, unworn and in their box.")
                .tokens(16, 18)
                .after(Duration::from_millis(60)),
        )
}

/// For `triage`: the topic of the question, and the answer by what was found.
pub fn triage() -> Script {
    Script::new()
        .when(
            |conversation| conversation.user_text().starts_with("Which topic"),
            Reply::text("shipping").tokens(24, 2).after(Duration::from_millis(20)),
        )
        .otherwise(
            Reply::text(
                "Your order A-1042 is nine days late, so you can have a full refund. Shall I start it?",
            )
            .tokens(58, 23)
            .after(Duration::from_millis(40)),
        )
}
