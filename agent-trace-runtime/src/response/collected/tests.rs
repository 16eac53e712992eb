//! Responses that tell in one piece, in parts, and nonsense.

use super::*;

#[derive(Default)]
struct Chunk {
    model: &'static str,
    finished: Vec<(usize, &'static str)>,
    choices: usize,
}

impl InferenceResponse for Chunk {
    fn response_model(&self) -> Option<&str> {
        Some(self.model)
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        self.finished.iter().map(|&(choice, reason)| FinishReason::new(choice, reason)).collect()
    }

    fn choice_count(&self) -> usize {
        self.choices
    }
}

fn collect(chunks: &[Chunk]) -> Response {
    let mut observed = Response::default();
    let mut merged = Response::default();
    for chunk in chunks {
        observed.observe(chunk);
        merged.merge(Response::of(chunk));
    }
    assert_eq!(observed, merged);
    observed
}

#[test]
fn finish_reasons_gather_by_choice() {
    let finished = |finished: &[_]| Chunk { finished: finished.to_vec(), ..Chunk::default() };
    let response = collect(&[
        finished(&[(2, "length")]),
        finished(&[]),
        finished(&[(0, "stop"), (2, "content_filter")]),
    ]);
    assert_eq!(response.finish_reasons(), ["stop", "error", "content_filter"]);
}

#[test]
fn a_whole_response_tells_its_choices_by_their_positions() {
    /// The reasons, and the same with the positions of their choices.
    struct Reply(Vec<&'static str>, Vec<(usize, &'static str)>);

    impl InferenceResponse for Reply {
        fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
            assert!(!self.0.contains(&"broken"));
            self.0.iter().map(|reason| Cow::Borrowed(*reason)).collect()
        }

        fn finished_choices(&self) -> Vec<FinishReason<'_>> {
            self.1.iter().map(|&(choice, reason)| FinishReason::new(choice, reason)).collect()
        }

        fn choice_count(&self) -> usize {
            self.1.iter().map(|(choice, _)| choice + 1).max().unwrap_or_default()
        }
    }

    let cases: [(&[_], &[_], &[&str]); 6] = [
        (&["stop"], &[(0, "stop")], &["stop"]),
        (&["stop"], &[(1, "stop")], &["error", "stop"]),
        (&["length", "stop"], &[(1, "length"), (0, "stop")], &["stop", "length"]),
        (&[""], &[(0, "stop")], &["stop"]),
        (&["broken"], &[(0, "stop")], &["stop"]),
        (&[], &[], &[]),
    ];
    for (reasons, finished, expected) in cases {
        let mut response = Response::default();
        response.observe_whole(&Reply(reasons.to_vec(), finished.to_vec()));
        assert_eq!(response.finish_reasons(), expected);
        assert!(!response.is_whole);
    }
}

#[test]
fn a_whole_response_may_consist_of_items() {
    struct Chunks(Vec<Chunk>);

    impl InferenceResponse for Chunks {
        fn tell(&self, response: &mut Response) {
            self.0.iter().for_each(|chunk| response.observe(chunk));
        }
    }

    let finished = |finished| Chunk { finished: vec![finished], ..Chunk::default() };
    let mut response = Response::default();
    response.observe_whole(&Chunks(vec![finished((1, "stop")), finished((0, "length"))]));
    assert_eq!(response.finish_reasons(), ["length", "stop"]);
}

#[test]
fn choices_that_never_finish_are_errors() {
    let response =
        collect(&[Chunk { choices: 2, finished: vec![(0, "stop")], ..Chunk::default() }]);
    assert_eq!(response.finish_reasons(), ["stop", "error"]);
    assert_eq!(Response::of(&response), response);
}

#[test]
fn hostile_choices_cost_no_memory() {
    let finished = vec![(usize::MAX, "stop"), (MAX_CHOICES, "stop")];
    let response = collect(&[Chunk { finished, choices: usize::MAX, ..Chunk::default() }]);
    assert_eq!(response.finish_reasons().len(), MAX_CHOICES);
}

#[test]
fn a_getter_that_panics_hides_no_other() {
    struct Broken;

    impl InferenceResponse for Broken {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(412, 38))
        }

        fn response_model(&self) -> Option<&str> {
            panic!("wrong")
        }

        fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
            vec!["stop".into()]
        }
    }

    let told = Response::of(&Broken);
    assert_eq!(told.usage(), Some(Usage::new(412, 38)));
    assert_eq!(told.finish_reasons(), ["stop"]);
}

#[test]
fn an_empty_name_replaces_nothing() {
    let model = |model| Chunk { model, ..Chunk::default() };
    let response = collect(&[model(""), model("gpt-4o"), model("gpt-4o-2024-08-06"), model("")]);
    assert_eq!(response.response_model(), Some("gpt-4o-2024-08-06"));
}
