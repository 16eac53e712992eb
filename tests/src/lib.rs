//! What the tests share: an OTLP receiver on a real socket, the conventions' data, bodies of responses, an allocator that counts, tools over MCP, software
//! that is not ours.

mod allocations;
mod answers;
mod collector;
pub mod conventions;
mod documented;
mod proxy;
mod requests;
pub mod responses;
pub mod software;
mod tools;

pub use allocations::{Counting, allocations};
pub use answers::Answer;
pub use collector::{Collector, Received};
pub use documented::Recipe;
pub use proxy::{Fault, Proxy};
pub use requests::{Request, Requests};
pub use tools::Tools;
