//! Makes the client and the server of the `triage` example's gRPC service, without a compiler of protocol buffers.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let summarize = Method::builder()
        .name("summarize")
        .route_name("Summarize")
        .input_type("crate::summarizer::Text")
        .output_type("crate::summarizer::Text")
        .codec_path("tonic_prost::ProstCodec")
        .build();
    let service = Service::builder().name("Summarizer").package("triage").method(summarize).build();
    Builder::new().compile(&[service]);
    println!("cargo::rerun-if-changed=build.rs");
}
