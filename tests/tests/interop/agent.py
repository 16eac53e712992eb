"""An agent that OpenTelemetry's own SDK traces: it calls a service, or is called and calls back."""

import json
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from opentelemetry import baggage, context, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("agent.py")


def call(url):
    """Asks another service, which continues the trace."""
    with tracer.start_as_current_span("python client", kind=trace.SpanKind.CLIENT):
        headers = {}
        propagate.inject(headers)
        request = urllib.request.Request(url, data=b"question", headers=headers)
        with urllib.request.urlopen(request) as response:
            return response.read().decode()


class Agent(BaseHTTPRequestHandler):
    def do_POST(self):
        """Answers with what came, and what the service says that is named in the body."""
        url = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        parent = propagate.extract(self.headers)
        token = context.attach(parent)
        with tracer.start_as_current_span("python server", kind=trace.SpanKind.SERVER):
            span = trace.get_current_span().get_span_context()
            answer = {
                "baggage": dict(baggage.get_all()),
                "called": call(url) if url else None,
                "trace": trace.format_trace_id(span.trace_id),
                "is_sampled": span.trace_flags.sampled,
                "state": span.trace_state.to_header(),
            }
        context.detach(token)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: the test reads what is printed."""


if sys.argv[1] == "call":
    # What called this agent in its turn, where the test says so.
    context.attach(propagate.extract(json.loads(sys.argv[3]) if sys.argv[3:] else {}))
    # No space: this SDK writes a plus sign for it, which the specification does not know.
    context.attach(baggage.set_baggage("app.tenant", "acme,inc;100%"))
    with tracer.start_as_current_span("python agent"):
        print(call(sys.argv[2]))
    provider.shutdown()
else:
    server = HTTPServer(("127.0.0.1", 0), Agent)
    print(server.server_port, flush=True)
    server.serve_forever()
