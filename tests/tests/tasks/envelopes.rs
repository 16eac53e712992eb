//! Messages over channels: below their senders one by one, or linked to them in a batch.

use agent_trace_runtime::opentelemetry::trace::{SpanContext, Tracer, TracerProvider};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{
    Envelope, agent, attribute, current, spawn, step, tool, with_conversation, workflow,
};
use tokio::sync::mpsc;

use crate::support::{assert_tree, compute};

#[tool]
async fn search(query: u8) -> u8 {
    tokio::task::yield_now().await;
    query
}

#[agent]
async fn asks(worker: mpsc::Sender<Envelope<u8>>, query: u8) {
    worker.send(Envelope::new(query)).await.expect("it receives");
}

fn links(span: &RecordedSpan) -> Vec<SpanContext> {
    span.data().links.links.iter().map(|link| link.span_context.clone()).collect()
}

fn context_of(span: &RecordedSpan) -> SpanContext {
    span.data().span_context.clone()
}

mod below {
    use super::*;

    #[workflow]
    async fn works(mut queries: mpsc::Receiver<Envelope<u8>>) -> u8 {
        let mut sum = 0;
        while let Some(envelope) = queries.recv().await {
            assert!(*envelope.message() > 0);
            sum += envelope.open_async(search).await;
        }
        // What was current before is so again.
        sum + compute()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn messages_are_processed_below_their_senders() {
        let recorder = Recorder::install();
        let (sender, receiver) = mpsc::channel(1);
        let worker = spawn(works(receiver));
        asks(sender.clone(), 1).await;
        with_conversation("conv-42", asks(sender, 2)).await;
        assert_eq!(worker.await.ok(), Some(5));
        for span in recorder.spans_named("execute_tool search") {
            let parent = recorder.spans();
            let parent = parent.iter().find(|other| other.span_id() == span.parent_span_id());
            let parent = parent.expect("a parent");
            assert_eq!(parent.name(), "invoke_agent asks");
            let conversation =
                |span: &RecordedSpan| span.attribute("gen_ai.conversation.id").cloned();
            assert_eq!(conversation(&span), conversation(parent));
        }
        let compute = recorder.span("execute_tool compute");
        assert_eq!(compute.parent_span_id(), recorder.span("invoke_workflow works").span_id());
    }

    #[test]
    fn parts_can_be_used_more_than_once() {
        let recorder = Recorder::install();
        #[agent]
        fn sends() -> Envelope<u8> {
            Envelope::new(3)
        }
        let envelope = sends();
        assert_eq!(envelope.clone().open(|number| number + compute()), 5);
        let (number, sender) = envelope.into_parts();
        sender.enter(|| {
            compute();
            compute();
        });
        assert_eq!(number, 3);
        assert_tree(
            &recorder,
            "
invoke_agent sends
├─ execute_tool compute
├─ execute_tool compute
└─ execute_tool compute
",
        );
    }

    #[agent]
    fn waits() {
        let (sender, receiver) = std::sync::mpsc::channel();
        sender.send(Envelope::new(())).expect("it receives");
        let worker = std::thread::spawn(move || {
            let envelope: Envelope<()> = receiver.recv().expect("a message");
            envelope.open(|()| {
                current().set(attribute!("app.told" = true));
            });
        });
        worker.join().expect("no panic");
    }

    #[test]
    fn the_running_call_is_the_senders() {
        let recorder = Recorder::install();
        waits();
        assert_eq!(recorder.span("invoke_agent waits").attribute("app.told"), Some(&true.into()));
    }
}

mod linked {
    use super::*;

    #[step("app.batch")]
    fn processes(batch: Vec<Envelope<u8>>) -> Vec<u8> {
        batch.into_iter().map(Envelope::into_linked).collect()
    }

    async fn batch(of: u8) -> Vec<Envelope<u8>> {
        let (sender, mut receiver) = mpsc::channel(usize::from(of));
        for query in 0..of {
            asks(sender.clone(), query).await;
        }
        let mut batch = Vec::new();
        assert_eq!(receiver.recv_many(&mut batch, usize::from(of)).await, usize::from(of));
        batch
    }

    #[tokio::test]
    async fn a_batch_has_a_link_to_each_sender() {
        let recorder = Recorder::install();
        let batch = batch(3).await;
        assert_eq!(processes(batch), [0, 1, 2]);
        let senders: Vec<_> =
            recorder.spans_named("invoke_agent asks").iter().map(context_of).collect();
        let step = recorder.span("app.batch");
        assert_eq!(links(&step), senders);
        assert!(!senders.iter().any(|sender| sender.trace_id() == step.trace_id()));
    }

    #[tokio::test]
    async fn links_are_bounded() {
        let recorder = Recorder::install();
        let batch = batch(200).await;
        processes(batch);
        let step = recorder.span("app.batch");
        assert_eq!(links(&step).len(), 128);
        assert_eq!(step.data().links.dropped_count, 72);
    }

    #[tokio::test]
    async fn a_span_opened_by_hand_has_the_link() {
        let recorder = Recorder::install();
        let batch = batch(1).await;
        let tracer = recorder.tracer_provider().tracer("by hand");
        tracer.in_span("batch", |_| {
            processes(Vec::new());
            batch[0].link().link();
        });
        let sender = context_of(&recorder.span("invoke_agent asks"));
        assert_eq!(links(&recorder.span("batch")), [sender.clone(), sender]);
        assert!(links(&recorder.span("app.batch")).is_empty());
    }

    #[step("app.alone")]
    fn to_itself() -> u8 {
        Envelope::new(1).into_linked()
    }

    #[test]
    fn nothing_is_linked_to_itself_or_to_nothing() {
        let from_nowhere = Envelope::new(1);
        // Nor is there anything to link.
        assert_eq!(from_nowhere.clone().into_linked(), 1);
        let recorder = Recorder::install();
        assert_eq!(to_itself(), 1);
        assert_eq!(processes(vec![from_nowhere]), [1]);
        assert!(recorder.spans().iter().all(|span| links(span).is_empty()));
    }

    #[tokio::test]
    async fn a_call_that_is_not_sampled_leaves_no_link_on_the_one_around() {
        let recorder = Recorder::install();
        let batch = batch(1).await;
        {
            let _off = Recorder::builder().sampler(Sampler::AlwaysOff).install();
            assert_eq!(processes(batch), [0]);
        }
        assert_eq!(recorder.spans().len(), 1);
        assert!(links(&recorder.spans()[0]).is_empty());
    }
}
